"""Induction heads: the scores, the task, and what two layers can that one cannot."""

import pytest
import torch
from torch.nn import functional as F

from llmbook_utils.emergence import few_shot, induction
from llmbook_utils.emergence.induction import AttentionOnly

pytestmark = pytest.mark.usefixtures("one_thread")


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_sequences_repeat_themselves():
    ids = induction.repeated(200, 28, generator())
    periods = []
    for row in ids.tolist():
        n = row.index(row[0], 1)
        assert row[n:] == row[:-n]
        assert len(set(row[:n])) == n
        periods.append(n)
    assert set(periods) == set(range(5, 13))


def test_an_induction_head_scores_one_and_others_less():
    n, T = 6, 15
    perfect = torch.zeros(T, T)
    queries = torch.arange(n, T)
    perfect[queries, queries - n + 1] = 1
    previous = torch.zeros(T, T)
    previous[torch.arange(1, T), torch.arange(T - 1)] = 1
    same_token = torch.zeros(T, T)
    same_token[queries, queries - n] = 1
    heads = torch.stack([perfect, previous, same_token])
    assert induction.induction_score(heads, n).tolist() == [1, 0, 0]
    assert induction.previous_token_score(heads)[1] == 1
    assert induction.previous_token_score(heads)[2] == 0
    even = torch.ones(T, T).tril() / torch.arange(1, T + 1)[:, None]
    expected = sum(1 / (t + 1) for t in range(n, T)) / (T - n)
    assert induction.induction_score(even, n).item() == pytest.approx(expected)


def test_attention_is_causal_and_sums_to_one():
    model = AttentionOnly(2, (0, 1))
    ids = torch.stack([induction.repeated(3, 20, generator(s)) for s in (0, 1)])
    logits, looks = model.run(ids)
    assert [tuple(w.shape) for w in looks] == [(2, 3, 2, 20, 20)] * 2
    for weights in looks:
        torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, 2, 20))
        assert weights.triu(1).abs().max() == 0
    changed = ids.clone()
    changed[..., 12:] = 0
    torch.testing.assert_close(model(changed)[:, :, :12], logits[:, :, :12])


def test_one_layer_is_what_torch_computes():
    model = AttentionOnly(1, (5,), width=12, heads=3)
    ids = induction.repeated(4, 20, generator())[None]
    x = model.tokens[0][ids[0]]
    content = F.layer_norm(x, (12,))
    q, k = ((content + model.places[0, :20]) @ model.qk[0][0]).split(12, -1)
    v = content @ model.v[0][0]
    q, k, v = (t.unflatten(-1, (3, 4)).transpose(1, 2) for t in (q, k, v))
    found = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
    x = x + found @ model.out[0][0]
    torch.testing.assert_close(model(ids)[0], F.layer_norm(x, (12,)) @ model.unembed[0])


def test_each_model_depends_on_its_own_seed_alone():
    both = induction.learn(2, (3, 4), steps=6, looks=(0, 6), quiet=True)
    alone = induction.learn(2, (4,), steps=6, looks=(0, 6), quiet=True)
    torch.testing.assert_close(both.loss_repeat[1], alone.loss_repeat[0])
    torch.testing.assert_close(both.attention[1], alone.attention[0])
    assert both.steps == (0, 6)
    assert both.parameters == sum(p.numel() for p in alone.model.parameters())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: AttentionOnly(0), "at least one layer"),
        (lambda: AttentionOnly(1, (0,), width=10, heads=3), "the heads share"),
        (lambda: AttentionOnly(1, (0,))(torch.zeros(2, 1, 5, dtype=torch.long)), "expected ids"),
        (lambda: induction.repeated(1, 9, generator(), (1, 5)), "expected 2 ≤ shortest"),
        (lambda: induction.induction_score(torch.ones(4, 4), 4), "expected a period from 1 to 3"),
        (lambda: induction.pairs(5, 2, generator(), keys=13), "expected 1 to 12 keys"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_answer_stands_in_the_prompt_as_often_as_stated():
    for shots, expected in ((0, 0.0), (1, 0.25), (4, 1 - 0.75**4)):
        ids, answers = induction.pairs(4000, shots, generator())
        assert ids.shape == (4000, 2 * shots + 1)
        there = (ids == answers[:, None]).any(1).float().mean().item()
        assert there == pytest.approx(expected, abs=0.03)
    for row, answer in zip(*(t.tolist() for t in induction.pairs(50, 8, generator())), strict=True):
        mapping = dict(zip(row[:-1:2], row[1::2], strict=True))
        assert mapping.get(row[-1], answer) == answer
        assert not set(mapping) & set(mapping.values())


@pytest.mark.thorough  # with one seed: tests/test_chapter_05.py
def test_two_layers_learn_to_learn_and_one_does_not():
    """Other seeds than in the chapter; about 10 s."""
    seeds = (10, 11, 12)
    two = induction.learn(2, seeds, 320, looks=(0, 320), quiet=True)
    one = induction.learn(1, seeds, 320, looks=(0, 320), quiet=True)
    assert (two.loss_repeat[:, -1] < 0.3).all()
    assert (one.loss_repeat[:, -1] > 1.0).all()
    assert (two.in_context[:, -1] < one.in_context[:, -1] - 0.8).all()
    assert (two.induction[:, -1, 1].amax(1) > 0.8).all()  # a head of the second layer …
    assert (two.previous[:, -1, 0].amax(1) > 0.35).all()  # … reads what one of the first left
    assert (one.induction[:, -1].amax((1, 2)) < 0.6).all()
    shots = (0, 2, 12)
    few, fewer = (induction.accuracy_by_shots(run.model, shots) for run in (two, one))
    assert (few[:, 0] < 0.1).all()
    assert (few[:, 2] > few[:, 1] + 0.2).all()
    assert (few[:, 2] > 0.6).all()
    assert (few[:, 2] > fewer[:, 2] + 0.2).all()


# Few-shot prompts ---------------------------------------------------------------------------------

EXAMPLES = [("2+2", "4"), ("1+6", "7")]


def test_a_prompt_shows_examples_and_ends_where_the_answer_begins():
    text = few_shot.prompt(EXAMPLES, "3+5", instruction="Add.")
    assert text == ("Add.\n\nInput: 2+2\nOutput: 4\n\nInput: 1+6\nOutput: 7\n\nInput: 3+5\nOutput:")
    assert few_shot.prompt([], "3+5") == "Input: 3+5\nOutput:"


def test_a_prompt_in_another_form_keeps_braces_of_the_examples():
    text = few_shot.prompt(
        [("{output}", "{input}")], "x", form="{input} => {output}", separator="\n"
    )
    assert text == "{output} => {input}\nx =>"


@pytest.mark.parametrize("form", ["{input}", "{output} {input}", "{input}{input} {output}", "x"])
def test_a_form_that_hides_the_query_or_shows_the_answer_is_refused(form):
    with pytest.raises(ValueError, match="expected a form"):
        few_shot.prompt(EXAMPLES, "3+5", form=form)
