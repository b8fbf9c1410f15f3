"""What chapter 3 defines in its cells is what the package offers, and its claims hold elsewhere."""

import argparse
import itertools
import math
import re
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmbook_utils import model_table
from llmbook_utils import train as loop
from llmbook_utils.corpus import World, tokenise
from llmbook_utils.corpus.meaning import sentences, write_sentence
from llmbook_utils.evolution import (
    bert,
    blocks,
    line_up,
    race,
    recurrent,
    seq2seq,
    t5,
    transformer_xl,
    word2vec,
)

CHAPTER = Path(__file__).parents[1] / "chapters" / "03_evolution.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}
MASKS = ("attention-definition", "masks-definition")


def load(*ids, **names):
    """Run the cells with these ids, and return what they define."""
    scope = {"np": np, "torch": torch, "nn": nn, "F": F, "time": time, "loop": loop, "race": race}
    scope |= {"World": World, "tokenise": tokenise, "sentences": sentences}
    scope |= {"write_sentence": write_sentence, "seq2seq": seq2seq, "line_up": line_up} | names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def track_of(seed, documents=4000, held_out=60):
    """The chapter's track in another world: stories about the same eight people."""
    world = World(seed)
    untold = [pair for pair in world.pairs if pair[0] not in world.people[12:20]]
    return race.Track(world, documents, held_out, seed, untold)


@pytest.fixture(scope="module")
def track():
    return track_of(0, documents=200)


def learn_steps(entrant, track, steps):
    """As in the race, but for a number of steps: the clock ticks once for each."""
    ticks = itertools.count()
    race.learn(entrant, track, steps, clock=lambda: float(next(ticks)))
    return entrant


# The road so far ----------------------------------------------------------------------------------


def test_the_table_of_models_cites_the_papers_of_its_models_in_order():
    scope = load("model-table", named=model_table.named, in_words=model_table.in_words)
    keys = re.search(r"\{cite\}`([^`]*)`", CELLS["model-table-papers"])[1].split(",")
    assert keys == [model.key for model in scope["chosen"]]


# How to compare them ------------------------------------------------------------------------------


def test_a_gap_is_filled_exactly_as_on_the_track(track):
    scope = load("blank-truth", world=track.world, untold=track.without)
    for blank in track.blanks[:20]:
        words = [track.vocabulary[i] for i in blank.ids]
        ours = torch.zeros(len(track.vocabulary))
        for word, p in scope["fill_exactly"](words, blank.place).items():
            ours[track.number[word]] = p
        torch.testing.assert_close(ours, blank.truth, rtol=1e-4, atol=1e-6)


def test_the_chapters_loop_is_the_races(track):
    weights = []
    for chapters in (True, False):
        entrant = line_up.line_up(track, width=16)["GPT"]
        ticks = itertools.count()

        def clock(ticks=ticks):
            return float(next(ticks))

        if chapters:
            steps, spent = load("learn-definition", clock=clock)["learn"](entrant, 12)
        else:
            steps, spent = race.learn(entrant, track, 12, clock=clock)
        assert steps == 11  # one tick passes before the first step
        assert spent == pytest.approx(12)
        weights.append(torch.cat([p.flatten() for p in entrant.model.parameters()]))
    torch.testing.assert_close(*weights)


# Words as vectors ---------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [1, 2, 5])
def test_the_chapters_pairs_are_the_packages(track, window):
    texts = track.train[:5]
    ours = load("pairs", track=track, word_of=track.vocabulary)["pairs"]
    ours = torch.cat([ours(torch.tensor(ids), window) for ids in texts]).tolist()
    theirs = torch.stack(word2vec.pairs(texts, window), 1).tolist()
    assert sorted(ours) == sorted(theirs)


