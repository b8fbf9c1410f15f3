"""The race: exact truth about blanks, floors that nobody beats, the budget, and what is learnt."""

import itertools
import math

import pytest
import torch
from torch import nn

from llmbook_utils.evolution import line_up as line
from llmbook_utils.evolution import race
from llmbook_utils.evolution.race import Entrant, Track, learn, score
from llmbook_utils.ngram import NGram
from llmbook_utils.train import TrainConfig


@pytest.fixture(scope="module")
def track(world):
    """Documents about eight people, as in the chapter."""
    return Track(world, 600, 40, without=world.pairs[32:])


@pytest.fixture(scope="module")
def field(track):
    return line.line_up(track, layers=1, heads=2, width=16)


def test_documents_are_words_of_the_vocabulary(track, world):
    words = [track.vocabulary[i] for i in track.held_out[0]]
    assert words[-1] == "<end>"
    assert world.log_prob(words, track.without) < 0
    told = {pair for ids in track.held_out for pair in document(track, ids).facts}
    assert told <= set(world.pairs[:32])
    with pytest.raises(ValueError, match="expected words of the vocabulary, got 'dragon'"):
        track.encode(["dragon"])


def document(track, ids):
    return track.world.read([track.vocabulary[i] for i in ids], track.without)


def test_the_floor_is_that_of_the_held_out_documents(track):
    nats = -sum(document(track, ids).log_prob for ids in track.held_out)
    assert track.floor == pytest.approx(nats / sum(map(len, track.held_out)))


def test_the_truth_about_a_blank_is_bayes_rule_over_every_word(track):
    """The short way tries words that can follow; here every word of the vocabulary is tried."""
    for blank in track.blanks[:12]:
        log_p = torch.full((len(track.vocabulary),), -torch.inf, dtype=torch.double)
        for w in range(len(track.vocabulary)):
            words = [track.vocabulary[i] for i in blank.hidden(w)]
            try:
                log_p[w] = track.world.log_prob(words, track.without)
            except ValueError:
                continue
        torch.testing.assert_close(blank.truth, log_p.softmax(0).float(), atol=1e-6, rtol=1e-5)
        assert blank.truth[blank.ids[blank.place]] > 0
        assert blank.before.sum().item() == pytest.approx(1, abs=1e-5)


def test_who_knows_the_truth_scores_zero_and_who_sees_the_left_the_left_floor(track):
    truth = torch.stack([blank.truth for blank in track.blanks])
    before = torch.stack([blank.before for blank in track.blanks])
    assert race.blank_score(truth.log(), track.blanks) == pytest.approx(0, abs=1e-5)
    assert race.blank_hits(truth.log(), track.blanks) == 1
    assert race.blank_score(before.log(), track.blanks) == pytest.approx(track.left_floor)
    assert 0.2 < track.left_floor < 2


def test_the_score_is_the_kl_divergence(track):
    log_q = torch.randn(len(track.blanks), len(track.vocabulary)).log_softmax(-1)
    expected = 0.0
    for row, blank in zip(log_q.tolist(), track.blanks, strict=True):
        for q, p in zip(row, blank.truth.tolist(), strict=True):
            expected += p * (math.log(p) - q) if p else 0.0
    assert race.blank_score(log_q, track.blanks) == pytest.approx(
        expected / len(track.blanks), rel=1e-4
    )


class Oracle(nn.Module):
    """The world itself, as a model that reads from left to right."""

    def __init__(self, track):
        super().__init__()
        self.track = track

    def forward(self, ids):
        track, V = self.track, len(self.track.vocabulary)
        logits = torch.zeros(*ids.shape, V)
        for b, row in enumerate(ids.tolist()):
            words = [track.vocabulary[i] for i in row]
            for t in range(len(row)):
                if t and words[t] in ("<pad>", "<end>"):
                    break
                logits[b, t] = -1e9
                try:
                    following = track.world.next_word(words[1 : t + 1], track.without)
                except ValueError:
                    break  # no document begins so; that cost 1e9 nats at the word before
                for word, p in following.items():
                    logits[b, t, track.number[word]] = math.log(p)
        return logits


def test_the_world_itself_is_at_the_floor(track):
    """Reading rows and places: one place off, and the truth would be far from the floor."""
    oracle = Oracle(track)
    nats = race.nats_of(oracle, track, batch_size=16)
    assert nats(track.held_out).mean().item() == pytest.approx(track.floor, abs=1e-4)
    left = race.fill_from_left(oracle, track, batch_size=16)(track.blanks)
    assert race.blank_score(left, track.blanks) == pytest.approx(track.left_floor, abs=1e-3)
    few = track.blanks[:3]
    both = race.fill_by_scoring(nats, track)(few)
    assert race.blank_score(both, few) == pytest.approx(0, abs=1e-3)


def test_all_entrants_are_about_as_large(track):
    sizes = {name: entrant.parameters for name, entrant in line.line_up(track).items()}
    assert list(sizes) == list(line.NAMES)
    trained = [n for name, n in sizes.items() if name != "n-gram"]
    assert max(trained) < 1.2 * min(trained), sizes


