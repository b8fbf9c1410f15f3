"""Downstream tasks: examples, rows, losses, predictions, training; nothing here needs a stage."""

import copy
import math
from dataclasses import replace

import pytest
import torch
from properties import given, settings, st

from llmbook_utils.corpus import World, detokenise, tasks
from llmbook_utils.downstream import (
    Model,
    Recipe,
    Vocabulary,
    best_span,
    eight_tasks,
    evaluate,
    fine_tune,
    forms,
    fresh,
    learning_curve,
    multi_task,
    predict,
    rehouse,
    unseen,
)
from llmbook_utils.downstream.backbone import CONTEXT, END, EXTRACT, PAD
from llmbook_utils.downstream.eight_tasks import entities
from llmbook_utils.downstream.fine_tune import bucketed
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.pretraining import Pretrained
from llmbook_utils.pretraining import Recipe as Stage
from llmbook_utils.train import IGNORE, History

NAMES = [
    "classification",
    "entities",
    "roles",
    "questions",
    "modelling",
    "translation",
    "summarisation",
    "dialogue",
]


@pytest.fixture(scope="module")
def words(world, chinese):
    return Vocabulary.of(world, chinese)


@pytest.fixture(scope="module")
def every(world, chinese):
    return eight_tasks(world, chinese)


@pytest.fixture(scope="module")
def small(words):
    return fresh(GPTConfig(len(words), context=CONTEXT, layers=1, heads=2, width=16), seed=1)


# The body -----------------------------------------------------------------------------------------


def test_a_vocabulary_gives_words_back(words):
    text = ("Mara", "lives", "in", "Oslo", ".", "玛拉", "<zh>", END)
    assert words.words(words.ids(text)) == text
    assert len(set(words.all)) == len(words)
    with pytest.raises(ValueError, match="expected a word of this vocabulary, got 'Atlantis'"):
        words["Atlantis"]
    with pytest.raises(ValueError, match="expected words that differ, got 2"):
        Vocabulary(["a", "a"])


def test_the_rehoused_body_reads_english_as_before(world, tokenizer, words):
    torch.manual_seed(0)
    old = GPT(GPTConfig(tokenizer.vocab_size, context=80, layers=1, heads=2, width=16))
    for p in old.parameters():
        torch.nn.init.normal_(p, std=0.3)
    body = rehouse(Pretrained(tokenizer, old, History(), Stage()), words)
    for document in world.documents(5, seed=1):
        before = old.hidden(torch.tensor([tokenizer.encode_document(document.text)]))
        after = body.hidden(torch.tensor([words.ids(document.words)]))
        assert torch.allclose(before, after, atol=1e-5)
    assert body.config.context == CONTEXT
    new = body.tokens.weight[words["玛拉"]]
    assert new.std().item() == pytest.approx(old.tokens.weight.std().item(), rel=0.5)
    with pytest.raises(ValueError, match="expected a context of at least 80, got 64"):
        rehouse(Pretrained(tokenizer, old, History(), Stage()), words, context=64)


def test_fresh_bodies_depend_on_their_seed_alone(small):
    torch.manual_seed(7)
    again, other = fresh(small.config, 1), fresh(small.config, 2)
    assert torch.equal(again.tokens.weight, small.tokens.weight)
    assert not torch.equal(other.tokens.weight, small.tokens.weight)


# Examples -----------------------------------------------------------------------------------------


def test_there_are_eight_tasks_in_one_world(every, world, chinese):
    assert list(every) == NAMES
    for pair in [(world, world), (chinese, world), (world, World(1, "zh"))]:
        with pytest.raises(ValueError, match="expected one world in English and in Chinese, got"):
            eight_tasks(*pair)


@pytest.mark.parametrize("name", NAMES)
def test_examples_depend_on_their_seed_and_fit(every, words, name):
    task = every[name]
    some = task.examples(60, 3)
    assert len(some) == 60
    assert some == task.examples(60, 3) != task.examples(60, 4)
    for example in some:
        ids, labels = forms.row(task, example, words)
        assert len(ids) == len(labels) <= CONTEXT
        assert set(labels) != {IGNORE}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("modelling", "dialogue")])