def test_the_chapters_skipgram_loss_is_the_packages():
    model = word2vec.Word2Vec(20, 8)
    for p in model.parameters():
        nn.init.normal_(p)
    c, o = torch.randint(20, (2, 7))
    n = torch.randint(20, (7, 3))
    v, u = model.centre.weight, model.context.weight
    ours = load("skipgram-loss-definition")["skipgram_loss"](v[c], u[o], u[n])
    total, count = word2vec.skip_gram_loss(model, (c, o, n))
    torch.testing.assert_close(ours, total / count)


def test_neighbours_and_analogies_are_the_packages(track):
    X = F.normalize(random(len(track.vocabulary), 16), dim=1)
    names = {"number": track.number, "word_of": track.vocabulary, "narrow": X, "wide": X}
    scope = load("neighbours-definition", "analogy-definition", **names)
    ours = scope["nearest"](X, X[track.number["Oslo"]], ["Oslo"])
    theirs = word2vec.neighbours(X, track.vocabulary, "Oslo", 4)
    assert ours == [word for word, _ in theirs]
    ours = scope["analogy"](X, "she", "her", "he")
    assert ours == word2vec.analogy(X, track.vocabulary, "she", "her", "he", 1)[0][0]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.thorough)])
def test_a_narrow_window_finds_kinds_and_a_wide_one_facts(seed):
    track = track_of(seed, documents=1)
    names = {"track": track, "V": len(track.vocabulary), "number": track.number}
    names |= {"word_of": track.vocabulary, "world": track.world}
    scope = load("pairs", "skipgram-loss-definition", "word-vectors", **names)
    stories = [track.encode(d.words) for d in track.world.documents(4000, seed=seed + 10)]
    scope |= {
        "narrow": scope["word_vectors"](stories, 2),
        "wide": scope["word_vectors"](stories, 5),
    }
    for cell in ("neighbours-definition", "kinds-definition", "analogy-definition"):
        exec(CELLS[cell], scope)
    kind, own = (
        {name: scope[share](scope[name]) for name in ("narrow", "wide")}
        for share in ("share_of_kind", "own_facts")
    )
    facts = {
        name: np.mean([scope["facts_by_analogy"](scope[name], a) for a in track.world.attributes])
        for name in ("narrow", "wide")
    }
    assert kind["narrow"] > 0.85
    assert kind["narrow"] > kind["wide"] + 0.05
    assert own["wide"] > own["narrow"] + 0.05
    assert facts["wide"] > facts["narrow"] + 0.1
    assert facts["wide"] > 0.35  # by chance 1/8
    assert scope["analogy"](scope["narrow"], "she", "her", "he") == "him"


# A state that is carried along --------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
def test_the_chapters_cells_are_the_packages_and_torchs(seed):
    scope = load("rnn-step", "lstm-step")
    x, h, c = random(4, 5, seed=seed), random(4, 6, seed=seed + 1), random(4, 6, seed=seed + 2)
    for name, kind, builtin in (
        ("rnn", recurrent.RNNCell, nn.RNNCell),
        ("lstm", recurrent.LSTMCell, nn.LSTMCell),
    ):
        torch.manual_seed(seed)
        cell, torchs = kind(5, 6), builtin(5, 6)
        W, U = cell.input.weight, cell.hidden.weight
        b = cell.input.bias + cell.hidden.bias
        torchs.load_state_dict(
            {
                "weight_ih": W,
                "weight_hh": U,
                "bias_ih": cell.input.bias,
                "bias_hh": cell.hidden.bias,
            }
        )
        if name == "rnn":
            ours, theirs, built_in = (
                (scope["rnn_step"](x, h, W, U, b),),
                cell(x, (h,)),
                (torchs(x, h),),
            )
        else:
            ours, theirs = scope["lstm_step"](x, h, c, W, U, b), cell(x, (h, c))
            built_in = torchs(x, (h, c))
        for a, b_, d in zip(ours, theirs, built_in, strict=True):
            torch.testing.assert_close(a, b_)
            torch.testing.assert_close(a, d)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_before_training_the_rnns_gradient_is_gone_and_the_lstms_is_not(track, seed):
    scope = load("gradient-definition")
    rows = torch.tensor([w for ids in track.held_out for w in ids])[: 16 * 50].view(16, 50)
    left = {}
    for cell in ("rnn", "lstm"):
        torch.manual_seed(seed)
        width = {"rnn": 144, "lstm": 80}[cell]
        model = recurrent.RecurrentLM(len(track.vocabulary), cell, width)
        norms = scope["gradient_through_time"](model, rows)
        torch.testing.assert_close(norms, recurrent.gradient_through_time(model, rows))
        left[cell] = (norms / norms[:, :1]).median(0).values
    assert left["rnn"][40] < 1e-6
    assert left["lstm"][40] > 1e-5
    assert left["lstm"][20] > 100 * left["rnn"][20]


