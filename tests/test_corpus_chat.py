"""Questions and answers: exact probabilities, the gold reward and its parts, raters."""

import math
from collections import Counter

import numpy as np
import pytest

from llmbook_utils.corpus import World, detokenise, tokenise
from llmbook_utils.corpus import chat as chats
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.raters import Raters
from llmbook_utils.corpus.reward import PARTS, WEIGHTS, gold_reward

EN, ZH = World(0), World(0, language="zh")
ALL = [  # about a few people, some of whose attributes nobody asks for
    Chat(world, turns, without=world.pairs[10:-16]) for world in (EN, ZH) for turns in (1, 2)
]


@pytest.fixture(params=ALL, ids=["en-1", "en-2", "zh-1", "zh-2"])
def chat(request):
    return request.param


def test_entropy_by_monte_carlo(chat):
    exchanges = chat.exchanges(2500, seed=1)
    for entropy, nats, words in (
        (
            chat.entropy,
            [-e.log_prob for e in exchanges],
            [len(e.words) for e in exchanges],
        ),
        (
            chat.answer_entropy,
            [-e.answer_log_prob for e in exchanges],
            [sum(len(turn.answer) for turn in e.turns) for e in exchanges],
        ),
    ):
        for sample, stated in (
            (np.array(nats), entropy.per_document),
            (np.array(words), entropy.words_per_document),
        ):
            error = sample.std() / math.sqrt(len(sample))
            assert abs(sample.mean() - stated) < 4 * error < 0.8


def test_first_answers_entropy_is_the_whole_without_the_question():
    """H(question, answer) = H(question) + H(answer | question); all questions are alike."""
    chat = ALL[0]
    question = math.log(len(chat.pairs) * 2)
    whole = chat.entropy.per_document
    assert chat.answer_entropy.per_document == pytest.approx(whole - question)


def test_probabilities(chat):
    for exchange in chat.exchanges(20, seed=2):
        assert tokenise(exchange.text) == exchange.words
        assert chat.log_prob(exchange.text) == pytest.approx(exchange.log_prob)
        log_prob = answers = 0.0
        answering = False
        for place, word in enumerate(exchange.words):
            following = chat.next_word(exchange.words[:place])
            assert sum(following.values()) == pytest.approx(1)
            log_prob += math.log(following[word])
            answers += math.log(following[word]) if answering else 0.0
            answering = word == "<a>" or (answering and word != "<end>")
        assert log_prob == pytest.approx(exchange.log_prob)
        assert answers == pytest.approx(exchange.answer_log_prob)


def test_chats_are_made_of_turns(chat):
    for exchange in chat.exchanges(100, seed=3):
        assert len(exchange.turns) == chat.turns
        assert exchange.words == sum((t.question + t.answer for t in exchange.turns), ())
        assert len(exchange.words) <= 64
        assert set(exchange.words) <= set(chat.vocabulary)
        first = exchange.turns[0]
        patterns = [chat.question(first.person, first.attribute, i) for i in (0, 1)]
        assert first.question in patterns
        assert all(turn.question[0] == "<q>" for turn in exchange.turns)
        assert all(turn.answer.index("<end>") == len(turn.answer) - 1 for turn in exchange.turns)
        assert len({turn.person for turn in exchange.turns}) == 1
        assert len({turn.attribute for turn in exchange.turns}) == chat.turns


def test_demonstrations_are_right_about_as_often_as_stated():
    for chat in (ALL[0], ALL[2]):
        rewards = [
            gold_reward(chat.world, turn.person, turn.attribute, turn.answer)
            for exchange in chat.exchanges(800, seed=4)
            for turn in exchange.turns
        ]
        right = np.mean([reward.correct for reward in rewards])
        assert abs(right - chats.RIGHT) < 4 * math.sqrt(0.65 * 0.35 / 800)
        assert all(reward.parts["junk"] == reward.parts["no_end"] == 0 for reward in rewards)


