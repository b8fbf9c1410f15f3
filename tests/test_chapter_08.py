"""What chapter 8 defines in its cells is what the package offers, and its claim holds elsewhere."""

import copy
import html
import math
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from sklearn.metrics import adjusted_rand_score
from torch import nn
from torch.nn import functional as F

from llmbook_utils import adapter, byte_pairs, gpt, lora, packing, pretraining
from llmbook_utils import train as loop
from llmbook_utils.corpus import World, phrases
from llmbook_utils.tokenizer import Tokenizer

CHAPTER = Path(__file__).parents[1] / "chapters" / "08_pretraining.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}
MODEL = ("config", "rotary-definition", "attend", "attention-definition", "block-definition")
MODEL += ("gpt-definition",)
LOOP = ("decay-groups", "schedule-definition", "accumulate", "train-definition", "train-loop")


def load(*ids, **names):
    """Run the cells with these ids, and return what they define."""
    scope = {"np": np, "math": math, "torch": torch, "nn": nn, "F": F, "re": re, "html": html}
    scope |= {"Counter": Counter, "defaultdict": defaultdict, "dataclass": dataclass}
    scope |= {"cache": cache, "pairwise": pairwise, "zlib": zlib, "unicodedata": unicodedata}
    scope |= {"World": World, "phrases": phrases, "Tokenizer": Tokenizer, "copy": copy} | names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


@pytest.fixture(scope="module")
def data(world):
    """A tokenizer and packed rows, smaller than the chapter's."""
    documents = world.documents(3000, seed=0)
    tokenizer = pretraining.tokenizer_for(world, documents)
    end = tokenizer.special_id("<end>")
    sequences = tokenizer.encode_documents([d.text for d in documents])
    return tokenizer, sequences, packing.pack(sequences, 80, end)


@pytest.fixture(scope="module")
def model():
    return load(*MODEL)


# Three ways to learn, and cleaning ----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_groups_of_users_and_films_are_found_for_other_ratings_too(seed):
    source = CELLS["ratings"].replace("default_rng(0)", f"default_rng({seed})")
    scope = load("kmeans")
    exec(source, scope)
    ratings = scope["ratings"]
    centred = ratings - np.nanmean(ratings, axis=1, keepdims=True)
    users = scope["best_groups"](centred, 3)
    films = scope["best_groups"](centred.T, 4)
    assert adjusted_rand_score(scope["taste"], users) > 0.6
    assert adjusted_rand_score(scope["genre"], films) > 0.6


def test_equal_minima_estimate_the_jaccard_index(world):
    scope = load("minhash")
    rng = np.random.default_rng(0)
    a, b, equal = rng.integers(2**32, size=(2, 300)), 0.0, []
    A, B = set(a[0].tolist()), set(a[0][:200].tolist()) | set(a[1][:100].tolist())
    for seed in range(40):
        scope["numberings"] = np.random.default_rng(seed).integers(1, 2**31, (32, 2))
        equal.append(np.mean(scope["minima"](A) == scope["minima"](B)))
    b = scope["jaccard"](A, B)
    assert b == pytest.approx(0.5)
    assert np.mean(equal) == pytest.approx(b, abs=0.06)  # 1280 draws: 4 standard errors


def test_cleaning_keeps_the_good_and_drops_the_dirt(world):
    ids = ("dirty", "collect", "clean", "filter", "minhash", "deduplicate", "clean-run")
    scope = load(*ids, world=world)
    kept = Counter(
        kind
        for (_, kind), fate in zip(scope["pages"], scope["fate"], strict=True)
        if fate == "kept"
    )
    sizes = Counter(kind for _, kind in scope["pages"])
    share = {kind: kept[kind] / n for kind, n in sizes.items()}
    assert share["good"] > 0.85
    assert share["copy"] == share["spam"] == share["Chinese"] == 0
    assert share["copy with typo"] < 0.3
    assert share["gibberish"] < 0.1
    ends = {kind: fate for (_, kind), fate in zip(scope["pages"], scope["fate"], strict=True)}
    assert ends["spam"] == "repeats itself"  # each rule decides something
    assert ends["Chinese"] == "other language"
    assert "no sentence" in scope["fate"]


def test_copies_come_to_light_by_cleaning(world, capsys):
    load("dirty", "collect", "clean", "filter", "minhash", "deduplicate", "clean-run", world=world)
    before, after = re.findall(r"cleaning (\d+) of 300 copies", capsys.readouterr().out)
    assert int(before) < 100
    assert int(after) == 300


