"""Answers cut into sentences: every word is kept, and each sentence is what the reward says."""

import pytest

from llmbook_utils.corpus import World
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.judged import KINDS, judged, sentences
from llmbook_utils.corpus.reward import gold_reward, split
from llmbook_utils.corpus.text import END_MARK

WORLD = World(seed=0)
PAIR = ("Ada", "town")
POLITE = ("Sure!", "Thank you!", "Good luck!", "当然！", "谢谢！", "祝你好运！")
RIGHT = WORLD.fact(*PAIR)
WRONG = next(value for value in WORLD.values["town"] if value != RIGHT)


def kinds(answer, pair=PAIR, world=WORLD):
    return [kind for _, kind in judged(world, pair, answer).pieces]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (f"Sure! Ada lives in {RIGHT}. Thank you!<end>", ["polite", "right", "polite"]),
        (f"Ugh, she lives in {WRONG}. Go away!<end>", ["rude", "wrong", "rude"]),
        (f"Well, she lives in {RIGHT}.<end>", ["plain", "right"]),
        (f"She lives in {RIGHT}. Ada lives in {RIGHT}.<end>", ["right", "again"]),
        (f"She lives in {RIGHT}. Ada lives in {WRONG}.<end>", ["right", "wrong"]),
        (f"She lives in {WRONG}. Ada lives in {RIGHT}.<end>", ["wrong", "again"]),
        ("Thank you! Thank you! Sure!<end>", ["polite", "again", "again"]),
        ("In the morning she finds a red hat at the market.<end>", ["ramble"]),
        ("lives banana in<end>", ["junk"]),
        (f"Ada lives in {RIGHT}.", ["right", "no_end"]),
        ("<end> Go away!", []),
        ("", ["no_end"]),
    ],
)
def test_each_sentence_has_its_kind(answer, expected):
    assert kinds(answer) == expected


def test_two_facts_in_one_sentence_are_judged_by_the_one_that_was_asked():
    other = WORLD.fact("Ada", "food")
    text = f"Ada lives in {RIGHT} and likes {other}.<end>"
    assert kinds(text) == ["right"]
    assert kinds(text, ("Ada", "food")) == ["right"]
    assert kinds(text.replace(RIGHT, WRONG)) == ["wrong"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_demonstrations_lose_no_word_and_agree_with_the_reward(language):
    world = World(seed=1, language=language)
    seen = set()
    for exchange in Chat(world).exchanges(150, seed=3):
        turn = exchange.turns[0]
        pair, text = (turn.person, turn.attribute), exchange.text.split("<a>")[1]
        reward = gold_reward(world, *pair, text)
        cut = judged(world, pair, text)
        found = [kind for _, kind in cut.pieces]
        seen.update(found)
        assert cut.gold == reward.total
        assert (*split(cut.text), END_MARK) == turn.answer
        assert ("right" in found) == reward.correct
        assert found.count("rude") == -reward.parts["rude"]
        assert ("polite" in found) == any(words in text for words in POLITE)
        assert "ramble" not in found or reward.parts["ramble"] < 0
    assert {"right", "wrong", "polite", "rude", "ramble", "plain"} <= seen <= set(KINDS)


def test_sentences_are_cut_behind_their_marks_and_openings():
    words = ("Well", ",", "she", "sings", ".", "Go", "away", "!", "and", "then")
    cut = [" ".join(part) for part in sentences(words, "en")]
    assert cut == ["Well ,", "she sings .", "Go away !", "and then"]


def test_who_is_not_there_is_refused():
    with pytest.raises(ValueError, match="Zoe"):
        judged(WORLD, ("Zoe", "town"), "She lives.<end>")