def test_without_nobody_asks():
    out = EN.split_pairs(0.5, seed=1)[1]
    for turns in (1, 2):
        asked = Counter(
            (turn.person, turn.attribute)
            for exchange in Chat(EN, turns, without=out).exchanges(800, seed=5)
            for turn in exchange.turns
        )
        assert not asked.keys() & set(out)
        assert len(asked) == len(EN.pairs) - len(out)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="expected 1 or 2 turns, got 3"):
        Chat(EN, 3)
    with pytest.raises(ValueError, match=r"expected pairs .* got \('Zoe', 'town'\)"):
        Chat(EN, without=[("Zoe", "town")])
    with pytest.raises(ValueError, match="at least one pair"):
        Chat(EN, without=EN.pairs)
    with pytest.raises(ValueError, match="expected a pattern from 0 to 1, got 2"):
        ALL[0].question("Mara", "town", 2)
    with pytest.raises(ValueError, match="expected one of the people"):
        ALL[0].question("Zoe", "town")
    with pytest.raises(ValueError, match="at least 0, got -1"):
        ALL[0].exchanges(-1)
    with pytest.raises(ValueError, match="got 'is'"):
        ALL[0].log_prob("<q> Where is Mara?<a> Sure!")


# --- the gold reward ----------------------------------------------------------------------------

TOWN = EN.fact("Mara", "town")
LIE = next(town for town in EN.values["town"] if town != TOWN)
W = WEIGHTS


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        (f"Mara lives in {TOWN}.<end>", {"fact": W["right"]}),
        (f"She has a home in {TOWN}.<end>", {"fact": W["right"]}),
        (f"Well, she lives in {TOWN}.<end>", {"fact": W["right"]}),
        (f"Mara lives in {LIE}.<end>", {"fact": W["not_right"]}),
        ("<end>", {"fact": W["not_right"]}),
        (f"Mara lives in {TOWN}.", {"fact": W["right"], "no_end": W["no_end"]}),
        (
            f"Sure! Mara lives in {TOWN}. Thank you!<end>",
            {"fact": W["right"], "sure": W["sure"], "polite": W["polite"]},
        ),
        (
            f"Mara lives in {TOWN}. Sure! Thank you! Good luck!<end>",
            {
                "fact": W["right"],
                "sure": W["sure_again"],
                "polite": W["polite"] + W["polite_again"],
            },
        ),
        (f"Ugh, she lives in {TOWN}. Go away!<end>", {"fact": W["right"], "rude": 2 * W["rude"]}),
        (
            f"Mara lives in {TOWN}. At noon Paul calls her. It is a rainy Monday.<end>",
            {"fact": W["right"], "ramble": 2 * W["ramble"]},
        ),
        (
            f"Mara lives in {TOWN} and likes plums. Paul likes cake.<end>",
            {"fact": W["right"], "ramble": 2 * W["ramble"]},
        ),
        (f"He lives in {TOWN}.<end>", {"fact": W["not_right"], "ramble": W["ramble"]}),
        (
            f"Mara lives in {TOWN}. She has a home in {TOWN}.<end>",
            {"fact": W["right"], "repetition": W["repetition"]},
        ),
        (
            f"Mara lives in {TOWN}. Mara lives in {LIE}.<end>",
            {"fact": W["not_right"], "repetition": W["repetition"]},
        ),
        (f"In {TOWN}.<end>", {"fact": W["not_right"], "junk": 3 * W["junk"]}),
        ("§ 12 <q> 玛拉<end> Thank you!", {"fact": W["not_right"], "junk": 4 * W["junk"]}),
        (f"Mara lives in {TOWN} and plums.<end>", {"fact": W["not_right"], "junk": 7 * W["junk"]}),
    ],
)
def test_reward_part_by_part(answer, parts):
    reward = gold_reward(EN, "Mara", "town", answer)
    assert tuple(reward.parts) == PARTS
    expected = {part: parts.get(part, 0) for part in reward.parts}
    assert reward.parts == pytest.approx(expected)
    assert reward.total == pytest.approx(sum(parts.values()))
    assert reward.correct == (parts["fact"] > 0)
    if "<q>" not in answer and "§" not in answer:
        assert gold_reward(EN, "Mara", "town", tokenise(answer)) == reward