# Tokens and rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, 1, 100, None])
def test_the_chapters_bpe_equals_the_packages(world, limit):
    scope = load("merge", "learn-merges")
    pieces = Counter(
        w.encode() for d in world.documents(50, 1) for w in re.findall(" ?.+?", d.text)
    )
    pieces.update({b" lives": 5, b" livid": 3, "é".encode(): 2, b"aaaa": 9})
    args = () if limit is None else (limit,)
    assert scope["learn_merges"](pieces, *args) == byte_pairs.learn_merges(pieces, limit)


def test_the_chapters_encoding_equals_the_packages(world):
    texts = [d.text for d in world.documents(300, seed=4)]
    scope = load("merge", "learn-merges", "encode", PIECE=re.compile(r" ?\w+| ?[^\w\s]+|\s+"))
    tokenizer = Tokenizer.train(texts, vocab_size=400)
    scope |= {"merges": list(tokenizer.merges)}
    exec(CELLS["encode"], scope)
    scope["tokens"] = [tokenizer.token(i) for i in range(256 + len(tokenizer.merges))]
    for text in (*texts, "Zoë lives in Timbuktu, so they say!"):
        assert scope["encode"](text) == tokenizer.encode_document(text, end=None)
        assert scope["decode"](scope["encode"](text)) == text


def test_the_chapters_packing_equals_the_packages(data):
    tokenizer, sequences, rows = data
    source = CELLS["pack-definition"].split("\n\n\n")[0]
    scope = {"torch": torch, "END": tokenizer.special_id("<end>")}
    exec(source, scope)
    assert all(map(torch.equal, scope["pack"](sequences, 80), rows))


# Model and loop -----------------------------------------------------------------------------------


def test_the_chapters_gpt_equals_the_packages(model):
    ids = torch.randint(50, (3, 20), generator=torch.Generator().manual_seed(0))
    torch.manual_seed(5)
    ours = model["GPT"](model["Config"](50))
    torch.manual_seed(5)
    theirs = gpt.GPT(gpt.GPTConfig(50, context=80))
    torch.testing.assert_close(dict(ours.state_dict()), dict(theirs.state_dict()))
    for p in ours.parameters():  # blocks begin as the identity: only other weights tell them apart
        nn.init.normal_(p, std=0.3)
    theirs.load_state_dict(ours.state_dict())
    torch.testing.assert_close(ours(ids), theirs(ids), rtol=1e-4, atol=1e-4)


def test_the_chapters_attention_equals_the_fused_one(model):
    q, k, v = torch.randn(3, 2, 3, 7, 8, generator=torch.Generator().manual_seed(0))
    fused = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    torch.testing.assert_close(model["attend"](q, k, v), fused, rtol=1e-5, atol=1e-5)


def test_with_a_cache_the_same_tokens_are_written(model):
    scope = load(*MODEL, "past-definition", "generate-definition")
    torch.manual_seed(0)
    ours = scope["GPT"](scope["Config"](40))
    for p in ours.parameters():
        nn.init.normal_(p, std=0.3)
    prompt = torch.randint(40, (4, 3))
    texts = [
        scope["generate"](scope["model"], prompt, 30, torch.Generator().manual_seed(1), cached)
        for scope["model"] in [ours]
        for cached in (True, False)
    ]
    assert torch.equal(*texts)
    theirs = gpt.GPT(gpt.GPTConfig(40, context=80))
    theirs.load_state_dict(ours.state_dict())
    again = theirs.generate(prompt, 30, generator=torch.Generator().manual_seed(1))
    assert torch.equal(texts[0], again)


def test_the_chapters_schedule_equals_the_packages():
    scope = load("schedule-definition")
    config = loop.TrainConfig(60, 3e-3, warmup=7, final=0.3)
    ours = [scope["learning_rate"](step, 60, 3e-3, 7, 0.3) for step in range(60)]
    assert ours == pytest.approx([loop.learning_rate(step, config) for step in range(60)])


def test_the_chapters_loop_equals_the_packages(model, data):
    scope = load(*MODEL, *LOOP)
    tokenizer, _, rows = data
    ours = scope["GPT"](scope["Config"](tokenizer.vocab_size, width=16))
    theirs = gpt.GPT(gpt.GPTConfig(tokenizer.vocab_size, context=80, width=16))
    theirs.load_state_dict(ours.state_dict())
    losses = scope["train"](ours, scope["shuffled"](rows, 4), 12, 6e-3, warmup=4)
    config = loop.TrainConfig(12, 6e-3, warmup=4, final=0.0)
    history = loop.train(theirs, loop.shuffled(rows, 4), config, progress=None)
    assert losses == pytest.approx(history.loss, abs=1e-5)
    assert losses[-1] < losses[0] - 0.1