def test_each_entrant_can_be_asked_what_it_can_do(track, field):
    for name, entrant in field.items():
        entrant.model.fit(track.train) if name == "n-gram" else entrant.model.eval()
        result = score(entrant, track)
        assert (result.next_word is None) == (name in ("BERT", "T5")), name
        assert result.blank is not None, name
        if result.next_word is not None:
            assert result.next_word > 0.05, name
        log_q = entrant.fill(track.blanks)
        assert log_q.shape == (len(track.blanks), len(track.vocabulary))
        torch.testing.assert_close(log_q.exp().sum(1), torch.ones(len(log_q)), msg=name)


@pytest.mark.parametrize("name", ["XLNet", "BERT", "T5"])
def test_who_sees_both_sides_does_not_see_the_hidden_word(track, field, name):
    few = track.blanks[:5]
    shown = field[name].fill(few)
    for blank, row in zip(few, shown, strict=True):
        other = race.Blank(blank.hidden(7), blank.place, blank.truth, blank.before)
        torch.testing.assert_close(field[name].fill([other])[0], row, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", ["n-gram", "RNN", "LSTM", "GPT", "Transformer-XL", "XLNet"])
def test_padding_and_company_change_no_score(track, field, name):
    """Each text alone, and all together in rows that are filled up."""
    if name == "n-gram":
        field[name].model.fit(track.train)
    nats = field[name].nats
    together = nats(track.held_out[:6])
    alone = torch.cat([nats([ids]) for ids in track.held_out[:6]])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-4)


def test_the_budget_is_kept_and_every_run_cools_down(track):
    weights = []

    def batches(i):
        weights.append(model.weight.detach().clone())
        return torch.zeros(1, 3, dtype=torch.long), torch.ones(1, 3, dtype=torch.long)

    torch.manual_seed(0)
    model = nn.Embedding(4, 4)
    entrant = Entrant("toy", model, batches, recipe=TrainConfig(1000, 1e-2, final=0.0))
    half_seconds = (0.5 * i for i in range(100))
    steps, seconds = learn(entrant, track, 10, half_seconds.__next__)
    assert steps == 19  # 0.5, 1.0, … 9.5 of 10 are used when a step begins
    assert seconds == pytest.approx(10)
    moved = [(b - a).abs().max().item() for a, b in itertools.pairwise([*weights, model.weight])]
    assert max(moved) > 5e-3
    assert moved[-1] < max(moved) / 10
    assert not model.training


def test_a_longer_budget_stretches_the_schedule(track, monkeypatch):
    seen = []
    monkeypatch.setattr(race, "learning_rate", lambda step, recipe: seen.append(step) or 1e-3)
    ids = torch.zeros(1, 3, dtype=torch.long)
    entrant = Entrant("toy", nn.Embedding(4, 4), lambda i: (ids, ids))
    learn(entrant, track, 10, iter(range(100)).__next__)
    assert seen == [100 * i for i in range(1, 10)]  # in parts of the budget, whatever a step takes
    seen.clear()
    learn(entrant, track, 20, iter(range(100)).__next__)
    assert seen == [50 * i for i in range(1, 20)]


def test_a_race_and_its_table(track):
    field = [line.n_gram(track), line.masked_lm(track, 0, 1, 2, 16)]
    results = race.race(field, track, 0.05, quiet=True)
    assert [r.name for r in results] == ["n-gram", "BERT"]
    assert results[0].parameters == sum(len(level.counts) for level in field[0].model.levels)
    assert results[1].steps >= 1
    text = race.table(results, track)
    assert len(text.splitlines()) == 5
    assert "–" in text.splitlines()[2]  # BERT gives a text no probability
    assert isinstance(field[0].model, NGram)
    assert len(track.vocabulary) == len(track.world.vocabulary) + 9


def test_errors(world, track):
    with pytest.raises(ValueError, match="expected documents and held_out ≥ 1, got 0, 1"):
        Track(world, 0, 1)
    with pytest.raises(ValueError, match="expected a place from 0 to"):
        track.blank(document(track, track.held_out[0]), len(track.held_out[0]) - 1)
    with pytest.raises(ValueError, match="expected seconds above 0, got 0"):
        learn(line.n_gram(track), track, 0)
    with pytest.raises(ValueError, match="expected batches for x, got None"):
        learn(Entrant("x", nn.Embedding(2, 2)), track, 1)
    with pytest.raises(ValueError, match="expected at least 601 documents, got 600"):
        line.alike(track, 601, 0)


@pytest.mark.thorough  # with one seed, and as large as in the chapter: tests/test_chapter_03.py
@pytest.mark.parametrize("seed", range(3))
def test_what_sees_both_sides_fills_blanks_better_than_anything_from_the_left(world, seed):
    """BERT gets below the bound of all that read from the left, however well they know the world.

    Steps instead of seconds, so that a slow machine finds the same.
    """
    track = Track(world, 4000, 150, seed, without=world.pairs[32:])
    bert = line.masked_lm(track, seed, 2, 4, 48)
    learn(bert, track, 500, iter(range(1000)).__next__)
    assert score(bert, track).blank < 0.9 * track.left_floor