def test_the_targets_have_the_highest_scores_and_others_lower_ones(every, name):
    task = every[name]
    some = task.examples(40, 5)
    targets = [e.target for e in some]
    assert all(score == pytest.approx(1) for score in task.score(some, targets).values())
    turned = targets[1:] + targets[:1]
    if task.form == "tags":  # as many tags as words
        turned = [("O",) * len(t) for t in targets]
    assert next(iter(task.score(some, turned))) == task.metric
    assert task.score(some, turned)[task.metric] < 0.9


def test_what_the_examples_say(every, world, chinese):
    for document, example in zip(
        world.documents(20, 8), every["classification"].examples(20, 8), strict=True
    ):
        assert example.target == (tasks.topic(document),)
        assert example.words == document.words
    for example in every["questions"].examples(40, 8):
        assert example.question[0] == "<q>"
        assert example.target is None or 0 < example.target[1] - example.target[0] <= 4
    asked = every["questions"].examples(600, 8)
    assert 0.25 < sum(example.target is None for example in asked) / 600 < 0.45
    for example in every["roles"].examples(40, 8):
        place = example.words.index("<verb>")
        assert example.target[place : place + 2] == ("O", "B-predicate")
        assert sum(tag == "B-predicate" for tag in example.target) == 1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_unseen_was_not_read_in_training(every, name):
    task = every[name]
    some = task.examples(400, 0)
    read = {(e.question, e.words or e.target) for e in some}
    new = unseen(task, 100, 1, some)
    assert len(new) == 100
    assert not {(e.question, e.words or e.target) for e in new} & read
    again = unseen(task, 50, 1, [])
    assert again == task.examples(50, 1)
    assert unseen(task, 20, 0, some[:30]) == [e for e in some[30:] if e not in some[:30]][:20]


def test_where_all_was_seen_there_is_nothing_to_test(every):
    task = replace(every["roles"], examples=lambda n, seed: every["roles"].examples(1, 0) * n)
    with pytest.raises(ValueError, match="expected 5 unseen examples of 'roles', got 0"):
        unseen(task, 5, 1, task.examples(1, 0))


def test_sentences_are_translated_as_their_stories_are(every, world, chinese):
    document = world.documents(1, 0)[0]
    some = every["translation"].examples(60, 0)
    source, target = (), ()
    for example in some:
        source, target = source + example.words[:-1], target + example.target[:-1]
        if source == document.words[:-1]:
            break
        assert document.words[: len(source)] == source
    assert (*target, END) == tasks.translate(document, chinese).words


def test_an_answer_in_a_dialogue_is_right_if_it_tells_the_truth(every, world):
    task = every["dialogue"]
    some = task.examples(200, 2)
    assert task.score(some, [e.target for e in some])["right"] == pytest.approx(0.65, abs=0.12)
    truths = [("It", world.fact(*e.pair)) for e in some]
    assert task.score(some, truths)["right"] == 0  # no sentence of this world
    assert task.score(some, [(END,)] * 200)["right"] == 0


def test_modelling_is_scored_by_probabilities(every, words, small):
    task = every["modelling"]
    some = task.examples(20, 1)
    with pytest.raises(TypeError, match="expected a model to score, got texts"):
        task.score(some, [e.target for e in some])
    scores = evaluate(Model(small, []), task, some, words)
    assert scores["perplexity"] == pytest.approx(len(words), rel=0.1)  # it knows nothing
    floor = math.log(scores["perplexity"]) - scores["above the floor"]
    assert floor == pytest.approx(0.88, abs=0.2)


# Rows and losses ----------------------------------------------------------------------------------


def test_a_label_stands_at_its_word(every, words):
    for name in ("entities", "roles"):
        for readings in (1, 2):
            for example in every[name].examples(10, 1):
                ids, labels = forms.row(every[name], example, words, readings)
                here = [i for i, label in enumerate(labels) if label != IGNORE]
                assert words.words([ids[i] for i in here]) == example.words
                tags = tuple(every[name].labels[labels[i]] for i in here)
                assert tags == example.target