# Attention ----------------------------------------------------------------------------------------


def test_the_chapters_masks_are_the_packages():
    scope = load("masks-definition")
    for T in (1, 2, 6):
        assert torch.equal(scope["bidirectional"](T), blocks.bidirectional(T))
        assert torch.equal(scope["causal"](T), blocks.causal(T))
        for n in range(T + 1):
            assert torch.equal(scope["prefix"](T, n), blocks.prefix(T, n))
    for order in itertools.permutations(range(4)):
        for itself in (True, False):
            ours = scope["permuted"](list(order), itself)
            assert torch.equal(ours, blocks.permuted(list(order), itself))


@pytest.mark.parametrize("allowed", [None, "causal", "nowhere"])
def test_the_chapters_attention_is_the_packages(allowed):
    scope = load(*MASKS)
    q, k, v = random(3, 2, 5, 4)
    mask = {"causal": blocks.causal(5), "nowhere": blocks.permuted([2, 0, 1, 4, 3], False)}.get(
        allowed
    )
    ours, theirs = scope["attention"](q, k, v, mask), blocks.attention(q, k, v, mask)
    for one, two in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, two)


def test_the_chapters_heads_blocks_and_positions_are_the_packages():
    scope = load(*MASKS, "heads-definition", "positions-definition", "blocks-definition")
    x, memory = random(2, 5, 8), random(2, 7, 8, seed=1)
    encoder, decoder = blocks.EncoderBlock(8, 2), seq2seq.DecoderBlock(8, 2)
    for p in (*encoder.parameters(), *decoder.parameters()):
        nn.init.normal_(p, std=0.4)

    def heads(layer):
        W = [m.weight for m in (layer.query, layer.key, layer.value, layer.out)]

        def look(x, memory=None, allowed=None):
            return scope["multi_head"](x, x if memory is None else memory, *W, 2, allowed)

        return look

    close = {"rtol": 1e-4, "atol": 1e-5}
    torch.testing.assert_close(heads(encoder.attention)(x), encoder.attention(x), **close)
    ours = scope["encoder_block"](
        x, heads(encoder.attention), encoder.feed_forward, encoder.norm1, encoder.norm2
    )
    torch.testing.assert_close(ours, encoder(x), **close)
    norms = (decoder.norm1, decoder.norm2, decoder.norm3)
    look, across = heads(decoder.attention), heads(decoder.cross_attention)
    ours = scope["decoder_block"](x, memory, look, across, decoder.feed_forward, norms)
    torch.testing.assert_close(ours, decoder(x, memory), **close)
    torch.testing.assert_close(
        scope["sinusoidal_positions"](30, 8), blocks.sinusoidal_positions(30, 8), **close
    )


def test_self_attention_does_not_know_the_order(capsys):
    load(*MASKS, "heads-definition", "order-run")
    assert float(capsys.readouterr().out.split()[-1]) < 1e-4


# BERT, XLNet, T5, Transformer-XL ------------------------------------------------------------------


