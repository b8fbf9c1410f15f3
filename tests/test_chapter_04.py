"""What chapter 4 defines in its cells is what the package offers, and its claims hold elsewhere."""

import copy
import math
import re
import string
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmbook_utils import compress, downstream, metrics, packing, pretraining
from llmbook_utils import train as loop
from llmbook_utils.corpus import lexicon
from llmbook_utils.downstream import forms
from llmbook_utils.downstream.eight_tasks import entities as entity_task
from llmbook_utils.gpt import GPT, GPTConfig

CHAPTER = Path(__file__).parents[1] / "chapters" / "04_directions.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}
SEEDS = [1, 2, 3]


def more(seed):
    """The same with another seed: thorough."""
    return pytest.param(seed, marks=pytest.mark.thorough)


def load(*ids, **names):
    """Run the cells with these ids, and return what they define."""
    scope = {"np": np, "math": math, "torch": torch, "nn": nn, "F": F, "re": re, "copy": copy}
    scope |= {"string": string, "Counter": Counter, "lexicon": lexicon, "GPT": GPT}
    scope |= {"GPTConfig": GPTConfig, "loop": loop, "compress": compress}
    scope |= {"downstream": downstream} | names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


@pytest.fixture(scope="module")
def words(world, chinese):
    return downstream.Vocabulary.of(world, chinese)


@pytest.fixture(scope="module")
def body(world, words):
    return downstream.rehouse(pretraining.pretrained(world, quiet=True), words)


@pytest.fixture(scope="module")
def every(world, chinese):
    return downstream.eight_tasks(world, chinese)


# The tasks and their metrics ----------------------------------------------------------------------


def random_tags(rng, n):
    """Broken ones too: tags that no person would write."""
    return rng.choice(["O", "B-X", "I-X", "B-Y", "I-Y"], n).tolist()


def random_words(rng):
    return rng.choice(["the", "old", "man", "and", "sea", "."], rng.integers(1, 12)).tolist()


def test_the_chapters_spans_and_their_scores_equal_the_packages():
    scope, rng = load("spans-definition", "f1-definition"), np.random.default_rng(0)
    sizes = rng.integers(1, 12, 200)
    wanted, got = ([random_tags(rng, n) for n in sizes] for _ in range(2))
    for tags in wanted:
        assert scope["spans"](tags) == [tuple(span) for span in metrics.spans(tags)]
    for some in (wanted, wanted[:1], [["O"]]):
        these = got[: len(some)] if len(some) > 1 else [["O"] * len(some[0])]
        assert scope["entity_scores"](some, these) == pytest.approx(
            metrics.entity_scores(some, these)
        )


def test_the_chapters_answer_equals_the_packages():
    scope, rng = load("best-span"), np.random.default_rng(1)
    answers = []
    for _ in range(300):
        begins, ends = rng.normal(size=(2, rng.integers(2, 10)))
        answers.append(scope["best_span"](begins, ends))
        assert answers[-1] == downstream.best_span(begins.tolist(), ends.tolist())
    assert None in answers
    assert any(answers)


def test_the_chapters_squad_scores_equal_the_packages():
    scope, rng = load("f1-definition", "squad-definition"), np.random.default_rng(2)
    texts = ["", "the", "The  old man!", *(" ".join(random_words(rng)) for _ in range(40))]
    for a in texts:
        for b in texts:
            assert scope["word_f1"](a, b) == pytest.approx(metrics.squad_f1(a, [b]))
            same = scope["normalise"](a) == scope["normalise"](b)
            assert float(same) == metrics.squad_exact(a, [b])


