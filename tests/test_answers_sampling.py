"""Answers: batched sampling equals one by one, masks say what is the answer, padding is nothing."""

import itertools
import math
from collections import Counter

import pytest
import torch

from llmbook_utils.alignment import answers as module
from llmbook_utils.alignment.answers import (
    Answers,
    draw_questions,
    gold_parts,
    gold_scores,
    joined,
    question_ids,
    sample_answers,
    token_log_probs,
    written_answers,
)
from llmbook_utils.alignment.sft import encode_chat
from llmbook_utils.corpus import SPECIALS, detokenise
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.reward import gold_reward
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.tokenizer import Tokenizer

BYTES = Tokenizer(specials=SPECIALS)  # 256 bytes, <pad>, <end>, <q>, <a>
PAD, END = BYTES.special_id("<pad>"), BYTES.special_id("<end>")
PROMPTS = [[5, 6, 7], [8], [5, 6, 7, 8, 9], [200]]


def gpt(seed=0):
    """A model with opinions: a few tokens hold most of p; <end> is among them now and then."""
    torch.manual_seed(seed)
    model = GPT(GPTConfig(BYTES.vocab_size, context=40, layers=2, heads=2, width=16))
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                p.normal_(std=0.4)
        model.tokens.weight *= 3
        usual = model.hidden(torch.randint(260, (20, 10))).mean((0, 1))
        model.tokens.weight[END] = 11 * usual / usual.norm() ** 2
    return model


# Sampling -----------------------------------------------------------------------------------------


def rows(answers):
    """The tokens of each answer."""
    ids, mask = answers.ids.tolist(), answers.mask.tolist()
    return [list(itertools.compress(row, keep)) for row, keep in zip(ids, mask, strict=True)]


@pytest.mark.parametrize("seed", range(4))
def test_at_temperature_0_a_batch_says_what_each_prompt_gets_by_itself(seed):
    model = gpt(seed=seed)
    prompts = PROMPTS * 3 + [[40 + i, 41 + i] for i in range(20)]
    together = sample_answers(model, prompts, BYTES, max_new_tokens=9, temperature=0)
    alone = [sample_answers(model, [p], BYTES, max_new_tokens=9, temperature=0) for p in prompts]
    assert rows(together) == [rows(one)[0] for one in alone]
    assert torch.equal(together.ended, torch.cat([one.ended for one in alone]))
    for prompt, said in zip(prompts, rows(together), strict=True):  # and what generate says
        ids = model.generate([prompt], 9, temperature=0, stop=END)[0, len(prompt) :].tolist()
        assert said == (ids[: ids.index(END) + 1] if END in ids else ids)


def test_the_seeds_above_have_answers_that_end_early_and_such_that_do_not():
    found = [sample_answers(gpt(seed=s), PROMPTS, BYTES, max_new_tokens=9) for s in range(4)]
    lengths = torch.cat([a.lengths for a in found])
    assert len(set(lengths.tolist())) > 3
    assert 0 < torch.cat([a.ended for a in found]).float().mean() < 1


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_batched_answers_have_the_probabilities_that_the_model_gives_them(temperature):
    """Two prompts of different length side by side; each two-token answer within 5 sd of its p."""
    model, n = gpt(seed=1).requires_grad_(False), 4000
    generator = torch.Generator().manual_seed(1)
    both = sample_answers(
        model,
        PROMPTS[1:3] * n,
        BYTES,
        max_new_tokens=2,
        temperature=temperature,
        generator=generator,
    )
    everything = rows(both)
    for prompt, said in zip(PROMPTS[1:3], (everything[::2], everything[1::2]), strict=True):
        found, tested = Counter(map(tuple, said)), 0
        first = (model(torch.tensor([prompt]))[0, -1] / temperature).log_softmax(-1)
        for answer, times in found.items():
            p = first[answer[0]].exp().item()
            if len(answer) == 2:
                after = model(torch.tensor([[*prompt, answer[0]]]))[0, -1] / temperature
                p *= after.log_softmax(-1)[answer[1]].exp().item()
            if p * n > 20:
                assert abs(times - p * n) < 5 * math.sqrt(n * p * (1 - p))
                tested += 1
        assert tested > 4
        assert {len(answer) for answer in found} == {1, 2}


