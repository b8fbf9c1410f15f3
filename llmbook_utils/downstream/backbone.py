"""One pretrained body for every task: the GPT of chapter 8, re-housed.

The model of chapter 8 reads English, in a vocabulary of byte pairs, up to 80 tokens at a time. The
tasks need Chinese words, marks that say what is to be done, and room for a text and its
translation. So the body moves into a new house:

    vocabulary   one word, one token, in both languages; rows of words that the model knows are
                 copied, the others are drawn at random, as large as those are
    context      longer: positions are rotations, there is no table of them that could end

Nothing else changes: the same blocks give the same vectors for the same English text.

Left out: words that the tiny world does not have. (Byte pairs could write them; see chapter 8.)
"""

from collections.abc import Iterable
from dataclasses import replace

import torch

from llmbook_utils.corpus import SPECIALS, World
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.pretraining import Pretrained

END, PAD = "<end>", "<pad>"
MARKS = EXTRACT, AGAIN, VERB, TRANSLATE, SUMMARISE = (
    "<extract>",
    "<again>",
    "<verb>",
    "<zh>",
    "<summary>",
)
CONTEXT = 160  # tokens: the longest text, up to 60 words, a mark, and its translation


class Vocabulary:
    """Words and their numbers.

    Args:
        words: all of them, each once.

    Raises:
        ValueError: if a word comes twice.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.all = tuple(words)
        self._numbers = {word: number for number, word in enumerate(self.all)}
        if len(self._numbers) < len(self.all):
            raise ValueError(f"expected words that differ, got {len(self.all)} with repetitions")

    @classmethod
    def of(cls, *worlds: World) -> "Vocabulary":
        """The specials, the marks of the tasks, and every word of these worlds and their chats."""
        words = [word for world in worlds for word in Chat(world).vocabulary]
        return cls(dict.fromkeys((*SPECIALS, *MARKS, *words)))

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, word: str) -> int:
        """The number of a word."""
        if word not in self._numbers:
            raise ValueError(f"expected a word of this vocabulary, got {word!r}")
        return self._numbers[word]

    def ids(self, words: Iterable[str]) -> list[int]:
        """The numbers of words."""
        return [self[word] for word in words]

    def words(self, ids: Iterable[int]) -> tuple[str, ...]:
        """The words with these numbers; the inverse of ``ids``."""
        return tuple(self.all[i] for i in ids)


@torch.no_grad()
def rehouse(
    pretrained: Pretrained, words: Vocabulary, context: int = CONTEXT, seed: int = 0
) -> GPT:
    """The pretrained model with another vocabulary and a longer context.

    Args:
        pretrained: the stage of chapter 8.
        words: the new vocabulary; of its words, those that are one token there keep their row.
        context: the longest text, in tokens.
        seed: of the new rows.

    Raises:
        ValueError: if the context is shorter than before.
    """
    old, tokenizer = pretrained.model, pretrained.tokenizer
    if context < old.config.context:
        raise ValueError(f"expected a context of at least {old.config.context}, got {context}")
    model = fresh(replace(old.config, vocab_size=len(words), context=context), seed)
    state = {name: p for name, p in old.state_dict().items() if name != "tokens.weight"}
    model.load_state_dict(state, strict=False)
    known: dict[int, int] = {}  # new number → old one
    for number, word in enumerate(words.all):
        space = " " if word[0].isascii() and word[0].isalpha() else ""  # as in a text
        tokens = tokenizer.encode(space + word, "allow" if word in SPECIALS else "text")
        if len(tokens) == 1:
            known[number] = tokens[0]
    rows = old.tokens.weight[list(known.values())]  # (words known, C)
    generator = torch.Generator().manual_seed(seed)
    model.tokens.weight.normal_(std=rows.std().item(), generator=generator)
    model.tokens.weight[list(known)] = rows
    return model


def fresh(config: GPTConfig, seed: int = 0) -> GPT:
    """A model of these sizes that was not trained: what "from scratch" begins with."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return GPT(config)