def test_the_chapters_overlaps_equal_the_packages():
    scope = load("f1-definition", "bleu-definition", "chrf-definition", "rouge-definition")
    rng = np.random.default_rng(3)
    for n in (1, 2, 40):
        for _ in range(20):
            ours, theirs = ([random_words(rng) for _ in range(n)] for _ in range(2))
            if n > 1:
                theirs[0] = ours[0]
            one_each = [[t] for t in theirs]
            assert scope["bleu"](ours, theirs) == pytest.approx(metrics.bleu(ours, one_each))
            plain = [" ".join(t) for t in ours]
            good = [" ".join(t) for t in theirs]
            package = metrics.chrf(plain, [[t] for t in good])
            assert scope["chrf"](plain, good) == pytest.approx(package)
            for a, b in zip(ours, theirs, strict=True):
                assert scope["rouge_l"](a, b) == pytest.approx(metrics.rouge_l(a, b))
                for size in (1, 2, 3):
                    theirs_n = metrics.rouge_n(a, b, size)
                    assert scope["rouge_n"](a, b, size) == pytest.approx(theirs_n)


def test_perplexity_is_the_exponential_of_the_mean_loss(body, every, words):
    some, examples = every["modelling"], every["modelling"].examples(20, seed=5)
    scope = load("perplexity", unseen={"modelling": examples})
    rows = [forms.row(some, e, words) for e in examples]
    model, log_probs = downstream.Model(body, [some]), []
    for ids, labels in rows:
        p = model(torch.tensor([ids]), some)[0].log_softmax(-1)
        log_probs += [p[i, y].item() for i, y in enumerate(labels) if y >= 0]
    package = downstream.evaluate(model, some, examples, words)["perplexity"]
    assert scope["perplexity"](log_probs) == pytest.approx(package, rel=1e-4)


# Heads, rows, several tasks -----------------------------------------------------------------------


def test_the_chapters_head_and_its_loss_are_the_packages(body, every, words):
    scope, task = load("head-definition"), every["entities"]
    ours = scope["Head"](body, len(task.labels))
    theirs = downstream.Model(body, [task])
    theirs.heads["entities"].load_state_dict(ours.head.state_dict())
    rows = [forms.row(task, e, words) for e in task.examples(6, seed=1)]
    ids, labels = forms.together(rows, words["<pad>"])
    torch.testing.assert_close(ours(ids), theirs(ids, task))
    total, count = forms.loss(task, theirs(ids, task), labels)
    torch.testing.assert_close(scope["head_loss"](ours(ids), labels), total / count)


@pytest.mark.parametrize("readings", [1, 2])
def test_a_text_is_read_as_the_chapter_says(every, words, readings):
    scope, task = load("readings-definition"), every["roles"]
    for example in task.examples(20, seed=1):
        ids, labels = forms.row(task, example, words, readings)
        read = scope["rows_of"](example.words, readings)
        assert words.words(ids) == tuple(read)
        tags = [task.labels[i] for i in labels[-len(example.words) :]]
        assert tuple(tags) == tuple(example.target)
        assert set(labels[: -len(example.words)]) == {loop.IGNORE}


def test_the_weighted_mean_of_losses_has_the_gradient_that_the_package_follows(body, every, words):
    scope = load("multi-task-loss")
    names, weights = ("classification", "entities"), {"classification": 0.5, "entities": 2.0}
    data = {n: (every[n], every[n].examples(4, seed=1)) for n in names}
    model = downstream.Model(body, [every[n] for n in names])
    losses = []
    for task, examples in data.values():
        rows = [forms.row(task, e, words) for e in examples]
        ids, labels = forms.together(rows, words["<pad>"])
        total, count = forms.loss(task, model(ids, task), labels)
        losses.append(total / count)
    scope["multi_task_loss"](losses, weights.values()).backward()
    wanted = model.body.tokens.weight.grad
    recipe = downstream.Recipe(4, 1, 1e-4, batch_size=4)
    before = model.body.tokens.weight.detach()
    after = downstream.multi_task(body, data, words, recipe, weights=weights)
    moved = (after.body.tokens.weight - before)[wanted.abs() > 1e-6]
    # Adam's first step goes against the sign of the gradient
    agree = (moved.sign() == -wanted[wanted.abs() > 1e-6].sign()).float().mean()
    assert agree > 0.9