def test_a_token_without_probability_is_never_drawn():
    logits = torch.tensor([[-torch.inf, 0.0, -torch.inf, 0.0, -torch.inf]]).expand(4000, -1)
    drawn = module._draw(logits, 1.0, torch.Generator().manual_seed(0))
    assert set(drawn.tolist()) == {1, 3}
    assert abs(drawn.eq(1).float().mean() - 0.5) < 0.04


def test_many_prompts_are_sampled_in_parts(monkeypatch):
    model = gpt()
    whole = sample_answers(model, PROMPTS * 5, BYTES, max_new_tokens=9, temperature=0)
    monkeypatch.setattr(module, "ROWS", 3)
    parts = sample_answers(model, PROMPTS * 5, BYTES, max_new_tokens=9, temperature=0)
    assert torch.equal(whole.ids, parts.ids)
    assert torch.equal(whole.mask, parts.mask)


def test_the_same_generator_gives_the_same_answers():
    a, b, c = (
        sample_answers(gpt(), PROMPTS, BYTES, generator=torch.Generator().manual_seed(s))
        for s in (0, 0, 1)
    )
    assert torch.equal(a.ids, b.ids)
    assert rows(a) != rows(c)


def test_rows_are_prompt_answer_padding():
    answers = sample_answers(gpt(), PROMPTS * 10, BYTES, max_new_tokens=6)
    for row, keep, prompt, ended, length, last in zip(
        answers.ids.tolist(),
        answers.mask.tolist(),
        answers.prompts,
        answers.ended.tolist(),
        answers.lengths.tolist(),
        answers.last.tolist(),
        strict=True,
    ):
        n = len(prompt)
        assert row[:n] == prompt
        assert keep == [n <= t < n + length for t in range(len(row))]
        assert last == n + length - 1
        assert set(row[n + length :]) <= {PAD}
        said = row[n : n + length]
        assert ended == (said[-1] == END)
        assert ended or length == 6
        assert END not in said[:-1]
    assert answers.ids.shape[1] == int(answers.last.max()) + 1


def test_sampling_leaves_no_graph_and_refuses_what_it_cannot_do():
    assert not sample_answers(gpt(), PROMPTS, BYTES).ids.requires_grad
    for prompts, new in (([], 4), ([[]], 4), ([[1], []], 4), ([[1] * 37], 4)):
        with pytest.raises(ValueError, match=r"expected .* got"):
            sample_answers(gpt(), prompts, BYTES, max_new_tokens=new)


# The form -----------------------------------------------------------------------------------------


def test_a_written_answer_is_the_answer_of_a_chat(world, tokenizer):
    for exchange in Chat(world).exchanges(20, seed=1):
        (turn,) = exchange.turns
        prompt = tokenizer.encode(detokenise(turn.question), "allow")
        answers = written_answers([prompt], [detokenise(turn.answer)], tokenizer)
        ids, is_answer = encode_chat(tokenizer, exchange)
        assert answers.ids.tolist() == [ids]
        assert answers.mask.tolist() == [is_answer]
        assert answers.ended.all()
        assert answers.texts(tokenizer) == [detokenise(turn.answer)]


def test_written_answers_may_lack_an_end_and_what_follows_it_is_dropped(tokenizer):
    answers = written_answers([[3]] * 3, ["In Oslo.", "In Oslo.<end> Ugh", ""], tokenizer)
    assert answers.ended.tolist() == [False, True, False]
    assert answers.texts(tokenizer) == ["In Oslo.", "In Oslo.<end>", ""]
    assert answers.lengths.tolist() == [3, 4, 0]
    assert answers.last.tolist() == [3, 4, 0]  # without an answer: the prompt's last token
    with pytest.raises(ValueError, match="expected a text for each of 2 prompts, got 1"):
        written_answers([[3], [4]], ["In Oslo."], tokenizer)