def test_the_chapters_masking_is_the_packages(track):
    scope = load("mask-definition", track=track)
    special = [track.pad, track.end, *track.sentinels, track.number["<q>"], track.number["<a>"]]
    words = torch.tensor(
        [i for i in range(len(track.vocabulary)) if i not in {*special, track.mask}]
    )
    ids = torch.tensor([w for text in track.train for w in text])
    ours, theirs = (
        mask(torch.Generator().manual_seed(3))
        for mask in (
            lambda g: scope["mask_tokens"](ids, words, g),
            lambda g: bert.mask_tokens(ids, track.mask, len(track.vocabulary), special, g),
        )
    )
    for one, two in zip(ours, theirs, strict=True):
        assert torch.equal(one, two)


def test_each_stream_sees_what_it_may_for_every_order():
    scope = load(*MASKS, "two-streams-definition")
    h, g, *W = random(5, 4, 4)
    for order in itertools.permutations(range(4)):
        step = {place: t for t, place in enumerate(order)}
        content, query = scope["two_streams"](h, g, list(order), *W)
        for changed in range(4):
            other = h.clone()
            other[changed] += 1
            new_content, new_query = scope["two_streams"](other, g, list(order), *W)
            for place in range(4):
                sees = step[changed] < step[place]
                assert (not torch.equal(new_query[place], query[place])) == sees
                sees |= changed == place
                assert (not torch.equal(new_content[place], content[place])) == sees


def test_the_chapters_span_corruption_is_the_packages(track):
    scope = load("corrupt-definition", track=track)
    g, first = torch.Generator().manual_seed(0), track.sentinels[0]
    for ids in track.train[:50]:
        spans = t5.random_spans(len(ids), g)
        ours, theirs = scope["corrupt"](ids, spans), t5.corrupt(ids, spans, first)
        assert tuple(map(list, ours)) == tuple(map(list, theirs))
        assert scope["restore"](*ours) == t5.restore(*theirs, first) == ids


def test_with_memory_is_the_end_of_one_long_text():
    scope = load(*MASKS, "memory-definition")
    x, W = random(9, 4), random(3, 4, 4, seed=1)
    q, k, v = (x @ w.T for w in W)
    whole, _ = scope["attention"](q, k, v, scope["causal"](9))
    torch.testing.assert_close(scope["with_memory"](x[4:], x[:4], *W), whole[4:])


def test_the_chapters_relative_scores_are_the_packages():
    scope = load("relative-definition")
    layer = transformer_xl.RelativeAttention(8, 1)
    for p in layer.parameters():
        nn.init.normal_(p, std=0.5)
    x, context = random(1, 3, 8), random(1, 5, 8, seed=1)
    distances = torch.arange(2, 5)[:, None] - torch.arange(5)
    R = layer.place(transformer_xl.waves(distances.flatten(), 8)).view(3, 5, 8)
    u, v = layer.u.view(8), layer.v.view(8)
    scores = scope["relative_scores"](layer.query(x)[0], layer.key(context)[0], R, u, v)
    weights = scores.masked_fill(distances < 0, -math.inf).softmax(-1)
    ours = layer.out(weights @ layer.value(context)[0])
    theirs = layer(x, context, distances, distances >= 0)[0]
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_the_chapters_loss_with_memory_is_the_packages(track):
    scope = load("context-definition")
    torch.manual_seed(0)
    model = transformer_xl.TransformerXL(len(track.vocabulary), 32, 2, 2, 16)
    ids = torch.randint(len(track.vocabulary), (4, 33))
    theirs = transformer_xl.nats_by_context(model, ids[:, :-1], ids[:, 1:], 8, (0, 8, 16, 24))
    for n, loss in theirs.items():
        ours = scope["nats_with_memory"](model, ids[:, :-1], ids[:, 1:], n)
        assert ours.item() == pytest.approx(loss, abs=1e-5)


# The claims, smaller and in other worlds ----------------------------------------------------------


def gap_score(entrant, track):
    with torch.no_grad():
        return race.blank_score(entrant.fill(track.blanks), track.blanks)