# Compression --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("T", "alpha"), [(1, 1.0), (2, 1.0), (5, 0.3), (2, 0.0)])
def test_the_chapters_distillation_equals_the_packages(T, alpha):
    scope, generator = load("distillation-definition"), torch.Generator().manual_seed(0)
    z, v = 3 * torch.randn(2, 7, 11, generator=generator)
    labels = torch.randint(11, (7,), generator=generator)
    ours = scope["distillation_loss"](z, v, labels, T, alpha)
    theirs = alpha * compress.distillation_loss(z, v, T)
    theirs = theirs + (1 - alpha) * F.cross_entropy(z, labels)
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_the_chapters_mask_equals_the_packages(share):
    scope = load("pruning-definition")
    w = torch.randn(8, 9, generator=torch.Generator().manual_seed(0))
    w[0, :3] = 0.1  # ties
    assert torch.equal(scope["keep_mask"](w, share), compress.magnitude_masks({"w": w}, share)["w"])


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_the_chapters_numbers_equal_the_packages(bits):
    scope = load("quantise-definition")
    w = torch.randn(5, 6, generator=torch.Generator().manual_seed(0))
    w[2] = 0
    for per_row in (True, False):
        q, s = scope["quantise"](w, bits, per_row)
        theirs_q, theirs_s = compress.quantise(w, bits, per_channel=per_row)
        assert torch.equal(q, theirs_q)
        torch.testing.assert_close(s.expand_as(w), theirs_s.expand_as(w))
        back = scope["dequantise"](q, s)
        torch.testing.assert_close(back, compress.dequantise(theirs_q, theirs_s))
        assert ((w - back).abs() <= s / 2 + 1e-6).all()


# The claims, with other examples and seeds --------------------------------------------------------


@pytest.mark.parametrize("seed", [1, more(2)])
def test_the_claim_holds_with_other_examples_and_other_fresh_weights(
    world, body, every, words, seed
):
    """Ahead by more than 0.02 in six of eight; in the other two it may be either way."""
    scope = load("untold-definition", english=world)
    fresh, ahead, stored, added = downstream.fresh(body.config, seed=10 + seed), {}, [], []
    six = [name for name in every if name not in ("classification", "questions")]
    for name in every if seed == 1 else six:  # compressed are all eight, once
        task, recipe = every[name], downstream.RECIPES[name]
        labelled = task.examples(recipe.examples, seed=200 + seed)
        unseen = downstream.unseen(task, 100, seed=50 + seed, seen=labelled)
        model = downstream.fine_tune(body, task, labelled, words, recipe, seed=seed)
        small = compress.int8(model, activations=False)
        stored.append([compress.size_in_bytes(m) for m in (model, small)])
        models, sign = {"pretrained": model, "small": small}, 1 - 2 * (name == "modelling")
        if name in six:
            recipe = downstream.FROM_SCRATCH[name]
            models["fresh"] = downstream.fine_tune(fresh, task, labelled, words, recipe, seed=seed)
        score = {
            start: sign * downstream.evaluate(m, task, unseen, words)[task.metric]
            for start, m in models.items()
        }
        assert score["pretrained"] - score["small"] <= 0.03, name
        if "fresh" in models:
            ahead[name] = score["pretrained"] - score["fresh"]
        if name == "summarisation":
            for one in ("fresh", "pretrained"):
                texts = downstream.predict(models[one], task, unseen, words)
                facts = [
                    (example.target[0], value)
                    for example, text in zip(unseen, texts, strict=True)
                    for value in scope["untold"](example, text)
                ]
                added.append(np.mean([scope["is_true"](*fact) for fact in facts]))
    print(seed, ahead, added)
    assert min(ahead.values()) > 0.02, ahead
    assert ahead["dialogue"] > 0.1  # only who was pretrained knows the answers
    assert len(ahead) == 6
    before, after = np.sum(stored, axis=0)
    assert after < before / 3
    assert added[0] < 0.25 < 0.6 < added[1]


def test_no_example_of_the_tests_stands_in_training(every):
    scope = load("clean-test", eight_tasks=lambda *_: every, english=None, chinese=None)
    for name in every:
        known = {scope["read"](e) for e in scope["labelled"][name]}
        assert len(known) > 30
        assert not known & {scope["read"](e) for e in scope["unseen"][name]}
        assert len(scope["unseen"][name]) == 150
    assert scope["leaks"]["translation"] > 75  # of sentences, most would; of stories, none
    assert scope["leaks"]["entities"] + scope["leaks"]["summarisation"] < 3


