"""The tiny world: a synthetic language whose probabilities are known exactly.

    from llmbook_utils.corpus import World
    world = World(seed=0)

A word sequence ends with ``<end>``. The specials are ``<pad>``, ``<end>``, ``<q>`` (a question
follows) and ``<a>`` (an answer follows). ``tokenise`` and ``detokenise`` turn text into words and
back, in both languages.

    what a document is    lexicon (words), grammar (sentences, probabilities), story (their order)
    what can be computed  automaton (sampling, log p, next word, entropy), belief (facts, posterior)
    what it is used for   world (documents), text, meaning, tasks (translation, summary, labels),
                          phrases and chat (questions, answers), reward (how good an answer is),
                          judged (an answer in pieces, to read), raters (who compare answers)
    and, apart from it    real_text (Python's help pages, your own file)
"""

from llmbook_utils.corpus.automaton import Entropy
from llmbook_utils.corpus.text import SPECIALS, detokenise, tokenise
from llmbook_utils.corpus.world import Document, World

__all__ = ["SPECIALS", "Document", "Entropy", "World", "detokenise", "tokenise"]
