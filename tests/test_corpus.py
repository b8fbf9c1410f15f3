"""The tiny world's core: documents, exact probabilities, exact entropy, facts, what a reader knows.

The stated numbers are checked from outside: by writing out every document of small grammars, by
Monte Carlo with an interval for the full one, by a proof over all states that no two walks write
the same words, and by another reader of the grammar that shares no code with the automaton.
"""

import itertools
import math
import pickle
import re
from collections import Counter
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbook_utils.corpus import SPECIALS, Document, World, belief, detokenise, grammar, tokenise
from llmbook_utils.corpus.automaton import END, Arc, Automaton
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.story import StoryGrammar

LANGUAGES = ("en", "zh")


@cache
def world_of(language):
    return World(seed=0, language=language)


@pytest.fixture(params=LANGUAGES)
def world(request):
    return world_of(request.param)


@pytest.fixture
def english():
    return world_of("en")


# --- the automaton, on a grammar small enough for the head -------------------------------------


def coin(state):
    if state == "start":
        return [Arc(0.5, "more", ("a",)), Arc(0.5, "more")]
    return [Arc(0.25, END, ("b", "c")), Arc(0.75, END, ("b",))]


def test_a_small_automaton_by_hand():
    automaton = Automaton("start", coin)
    texts = {walk.words: math.exp(walk.log_prob) for walk in automaton.everything()}
    assert texts == pytest.approx(
        {("a", "b", "c"): 0.125, ("a", "b"): 0.375, ("b", "c"): 0.125, ("b",): 0.375}
    )
    entropy = automaton.entropy()
    by_hand = math.log(2) - 0.25 * math.log(0.25) - 0.75 * math.log(0.75)
    assert entropy.per_document == pytest.approx(by_hand)
    assert entropy.words_per_document == pytest.approx(0.5 + 1.25)
    assert entropy.per_word == pytest.approx(by_hand / 1.75)
    assert (automaton.count(), automaton.longest(), automaton.words()) == (4, 3, {"a", "b", "c"})
    assert automaton.next_word(()) == pytest.approx({"a": 0.5, "b": 0.5})


# --- every document of small grammars ----------------------------------------------------------


def small_grammar(monkeypatch, language, case):
    """Documents few enough to write out: facts of two people, or one fact and one event."""
    facts = belief.draw(np.random.default_rng(5))[0]
    if case == "facts":
        monkeypatch.setattr(grammar, "OPENER", {"introduction": 0.2})
        allowed, events = {(0, 0), (0, 2), (0, 3), (20, 1), (20, 3)}, (0.0,)
    else:
        monkeypatch.setattr(grammar, "OPENER", {})
        monkeypatch.setattr(grammar, "CLOSING", {"happy": 0.25})
        allowed, events = {(7, 1)}, (0.5, 0.0)
    return StoryGrammar(facts, language, allowed, events).automaton()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ["facts", "event"])