@pytest.mark.parametrize("seed", [1, more(2), more(3)])
def test_a_dictionary_carries_the_tagger_to_chinese(world, chinese, body, every, words, seed):
    scope = load("dictionary", "translate-rows", words=words, chinese=chinese)
    task, in_chinese = every["entities"], entity_task(chinese)
    tagger = downstream.fine_tune(body, task, task.examples(32, seed=seed), words, seed=seed)
    unseen = in_chinese.examples(100, seed=60 + seed)
    moved = copy.deepcopy(tagger)
    moved.body = scope["translate_rows"](tagger.body, scope["dictionary"])
    random, carried = (
        downstream.evaluate(m, in_chinese, unseen, words)["F1"] for m in (tagger, moved)
    )
    assert random < 0.2
    assert carried > 0.55


@pytest.mark.parametrize("seed", [1, more(2)])
def test_a_tag_that_hangs_on_the_next_words_needs_a_second_reading(body, every, words, seed):
    task = every["roles"]
    labelled, right = task.examples(400, seed=seed), {}
    these = downstream.unseen(task, 300, seed=70 + seed, seen=labelled)
    recipe = downstream.Recipe(400, 120, 5e-3, batch_size=16)
    for readings in (1, 2):
        model = downstream.fine_tune(body, task, labelled, words, recipe, readings=readings)
        guess = downstream.predict(model, task, these, words, readings)
        right[readings] = np.mean(
            [
                wanted == got
                for e, tags in zip(these, guess, strict=True)
                for before, wanted, got in zip(e.words, e.target[1:], tags[1:], strict=False)
                if before == "has"
            ]
        )
    assert right[1] < 0.8
    assert right[2] > right[1] + 0.1


def test_from_scratch_the_tagger_of_entities_loses_in_company(body, every, words):
    gains, names = [], ("classification", "entities", "roles")
    recipe = downstream.Recipe(64, 80, 5e-3)
    for seed in SEEDS:
        fresh = downstream.fresh(body.config, seed=10 + seed)
        data = {n: (every[n], every[n].examples(64, seed=seed)) for n in names}
        shared = downstream.multi_task(fresh, data, words, recipe, seed=seed)
        task, labelled = data["entities"]
        alone = downstream.fine_tune(fresh, task, labelled, words, recipe, seed=seed)
        unseen = task.examples(100, seed=80 + seed)
        scores = [downstream.evaluate(m, task, unseen, words)["F1"] for m in (alone, shared)]
        gains.append(scores[1] - scores[0])
    print(gains)
    assert np.mean(gains) < -0.02


def test_a_teacher_is_worth_more_than_words_where_text_is_scarce(world, body, words):
    scope = {"english": world, "words": words, "packing": packing, "pretraining": pretraining}
    scope = load("lm-rows", "distillation-definition", "train-student", body=body, **scope)
    alone, taught = (scope["above"](scope["train_student"](1, alpha)) for alpha in (0.0, 0.9))
    assert taught < alone - 0.1
    assert scope["above"](body) < taught / 3  # the teacher itself is far better


def test_pruning_breaks_late_and_training_repairs(world, body, words):
    scope = {"english": world, "words": words, "packing": packing, "pretraining": pretraining}
    scope = load("lm-rows", "pruned", body=body, **scope)
    above, pruned = scope["above"], scope["pruned"]
    before = above(body)
    assert above(pruned(0.2)) < before + 0.02
    assert above(pruned(0.7)) > before + 0.5
    tuned = pruned(0.7, train=True)
    assert above(tuned) < before + 0.15
    zeros = sum(int((w == 0).sum()) for w in compress.matrices(tuned).values())
    assert zeros / sum(w.numel() for w in compress.matrices(tuned).values()) > 0.69
    nats = [above(compress.rounded(body, bits)) for bits in (8, 4, 2)]
    assert nats[0] < before + 0.005
    assert nats[1] < before + 0.1
    assert nats[2] > before + 1