def test_the_label_of_a_text_stands_behind_it(every, words):
    example = every["classification"].examples(1, 1)[0]
    ids, labels = forms.row(every["classification"], example, words)
    assert words.words(ids) == (END, *example.words, EXTRACT)
    assert labels[:-1] == [IGNORE] * (len(ids) - 1)
    assert every["classification"].labels[labels[-1]] == example.target[0]


def test_a_span_is_marked_in_the_text_and_no_answer_behind_it(every, words):
    for readings in (1, 2):
        for example in every["questions"].examples(30, 1):
            ids, labels = forms.row(every["questions"], example, words, readings)
            begin = max(i for i, label in enumerate(labels) if label > 0 and label & forms.FIRST)
            end = max(i for i, label in enumerate(labels) if label > 0 and label & forms.LAST) + 1
            wanted = (EXTRACT,) if not example.target else example.words[slice(*example.target)]
            assert words.words(ids[begin:end]) == wanted
            assert ids.index(words["<q>"]) < begin
            assert sum(label != IGNORE for label in labels) == len(example.words)


def test_a_text_is_learnt_behind_its_prompt_only(every, words):
    for name in NAMES[4:]:
        example = every[name].examples(1, 1)[0]
        ids, labels = forms.row(every[name], example, words)
        learnt = [label for label in labels if label != IGNORE]
        assert words.words(learnt) == example.target
        assert ids[1:] == [*ids[1 : -len(learnt) + 1], *learnt[:-1]]
        assert labels.index(learnt[0]) == len(example.words)


def test_losses_by_hand(every):
    logits = torch.tensor([[[0.0, 0.0], [math.log(3), 0.0], [0.0, math.log(3)], [9.0, 9.0]]])
    labels = torch.tensor([[0, forms.FIRST, forms.LAST, IGNORE]])
    total, count = forms.loss(every["questions"], logits, labels)
    assert (total.item(), count) == (pytest.approx(-2 * math.log(3 / 5), rel=1e-5), 2)
    labels = torch.tensor([[1, 0, IGNORE, IGNORE]])
    total, count = forms.loss(every["entities"], logits, labels)
    assert (total.item(), count) == (pytest.approx(math.log(2) - math.log(3 / 4), rel=1e-5), 2)


SCORES = st.lists(st.integers(-9, 9).map(float), min_size=2, max_size=8)


@settings(deadline=None)
@given(SCORES, st.data(), st.integers(1, 4))
def test_the_best_span_is_the_best_of_all(begins, data, longest):
    ends = data.draw(
        st.lists(st.integers(-9, 9).map(float), min_size=len(begins), max_size=len(begins))
    )
    found, n = best_span(begins, ends, longest), len(begins) - 1
    best = max(begins[i] + ends[j] for i in range(n) for j in range(n) if 0 <= j - i < longest)
    if found is None:
        assert begins[-1] + ends[-1] >= best
    else:
        start, stop = found
        assert 0 <= start < stop <= n
        assert stop - start <= longest
        assert begins[start] + ends[stop - 1] == best > begins[-1] + ends[-1]


def test_padding_changes_nothing(every, words, small):
    for task in (every["entities"], every["questions"], every["classification"]):
        some = task.examples(6, 2)
        model = Model(small, [task])
        alone = [predict(model, task, [e], words)[0] for e in some]
        assert predict(model, task, some, words) == alone


# Training -----------------------------------------------------------------------------------------


def test_batches_hold_every_row_once_and_little_padding():
    lengths = torch.randint(5, 50, (64,), generator=torch.Generator().manual_seed(0)).tolist()
    rows = [([n + 1] * length, [0] * length) for n, length in enumerate(lengths)]
    batches = bucketed(rows, 4, pad=0, seed=1)
    epoch = [batches(i) for i in range(16)]
    assert sorted(int(n) for ids, _ in epoch for n in ids[:, 0]) == list(range(1, 65))
    padding = sum(int((ids == 0).sum()) for ids, _ in epoch)
    shuffled_padding = sum(
        sum(max(some) - length for length in some)
        for some in (lengths[i : i + 4] for i in range(0, 64, 4))
    )
    assert padding < shuffled_padding / 2
    assert all(
        torch.equal(a, b) for a, b in zip(batches(3), bucketed(rows, 4, 0, 1)(3), strict=True)
    )
    assert not all(torch.equal(batches(i)[0], epoch[i % 16][0]) for i in range(16, 32))
    assert all((labels[ids == 0] == IGNORE).all() for ids, labels in epoch)