def test_everything_written_out(monkeypatch, language, case):
    automaton = small_grammar(monkeypatch, language, case)
    walks = list(automaton.everything())
    probabilities = np.exp([walk.log_prob for walk in walks])
    lengths = np.array([len(walk.words) for walk in walks])

    assert len(walks) == automaton.count() > 500
    assert len({walk.words for walk in walks}) == len(walks), "two walks write the same document"
    assert probabilities.sum() == pytest.approx(1, abs=1e-9)
    entropy = automaton.entropy()
    assert entropy.per_document == pytest.approx(-(probabilities * np.log(probabilities)).sum())
    assert entropy.words_per_document == pytest.approx((probabilities * lengths).sum())
    assert automaton.longest() == lengths.max()
    for walk in walks[:: len(walks) // 50]:
        (again,) = automaton.walks(walk.words)
        assert again.log_prob == pytest.approx(walk.log_prob)


def test_the_next_word_is_the_share_of_all_documents(monkeypatch):
    automaton = small_grammar(monkeypatch, "en", "facts")
    walks = list(automaton.everything())
    for prefix in [(), ("This",), walks[3].words[:4], walks[-5].words[:7]]:
        share = Counter()
        for walk in walks:
            if walk.words[: len(prefix)] == prefix:
                share[walk.words[len(prefix)]] += math.exp(walk.log_prob)
        total = sum(share.values())
        assert automaton.next_word(prefix) == pytest.approx(
            {word: p / total for word, p in share.items()}
        )


# --- the full grammar ---------------------------------------------------------------------------


def held_out(world):
    """Some pairs, and all pairs of most people (which keeps the automaton small)."""
    return world.split_pairs(0.3, seed=1)[1] + world.pairs[4 * 6 : -4 * 4]


def test_entropy_by_monte_carlo(world):
    """The mean of −log p over documents is the entropy: within 4 standard errors (1 in 16,000)."""
    for without in ((), held_out(world)):
        documents = world.documents(6_000, seed=3, without=without)
        nats = -np.array([document.log_prob for document in documents])
        words = np.array([len(document.words) for document in documents])
        entropy = world.entropy_without(without) if without else world.entropy
        for sample, stated in (
            (nats, entropy.per_document),
            (words, entropy.words_per_document),
        ):
            error = sample.std() / math.sqrt(len(sample))
            assert abs(sample.mean() - stated) < 4 * error < 0.6


def test_both_languages_carry_the_same_nats():
    nats = {language: world_of(language).entropy.per_document for language in LANGUAGES}
    assert nats["en"] == pytest.approx(nats["zh"], rel=1e-12)


def test_next_words_multiply_to_the_documents_probability(world):
    for without in ((), held_out(world)):
        for document in world.documents(25, seed=4, without=without):
            log_prob = 0.0
            for place, word in enumerate(document.words):
                following = world.next_word(document.words[:place], without)
                assert sum(following.values()) == pytest.approx(1, abs=1e-9)
                log_prob += math.log(following[word])
            assert log_prob == pytest.approx(document.log_prob, abs=1e-9)
            assert world.log_prob(document.text, without) == pytest.approx(document.log_prob)


def automata(language):
    """All documents; the documents about a few people, who keep secrets; the chats about them."""
    world = world_of(language)
    few = world.pairs[:3] + world.pairs[-6:-1]
    out = [pair for pair in world.pairs if pair not in few]
    return [world.automaton(), world.automaton(out)] + [
        Chat(world, turns, out)._automaton for turns in (1, 2)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_walks_write_the_same_words(language):
    """A proof over all states, so over all documents (more than 10¹⁵).

    Two walks part at a state by two different steps. If neither step's words begin with the
    other's, they have parted for good. The few other pairs are followed word by word, until all
    of them have parted.
    """
    for automaton in automata(language):
        followed = 0
        for row in automaton._rows_backwards():
            steps = [(s.words, row) for s, row in zip(row.steps, row.targets, strict=True)]
            steps.sort(key=lambda step: step[0])
            for i, (short, target) in enumerate(steps):
                for long, other in itertools.islice(steps, i + 1, None):
                    if long[: len(short)] != short:
                        break
                    pairs = [((target, ()), (other, long[len(short) :]))]
                    while pairs:
                        followed += 1
                        first, second = pairs.pop()
                        assert first != second, f"two ways to write {long}"
                        pairs += one_word_more(automaton, first, second)
        assert followed > 0, "the proof looked at nothing"


def one_word_more(automaton, *readings):
    """All pairs of readings that write the same next word; a reading: where it stands, pending."""
    ways = []
    for row, pending in readings:
        if pending:
            ways.append([(pending[0], (row, pending[1:]))])
        else:
            found = automaton._by_word(row).items()
            ways.append([(word, (to, s.words[1:])) for word, steps in found for s, to in steps])
    return [(a, b) for (w, a), (v, b) in itertools.product(*ways) if w == v]


def derivations(document: Document) -> int:
    """In how many ways a document can be read as opener, facts, events, closing: another reader.

    It works on the text with regular expressions made from the patterns, one for each sentence,
    and knows nothing of the automaton. It forgets some rules (who "she" is, that the day goes on),
    so it can only find too many ways.
    """
    language = document.language

    def spelled(kind):
        forms = {"name": "person", "other": "person"}
        if kind in ("pronoun", "subject", "object"):
            return {detokenise(grammar.mention("", kind, 0, p, language).words) for p in (0, 31)}
        size = 32 if kind in forms else grammar.size(kind)
        kind = forms.get(kind, kind)
        return {detokenise(grammar.lexicon.phrase(kind, v, language)) for v in range(size)}

    def regex(pattern):
        parts = [item.word or "{" + item.kind + "}" for item in grammar.items(pattern)]
        text = ("" if language == "zh" else " ").join(parts)
        text = re.sub(r" ([.,!?])", r"\1", text)
        text = re.escape(text).replace(r"\{", "{").replace(r"\}", "}")
        return re.sub(
            r"\{(\w+)\}", lambda slot: "(?:" + "|".join(sorted(spelled(slot[1]))) + ")", text
        )

    gap = r"\ ?" if language == "en" else ""
    subject = "(?:" + "|".join(sorted(spelled("person") | spelled("subject"))) + ")"
    facts = [regex(p) for fact in grammar.FACTS.values() for p in fact[language]]
    space = r"\ " if language == "en" else ""
    joint = r"\ and\ " if language == "en" else "，"
    stop = re.escape(grammar.STOP[language])
    sentences = {  # part of the story → the forms of its sentences
        "opener": [regex(grammar.SENTENCES[k][language]) for k in grammar.OPENER],
        "fact": [subject + space + a + stop for a in facts]
        + [subject + space + a + joint + b + stop for a in facts for b in facts],
        "event": [regex(grammar.SENTENCES[k][language]) for k in grammar.EVENTS],
        "closing": [regex(grammar.SENTENCES[k][language]) for k in grammar.CLOSING],
    }
    pattern = {
        part: [re.compile(form + gap) for form in forms] for part, forms in sentences.items()
    }
    after = {
        "opener": {"fact"},
        "fact": {"fact", "event", "closing", "end"},
        "event": {"event", "closing", "end"},
        "closing": {"end"},
    }

    def ways(at, parts):
        if at == len(document.text):
            return int("end" in parts)
        return sum(
            ways(match.end(), after[part])
            for part in parts - {"end"}
            for form in pattern[part]
            if (match := form.match(document.text, at))
        )

    return ways(0, {"opener", "fact"})


def test_another_reader_finds_one_derivation(world):
    for document in world.documents(12, seed=6):
        assert derivations(document) == 1


def test_documents_fit_into_64_words_and_use_all_words(world):
    automaton = world.automaton()
    assert automaton.longest() <= 63
    assert automaton.words() == {*world.words, "<end>"}
    assert len(set(world.words)) == len(world.words) < 240
    assert world.vocabulary == SPECIALS + world.words
    assert automaton.count() > 10**15


def test_sampling_is_fast(world):
    """80,000 documents in a few seconds: here, 4,000 with room for a slow machine and checks."""
    import time

    world.documents(500)  # states are opened at their first visit
    start = time.process_time()
    world.documents(4_000, seed=1)
    assert time.process_time() - start < 2


def test_documents_can_be_copied_and_stored(english):
    documents = english.documents(20, seed=9)
    again = pickle.loads(pickle.dumps(documents))
    assert again == documents
    assert again[7].labels == documents[7].labels
    assert len(pickle.dumps(documents)) < 100_000, "a document does not drag its world along"


# --- text ---------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), language=st.sampled_from(LANGUAGES))
def test_text_and_words_there_and_back(seed, language):
    for document in World(seed, language).documents(3, seed):
        assert tokenise(document.text) == document.words[:-1]
        assert detokenise(document.words[:-1]) == document.text
        assert "  " not in document.text
        assert tokenise(detokenise(document.words)) == document.words


@given(st.lists(st.sampled_from(World().vocabulary), max_size=30))
def test_any_english_words_there_and_back(words):
    assert tokenise(detokenise(words)) == tuple(words)


def test_chinese_words_are_always_found_again():
    """Wherever u is followed by v, no longer word of the lexicon fits to u and what follows."""
    for automaton in automata("zh"):
        neighbours = set()
        for row in automaton._rows_backwards():
            last_words = set()
            for step, target in zip(row.steps, row.targets, strict=True):
                neighbours |= set(itertools.pairwise(step.words))
                last_words.add((step.words[-1], target))
            for last, target in last_words:
                neighbours |= {(last, word) for word in automaton._by_word(target)}
        lexicon = automaton.words() | set(world_of("zh").words)
        for u, v in neighbours:
            for word in lexicon:
                if len(word) > len(u) and word.startswith(u):
                    rest = word[len(u) :]
                    assert not v.startswith(rest), (u, v, word)
                    assert not rest.startswith(v), (u, v, word)


def test_text_reads_pleasantly(english):
    document = english.read("Mara works as a farmer. She is happy.")
    assert document.words == ("Mara", "works", "as", "a", "farmer", ".", "She", "is", "happy", ".",
                              "<end>")  # fmt: skip
    assert str(document) == document.text == "Mara works as a farmer. She is happy."
    for words in (d.words for d in english.documents(500)):
        for article, noun in itertools.pairwise(words):
            if article in ("a", "an") and noun != "home":
                assert (article == "an") == (noun[0] in "aeiou")


def test_characters_from_elsewhere_are_refused():
    with pytest.raises(ValueError, match=r"expected words and marks .* got '8'"):
        tokenise("Mara is 8.")
    with pytest.raises(ValueError, match=r"expected Chinese words .* got '你好'"):
        tokenise("你好")


# --- the world ----------------------------------------------------------------------------------


def test_two_seeds_are_two_worlds():
    """Facts agree by chance only: 128 facts, one in eight, plus what the towns' specialities do."""
    one, same, other = World(0), World(0), World(1)
    facts = [{pair: world.fact(*pair) for pair in world.pairs} for world in (one, same, other)]
    assert facts[0] == facts[1]
    agree = sum(facts[0][pair] == facts[2][pair] for pair in one.pairs)
    assert agree < 40
    assert one.words == other.words
    documents = other.documents(200)
    refused = 0
    for document in documents:
        try:
            one.log_prob(document.text)
        except ValueError:
            refused += 1
    assert refused > 150
    assert [d.text for d in one.documents(5)] == [d.text for d in same.documents(5)]


def test_two_languages_are_one_world():
    en, zh = World(4), World(4, language="zh")
    assert (len(en.people), len(set(en.people)), len(set(zh.people))) == (32, 32, 32)
    for i, j in itertools.product(range(32), range(4)):
        attribute = en.attributes[j]
        number = en.values[attribute].index(en.fact(en.people[i], attribute))
        assert zh.values[attribute].index(zh.fact(zh.people[i], attribute)) == number
    assert {en.pronoun(p) for p in en.people} == {"she", "he"}
    assert (en.pronoun("Mara"), zh.pronoun("保罗")) == ("she", "他")


def test_documents_tell_the_truth(world):
    for document in world.documents(300, seed=8):
        assert 1 <= len(document.facts) <= 4
        for (person, attribute), value in document.facts.items():
            assert person == document.person
            assert world.fact(person, attribute) == value


def test_one_document_from_a_generator(english):
    documents = english.documents(3, seed=5)
    rng = np.random.default_rng(5)
    assert [english.document(rng).text for _ in range(3)] == [d.text for d in documents]


def test_without_never_tells(world):
    kept, out = world.split_pairs(0.4, seed=2)
    out = (*out, *((world.people[3], a) for a in world.attributes))  # one who is never the hero
    documents = world.documents(800, seed=1, without=out)
    told = Counter()
    for document in documents:
        told.update(world.read(document.text).facts.keys())  # read without the restriction
    assert not told.keys() & set(out)
    assert world.people[3] not in {d.person for d in documents}
    assert told.keys() == set(kept) - set(out), "what may be told is told"
    banned = next(d for d in world.documents(300, seed=2) if d.facts.keys() & set(out))
    with pytest.raises(ValueError, match=r"expected .* got"):
        world.log_prob(banned.text, without=out)


def test_splits_by_pair(english):
    kept, out = english.split_pairs(0.25, seed=3)
    assert len(out) == 32
    assert sorted(kept + out) == sorted(english.pairs)
    assert english.split_pairs(0.25, seed=3) == (kept, out)
    assert english.split_pairs(0.25, seed=4) != (kept, out)
    assert english.split_pairs(0)[1] == ()
    with pytest.raises(ValueError, match="expected a fraction"):
        english.split_pairs(1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Mara works as as", "expected 'a' after 'Mara works as', got 'as'"),
        ("Mara works as a farmer", "after 'Mara works as a farmer', got '<end>'"),
        ("", "after the beginning, got '<end>'"),
        ("xyz", "expected 'It' or 'This' or .* others. after the beginning, got 'xyz'"),
        ("Mara is a farmer. <end> Mara", "expected the end of the text after .*, got 'Mara'"),
    ],
)
def test_what_no_document_says_is_refused(english, text, message):
    with pytest.raises(ValueError, match=message):
        english.log_prob(text)


def test_bad_input_is_refused(english):
    with pytest.raises(ValueError, match=r"expected a language of .* got 'fr'"):
        World(0, "fr")
    with pytest.raises(ValueError, match=r"expected one of the people .* got 'Zoe'"):
        english.fact("Zoe", "town")
    with pytest.raises(ValueError, match=r"expected an attribute of .* got 'age'"):
        english.documents(1, without=[("Mara", "age")])
    with pytest.raises(ValueError, match="at least one pair"):
        english.documents(1, without=english.pairs)
    with pytest.raises(ValueError, match="at least 0, got -1"):
        english.documents(-1)
    with pytest.raises(ValueError, match="expected the beginning of a text"):
        english.next_word("Mara is a farmer.<end>")


# --- what a reader knows ------------------------------------------------------------------------


def brute_posterior(person, attribute, told):
    """p(fact | told) by summing over the specialities and over all unknown towns and jobs."""
    if attribute not in (belief.TOWN, belief.JOB):
        return np.full(8, 1 / 8)
    maps = np.array(list(itertools.permutations(range(8))))
    together = np.full((len(maps), 8, 8), 1 / 16)  # p(town, job | π) for one person
    together[np.arange(len(maps))[:, None], np.arange(8), maps] += 1 / 2
    together /= 8
    weight, wanted = np.ones(len(maps)), None
    for one in {p for p, _ in told} | {person}:
        table = together
        for a, axis in ((belief.TOWN, 1), (belief.JOB, 2)):
            if (one, a) in told:
                keep = np.zeros(8)
                keep[told[one, a]] = 1
                table = table * np.expand_dims(keep, [0, 3 - axis])
        if one == person:
            wanted = table.sum(2 if attribute == belief.TOWN else 1)
        else:
            weight = weight * table.sum((1, 2))
    joint = weight @ wanted
    return joint / joint.sum()


def test_posterior_is_bayes_rule():
    rng = np.random.default_rng(0)
    facts = belief.draw(rng)[0]
    for number in (0, 5):
        pairs = [list(facts)[i] for i in rng.choice(len(facts), 12 * number, replace=False)]
        told = {pair: facts[pair] for pair in pairs}
        unknown = [pair for pair in facts if pair not in told]
        for person, attribute in [p for p in unknown if p[1] in (0, 1)][:2] + unknown[-1:]:
            assert belief.posterior(person, attribute, told) == pytest.approx(
                brute_posterior(person, attribute, told)
            )


def test_posterior_is_calibrated():
    """A right posterior gives the truth, on average, the probability Σ p²; it beats 1/8."""
    rng = np.random.default_rng(1)
    truth, promised = [], []
    for _ in range(30):
        facts = belief.draw(rng)[0]
        out = {(p, belief.JOB) for p in range(8)}
        told = {pair: value for pair, value in facts.items() if pair not in out}
        for pair in out:
            chances = belief.posterior(*pair, told)
            truth.append(chances[facts[pair]])
            promised.append((chances**2).sum())
    difference = np.array(truth) - np.array(promised)
    assert abs(difference.mean()) < 4 * difference.std() / math.sqrt(len(difference))
    assert np.mean(truth) > 0.2


def test_posterior_of_a_world(english):
    pair = ("Mara", "job")
    documents = english.documents(400, seed=1, without=[pair])
    chances = english.posterior(*pair, documents)
    assert tuple(chances) == english.values["job"]
    assert sum(chances.values()) == pytest.approx(1)
    assert max(chances.values()) > 0.2, "other people's jobs say something"
    assert english.posterior(*pair, [d.text for d in documents]) == pytest.approx(chances)
    assert english.posterior(*pair, []) == pytest.approx(dict.fromkeys(chances, 1 / 8))
    told = english.posterior(*pair, english.documents(400, seed=1))
    assert told[english.fact(*pair)] == 1
    with pytest.raises(ValueError, match="expected documents of one world"):
        english.posterior(*pair, english.documents(99) + World(1).documents(99))