@pytest.mark.parametrize("best", ["n-gram", "GPT", "BERT"])
def test_the_chapter_prints_whether_its_claim_holds(capsys, best):
    """The last cell of the claim, with made-up results: it has to be able to say no."""
    direct = {"n-gram": 0.7, "GPT": 0.6, "BERT": 0.4, "XLNet": 0.3, "T5": 4.0}
    following = {"n-gram": 0.2, "GPT": 0.04, "XLNet": 0.8}
    results = {
        name: race.Result(name, 1, 1, 4.0, following.get(name), score, 0.5)
        for name, score in direct.items()
    }
    asked = {"n-gram": "n-gram, by Bayes' rule", "GPT": "GPT, by Bayes' rule"}
    ways = {asked.get(name, name): 0.5 for name in direct}
    names = {"results": results, "track": argparse.Namespace()}
    names |= {"gap": ways | {asked.get(best, best): 0.1}, "taken": dict.fromkeys(ways, 1.0)}
    names["track"].left_floor, names["taken"]["BERT"] = 0.55, 0.1
    load("verdict-run", **names)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    says = [line[:5] for line in lines]
    no = {0, 1, 2} if best == "BERT" else set()  # not by Bayes, not slower, below the bound
    assert says == ["FAILS" if i in no else "holds" for i in range(5)]
    results["XLNet"] = race.Result("XLNet", 1, 1, 4.0, 0.1, 0.3, 0.5)
    results["T5"] = race.Result("T5", 1, 1, 4.0, None, 0.3, 0.5)
    load("verdict-run", **names)  # the counts of 1948 come last
    assert [line[:5] for line in capsys.readouterr().out.splitlines()][3:] == ["FAILS", "FAILS"]


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (2, 3))]
)
def test_the_next_word_learner_fills_gaps_best_if_asked_by_bayes_rule(seed):
    track = track_of(seed, held_out=40)
    field = line_up.line_up(track, seed)
    gpt, bert = (learn_steps(field[name], track, 300) for name in ("GPT", "BERT"))
    with torch.no_grad():
        asked = race.fill_by_scoring(gpt.nats, track)(track.blanks)
    bayes = race.blank_score(asked, track.blanks)
    assert bayes < gap_score(bert, track) / 2
    assert bayes < track.left_floor / 2
    assert gap_score(gpt, track) > max(track.left_floor - 0.1, bayes + 0.2)
    if seed != 3:  # who sees both sides passes it, too; how soon is luck, on this seed not by 600
        assert gap_score(bert, track) < 0.95 * track.left_floor


def test_xlnet_passes_the_bound_of_readers_from_the_left_and_is_bad_at_the_next_word():
    track = track_of(1, held_out=100)
    xlnet = learn_steps(line_up.line_up(track, 1)["XLNet"], track, 350)
    assert gap_score(xlnet, track) < 0.85 * track.left_floor
    counts = learn_steps(line_up.line_up(track, 1)["n-gram"], track, 1)
    assert race.score(xlnet, track).next_word > 2 * race.score(counts, track).next_word


def test_sentences_that_were_never_seen_are_translated():
    track = track_of(1, documents=1, held_out=1)
    scope = load("translation-data-cell", world=track.world, track=track, detokenise=" ".join)
    scope |= {"V": len(track.vocabulary)}
    exec(CELLS["translation-rows"], scope)
    recipe = loop.TrainConfig(1000, 5e-3, warmup=50, final=0.0)
    translator, batches = scope["translator"], scope["batches"]
    task = race.Entrant("translator", translator, batches, seq2seq.seq2seq_loss, recipe)
    learn_steps(task, track, 300)
    stop, fresh = scope["stop"], scope["fresh"]
    rows = translator.translate(scope["rows_of"](fresh)[0], begin=stop, end=stop)
    answers = [tuple(scope["chinese"].vocabulary[i] for i in row) for row in rows]
    right = [answer == zh for answer, (_, zh) in zip(answers, fresh, strict=True)]
    assert len(right) == 100
    assert np.mean(right) > 0.7