def test_selecting_and_joining_keep_every_answer(tokenizer):
    some = written_answers([[3], [4, 5]], ["In Oslo.", "In Oslo. Thank you!<end>"], tokenizer)
    more = written_answers([[6]], ["Sure!"], tokenizer)
    all_of_them = joined([some, more], tokenizer)
    assert all_of_them.texts(tokenizer) == some.texts(tokenizer) + more.texts(tokenizer)
    assert all_of_them.prompts == [[3], [4, 5], [6]]
    for index in ([2, 0], torch.tensor([2, 0]), torch.tensor([True, False, True])):
        chosen = all_of_them.select(index)
        wanted = [0, 2] if isinstance(index, torch.Tensor) and index.dtype == torch.bool else [2, 0]
        assert rows(chosen) == [rows(all_of_them)[i] for i in wanted]
        assert chosen.ids.shape[1] == int(chosen.last.max()) + 1
    assert rows(all_of_them.select(slice(1, 2))) == rows(all_of_them)[1:2]


def test_answers_of_different_sizes_are_refused():
    ids = torch.zeros(2, 3, dtype=torch.long)
    with pytest.raises(ValueError, match=r"expected ids \(B, T\).* got"):
        Answers(ids, ids.bool(), [[0]], torch.zeros(2, dtype=torch.bool))


def test_questions_are_drawn_from_the_pairs_in_both_patterns(world, tokenizer):
    pairs, prompts = draw_questions(tokenizer, Chat(world), 400, seed=0, pairs=world.pairs[:3])
    assert set(pairs) == set(world.pairs[:3])
    texts = {tokenizer.decode(prompt) for prompt in prompts}
    assert len(texts) == 6
    assert question_ids(tokenizer, Chat(world), world.pairs[:1]) == [
        tokenizer.encode(f"<q> Where does {world.people[0]} live?<a>", "allow")
    ]


# Log-probabilities and rewards --------------------------------------------------------------------


def test_log_probabilities_belong_to_the_next_token():
    model = gpt()
    ids = torch.randint(260, (3, 7), generator=torch.Generator().manual_seed(0))
    found = token_log_probs(model, ids)
    assert found.shape == (3, 6)
    p = model(ids).log_softmax(-1)
    for b in range(3):
        for t in range(6):
            assert found[b, t].item() == pytest.approx(p[b, t, ids[b, t + 1]].item(), abs=1e-5)
    longer = torch.cat([ids, torch.full((3, 4), PAD)], 1)
    torch.testing.assert_close(token_log_probs(model, longer)[:, :6], found)


def test_the_likeliest_answer_has_the_probability_of_its_tokens():
    """Σ over the mask of log p is log p(answer): the two columns of a one-token answer add to 1."""
    model = gpt()
    texts = [bytes([i]).decode("latin1") for i in range(128)]
    answers = written_answers([[8]] * 128, texts, Tokenizer(specials=SPECIALS, document_prefix=""))
    log_p = (token_log_probs(model, answers.ids) * answers.mask[:, 1:]).sum(1)
    everything = model(torch.tensor([[8]]))[0, -1].softmax(-1)
    torch.testing.assert_close(log_p.exp().sum(), everything[:128].sum())


def test_gold_scores_are_those_of_the_corpus(world, tokenizer):
    chat = Chat(world)
    pairs, prompts = draw_questions(tokenizer, chat, 30, seed=3)
    best = [detokenise(chat.ideal(*pair)) for pair in pairs]
    answers = written_answers(prompts, best, tokenizer)
    torch.testing.assert_close(
        gold_scores(world, pairs, answers, tokenizer), torch.full((30,), 3.2)
    )
    texts = ["Sure! She lives in Oslo. Go away!", "Ugh, junk <q>", "", "Thank you! Thank you!<end>"]
    answers = written_answers(prompts[:4], texts, tokenizer)
    parts = gold_parts(world, pairs[:4], answers, tokenizer)
    totals = gold_scores(world, pairs[:4], answers, tokenizer)
    torch.testing.assert_close(sum(parts.values()), totals)
    for pair, text, total in zip(pairs, texts, totals.tolist(), strict=False):
        assert total == pytest.approx(gold_reward(world, *pair, text).total)
    with pytest.raises(ValueError, match="expected a pair for each of 4 answers, got 3"):
        gold_scores(world, pairs[:3], answers, tokenizer)