@pytest.mark.parametrize("name", ["classification", "entities", "questions", "summarisation"])
def test_each_form_can_be_learnt(every, words, small, name):
    task = every[name]
    some = task.examples(8, 0)
    before = copy.deepcopy(small.state_dict())
    model = fine_tune(small, task, some, words, Recipe(8, 60, 1e-2))
    start = forms.mean_loss(Model(small, [task]), task, some, words)
    assert forms.mean_loss(model, task, some, words) < start / 2
    assert all(torch.equal(before[n], p) for n, p in small.state_dict().items())


def test_the_loss_of_several_tasks_is_the_weighted_mean_of_theirs(every, words, small):
    """After one step of plain size, the body moved along the sum of the tasks' gradients."""
    names, weights = ("entities", "classification"), {"entities": 2.0, "classification": 0.5}
    data = {n: (every[n], every[n].examples(4, 0)) for n in names}
    model = Model(small, [every[n] for n in names], seed=0)
    total = torch.zeros(())
    for name, (task, some) in data.items():
        ids, labels = forms.together([forms.row(task, e, words) for e in some], words[PAD])
        value, count = forms.loss(task, model(ids, task), labels)
        total = total + weights[name] * value / count / 2
    total.backward()
    gradient = model.body.tokens.weight.grad
    moved = multi_task(small, data, words, Recipe(4, 1, 1e-3, 4), weights=weights)
    step = moved.body.tokens.weight - small.tokens.weight * (1 - 1e-3 * 0.1)  # less the decay
    large = gradient.abs() > 1e-5
    assert torch.equal(step[large].sign(), -gradient[large].sign())


def test_a_task_of_weight_zero_is_not_learnt(every, words, small):
    data = {n: (every[n], every[n].examples(8, 0)) for n in ("entities", "roles")}
    model = multi_task(small, data, words, Recipe(8, 5, 1e-2), weights={"roles": 0})
    start = Model(small, [every["entities"], every["roles"]])
    assert torch.equal(model.heads["roles"].bias, start.heads["roles"].bias)
    assert not torch.equal(model.heads["entities"].bias, start.heads["entities"].bias)


def test_a_learning_curve_has_a_point_for_each_run(every, words, small):
    bodies = {"one": small, "other": fresh(small.config, 2)}
    curve = learning_curve(
        bodies, every["roles"], words, (2, 4), Recipe(1, 3, 1e-3), seeds=(0, 1), test=5
    )
    assert [p[:3] for p in curve] == [
        (body, n, seed) for seed in (0, 1) for n in (2, 4) for body in bodies
    ]
    assert all(0 <= p.score <= 1 for p in curve)


def test_tasks_are_there_in_chinese_too(chinese, words, small):
    task = entities(chinese)
    some = task.examples(5, 0)
    assert "".join(some[0].words[:-1]) == detokenise(some[0].words[:-1])
    assert set(evaluate(Model(small, [task]), task, some, words)) == {"F1", "precision", "recall"}


@pytest.mark.parametrize(
    "call",
    [
        lambda body, task, words: Recipe(8, 0, 1e-3),
        lambda body, task, words: multi_task(body, {}, words, Recipe(8, 1, 1e-3)),
        lambda body, task, words: multi_task(
            body,
            {task.name: (task, task.examples(2, 0))},
            words,
            Recipe(8, 1, 1e-3),
            weights={"b": 1},
        ),
        lambda body, task, words: multi_task(
            body, {"a": (task, task.examples(2, 0))}, words, Recipe(8, 1, 1e-3)
        ),
        lambda body, task, words: learning_curve({}, task, words, (8,), Recipe(8, 1, 1e-3)),
        lambda body, task, words: bucketed([([1], [1])], 2, 0),
        lambda body, task, words: best_span([1.0], [1.0]),
    ],
)
def test_bad_input_is_refused(every, words, small, call):
    with pytest.raises(ValueError, match=r"expected .*, got"):
        call(small, every["entities"], words)