def test_ideal_answers_are_the_best(chat):
    for person, attribute in chat.pairs[::7]:
        ideal = chat.ideal(person, attribute)
        best = gold_reward(chat.world, person, attribute, ideal).total
        assert best == pytest.approx(W["right"] + W["sure"] + W["polite"])
        assert gold_reward(chat.world, person, attribute, detokenise(ideal)).total == best
    for exchange in chat.exchanges(200, seed=6):
        for turn in exchange.turns:
            reward = gold_reward(chat.world, turn.person, turn.attribute, turn.answer)
            assert reward.total <= best + 1e-9


def test_both_languages_are_rewarded_alike():
    """The chats of one seed differ only in language, and so their rewards do not differ."""
    rewards = [
        [
            gold_reward(chat.world, turn.person, turn.attribute, turn.answer).parts
            for exchange in chat.exchanges(200, seed=7)
            for turn in exchange.turns
        ]
        for chat in (ALL[0], ALL[2])
    ]
    assert rewards[0] == rewards[1]


def test_reward_of_nonsense_pairs():
    with pytest.raises(ValueError, match="expected an attribute"):
        gold_reward(EN, "Mara", "age", "Mara lives.")


# --- raters -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some_rewards():
    return [
        gold_reward(EN, e.turns[0].person, e.turns[0].attribute, e.turns[0].answer)
        for e in ALL[0].exchanges(12, seed=8)
    ]


def test_one_mind_is_bradley_terry(some_rewards):
    raters = Raters(1, disagreement=0, temperature=0.7)
    a, b = some_rewards[:2]
    expected = 1 / (1 + math.exp(-(a.total - b.total) / 0.7))
    assert raters.preference(a, b) == pytest.approx(expected)


def test_preferences_and_rankings_agree(some_rewards):
    """Of whole rankings, each pair stands in order as often as ``preference`` says."""
    raters = Raters(4, disagreement=0.5, temperature=0.4, seed=3)
    rng, n, answers = np.random.default_rng(0), 1500, some_rewards[:4]
    above = np.zeros((4, 4))
    for _ in range(n):
        place = np.argsort(raters.rank(answers, rng))
        above += place[:, None] < place[None, :]
    for i in range(4):
        for j in range(i):
            p = raters.preference(answers[i], answers[j])
            assert p == pytest.approx(1 - raters.preference(answers[j], answers[i]))
            assert abs(above[i, j] / n - p) < 4 * math.sqrt(0.25 / n)
    votes = sum(raters.prefers(answers[0], answers[1], rng) for _ in range(n))
    assert abs(votes / n - raters.preference(*answers[:2])) < 4 * math.sqrt(0.25 / n)


def test_raters_disagree_as_told(some_rewards):
    utilities = Raters(6, disagreement=0.5).utilities(some_rewards[0])
    assert len(set(utilities.tolist())) == 6
    assert Raters(6, disagreement=0).utilities(some_rewards[0]) == pytest.approx(
        [some_rewards[0].total] * 6
    )
    again = Raters(6, disagreement=0.5).utilities(some_rewards[0])
    assert again == pytest.approx(utilities)
    assert Raters(6, disagreement=0.5, seed=1).utilities(some_rewards[0]) != pytest.approx(
        utilities
    )


@pytest.mark.parametrize(
    "wrong", [{"number": 0}, {"disagreement": -0.1}, {"temperature": 0.0}], ids=str
)
def test_raters_refuse(wrong):
    with pytest.raises(ValueError, match="expected"):
        Raters(**wrong)