def test_micro_batches_of_different_lengths_add_up_to_the_large_batch(model, data):
    scope = load(*MODEL, "accumulate")
    tokenizer, sequences, _ = data
    end, pad = tokenizer.special_id("<end>"), tokenizer.special_id("<pad>")
    x, y = packing.padded(sorted(sequences, key=len)[::200], end, pad)
    ours = scope["GPT"](scope["Config"](tokenizer.vocab_size, width=16))
    gradients = []
    for parts in ([(x, y)], list(zip(x.split(5), y.split(5), strict=True))):
        loss = scope["accumulate"](ours, parts)
        gradients.append(torch.cat([p.grad.flatten() for p in ours.parameters()]))
        assert loss == pytest.approx(loop.evaluate(ours, (x, y)), abs=1e-5)
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-7)


def test_the_chapters_recipe_is_the_packages(model):
    recipe = pretraining.Recipe()
    assert (recipe.seed, recipe.train.final, recipe.train.accumulate) == (0, 0.0, 1)
    same = ("learning_rate", "steps")  # what the chapter takes from the recipe itself
    defaults = {k: v for k, v in vars(loop.TrainConfig(1, final=0.0)).items() if k not in same}
    assert {k: v for k, v in vars(recipe.train).items() if k not in same} == defaults
    theirs = gpt.GPTConfig(1, recipe.context, recipe.layers, recipe.heads, recipe.width)
    assert vars(model["Config"](1)) == vars(theirs)


# The claim, smaller and over three worlds ---------------------------------------------------------


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (2, 3))]
)
def test_a_short_run_on_few_people_comes_near_the_floor_and_knows_the_facts(model, seed):
    """Only documents about eight people, so that two sevenths of the steps are enough."""
    scope = load(*MODEL, *LOOP)
    world = World(seed)
    told, secret = world.pairs[:32], world.pairs[32:]
    documents = world.documents(3000, seed=10, without=secret)
    tokenizer = pretraining.tokenizer_for(world, documents)
    sequences = tokenizer.encode_documents([d.text for d in documents])
    rows = packing.pack(sequences, 80, tokenizer.special_id("<end>"))
    torch.manual_seed(seed)
    ours = scope["GPT"](scope["Config"](tokenizer.vocab_size))
    scope["train"](ours, scope["shuffled"](rows, 8, seed), 400, 1e-2)
    known = pretraining.facts_known(ours, tokenizer, world)
    above = pretraining.excess(ours, tokenizer, world.documents(300, 11, without=secret))

    assert sum(known[pair] for pair in told) >= 20  # a kind of fact can be late: 24 to 32
    assert sum(known[pair] for pair in secret) <= 30  # of 96, by chance: 4 to 17
    assert 0 < above < 0.15


# Fine-tuning and accounting -----------------------------------------------------------------------


def test_the_chapters_lora_and_adapter_equal_the_packages():
    scope = load("lora-definition", "adapter-definition")
    torch.manual_seed(0)
    x, base = torch.randn(5, 12), nn.Linear(12, 20, bias=False)
    pairs = [
        (scope["LoRALinear"](base, 3, 8), lora.LoRALinear(copy.deepcopy(base), 3, 8)),
        (scope["Adapter"](base, 4), adapter.Adapter(copy.deepcopy(base), 4)),
    ]
    for ours, theirs in pairs:
        torch.testing.assert_close(ours(x), base(x))  # it begins as nothing
        for p in ours.parameters():
            nn.init.normal_(p)
        theirs.load_state_dict(ours.state_dict())
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-4)
        assert not torch.allclose(ours(x), base(x), atol=0.1)


def test_frozen_weights_stay_and_few_are_trained(model):
    scope = load(*MODEL, "lora-definition", "adapter-definition", "wrap")
    pretrained = scope["GPT"](scope["Config"](40))
    for name in ("lora", "adapters"):
        tuned = scope[name](copy.deepcopy(pretrained))
        trained = [p for p in tuned.parameters() if p.requires_grad]
        assert (
            0
            < sum(p.numel() for p in trained)
            < 0.1 * sum(p.numel() for p in pretrained.parameters())
        )
        ids = torch.randint(40, (2, 9))
        torch.testing.assert_close(tuned(ids), pretrained(ids))


def test_the_chapters_accounting_equals_the_packages(model):
    scope = load(*MODEL, "accounting-formulas")
    for layers, heads, width in ((1, 2, 8), (3, 4, 32)):
        ours = scope["Config"](77, 80, layers, heads, width)
        theirs = gpt.GPTConfig(77, 80, layers, heads, width)
        assert scope["count_parameters"](ours) == gpt.count_parameters(theirs)
        assert scope["forward_flop"](ours, 50) == gpt.flops_per_token(theirs, 50)


def test_a_power_law_is_found_again():
    scope = load("scaling-fit-definition")
    sizes = np.array([10.0, 100.0, 5000.0])
    assert scope["power_law"](sizes, 3 * sizes**-0.4) == pytest.approx((3, 0.4))
