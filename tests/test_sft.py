"""Fine-tuning: loss on answers alone, whatever stands around them; the floor; the stage."""

import math

import pytest
import torch

from llmbook_utils import pretraining
from llmbook_utils.alignment.answers import token_log_probs
from llmbook_utils.alignment.sft import (
    SFTRecipe,
    answer_excess,
    answer_floor,
    answer_rows,
    encode_chat,
    fine_tune,
    held_out_pairs,
    instructed,
    packed_answers,
    share_correct,
    side_by_side,
)
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.lora import add_lora
from llmbook_utils.train import IGNORE, TrainConfig, language_model_loss

BASE = pretraining.Recipe(
    documents=200, context=80, layers=1, heads=2, width=16, train=TrainConfig(steps=3, warmup=1)
)
TINY = SFTRecipe(exchanges=60, steps=4, batch_size=4, documents=30)


@pytest.fixture(scope="module")
def pad(tokenizer):
    return tokenizer.special_id("<pad>")


@pytest.fixture(scope="module")
def chats(world, tokenizer):
    """Twelve chats of one turn and six of two."""
    found = Chat(world).exchanges(12, seed=1) + Chat(world, turns=2).exchanges(6, seed=2)
    return [encode_chat(tokenizer, exchange) for exchange in found]


@pytest.fixture(scope="module")
def model(tokenizer):
    """A model that depends on everything it sees; in float64."""
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, context=80, layers=2, heads=2, width=16))
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                p.normal_(std=0.3)
    return model.double()


def loss(model, rows):
    total, count = language_model_loss(model, tuple(rows))
    return total / count


# The template and the mask ------------------------------------------------------------------------


def test_the_answer_is_what_follows_the_mark_up_to_the_end(tokenizer):
    text = "<q> Where does Mara live?<a> In Oslo.<end>"
    ids, is_answer = encode_chat(tokenizer, text)
    said = [tokenizer.decode([i]) for i, a in zip(ids, is_answer, strict=True) if a]
    assert said == [" In", " Oslo", ".", "<end>"]
    assert tokenizer.decode(ids) == text


def test_each_turn_of_a_dialogue_has_its_answer(world, tokenizer):
    exchange = Chat(world, turns=2).exchanges(1, seed=0)[0]
    ids, is_answer = encode_chat(tokenizer, exchange)
    answers = [word for turn in exchange.turns for word in turn.answer]
    assert sum(is_answer) == len(answers) > len(exchange.turns[0].answer)
    assert len(ids) == len(exchange.words)
    said = [word for word, answer in zip(exchange.words, is_answer, strict=True) if answer]
    assert said == answers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mara lives in Oslo.<end>",
        "<q> Where?<a> In Oslo.",
        "<q> Where?<end>",
        "<q> Where?<a> In<a> Oslo.<end>",
        "So: <q> Where?<a> In Oslo.<end>",
        "<q> Where?<a> In Oslo.<end> Ugh",
        "<a> In Oslo.<q> Where?<end>",
    ],
)
def test_a_text_that_is_no_chat_is_refused(tokenizer, text):
    with pytest.raises(ValueError, match='expected "<q> …<a> …<end>", once or more often, got'):
        encode_chat(tokenizer, text)


# Rows ---------------------------------------------------------------------------------------------


def test_labels_are_the_answers_tokens_and_nothing_else(chats, pad):
    rows = answer_rows(chats, pad)
    for (ids, is_answer), inputs, labels in zip(
        chats, *map(torch.Tensor.tolist, rows), strict=True
    ):
        assert inputs[: len(ids) - 1] == ids[:-1]
        assert set(inputs[len(ids) - 1 :]) <= {pad}
        for t, label in enumerate(labels):
            answer = t + 1 < len(ids) and is_answer[t + 1]
            assert label == (ids[t + 1] if answer else IGNORE)


def test_the_loss_is_the_mean_over_the_answers_tokens(model, chats, pad):
    found = loss(model, answer_rows(chats, pad))
    log_probs = [
        token_log_probs(model, torch.tensor([ids]))[0][torch.tensor(is_answer[1:])]
        for ids, is_answer in chats
    ]
    torch.testing.assert_close(found, -torch.cat(log_probs).mean())


def test_questions_carry_no_loss(model, chats, pad):
    """Another token in a question's place changes what the answer's loss is, never what counts."""
    rows = answer_rows(chats, pad)
    everything = (rows.inputs, rows.inputs.roll(-1, 1))
    assert (rows.labels != IGNORE).sum() == sum(sum(answer) for _, answer in chats)
    assert loss(model, everything).item() != pytest.approx(loss(model, rows).item(), abs=0.01)


def test_padding_and_order_change_nothing(model, chats, pad):
    rows = answer_rows(chats, pad)
    reference = loss(model, rows)
    wider = [
        torch.nn.functional.pad(part, (0, 9), value=value)
        for part, value in zip(rows, (pad, IGNORE), strict=True)
    ]
    other_padding = (
        wider[0].where(wider[1] != IGNORE, wider[0].where(wider[0] != pad, 7)),
        wider[1],
    )
    order = torch.randperm(len(chats), generator=torch.Generator().manual_seed(0))
    for same in (wider, other_padding, [part[order] for part in rows]):
        torch.testing.assert_close(loss(model, same), reference)


def test_the_gradient_is_that_of_finite_differences(model, chats, pad):
    rows = answer_rows(chats[:3], pad)
    model.zero_grad()
    loss(model, rows).backward()
    for p in (model.blocks[0].attention.qkv.weight, model.tokens.weight, model.norm.weight):
        place = int(p.grad.abs().argmax())
        values, step = p.data.view(-1), 1e-6
        before = values[place].item()
        difference = 0.0
        for sign in (1, -1):
            values[place] = before + sign * step
            difference += sign * loss(model, rows).item()
        values[place] = before
        assert difference / (2 * step) == pytest.approx(p.grad.view(-1)[place].item(), rel=1e-4)


def test_rows_that_cannot_be_are_refused(chats, pad):
    with pytest.raises(ValueError, match=r"expected chats of .* got"):
        answer_rows([], pad)
    with pytest.raises(ValueError, match=r"expected chats of .* got"):
        answer_rows(chats, pad, context=5)
    with pytest.raises(ValueError, match=r"expected chats of .* got"):
        packed_answers(chats, pad, context=5)


# Packing ------------------------------------------------------------------------------------------


def test_packing_cuts_no_chat_and_keeps_every_label(chats, pad):
    packed, single = packed_answers(chats, pad, 80), answer_rows(chats, pad)
    assert packed.inputs.shape[1] <= 80
    assert len(packed.inputs) < len(chats) / 2
    for rows in (packed, single):
        assert (rows.labels != IGNORE).sum() == sum(sum(answer) for _, answer in chats)
    in_order = [part[part != IGNORE].tolist() for part in (packed.labels, single.labels)]
    assert in_order[0] == in_order[1]


def test_packing_leaks_nothing_backwards_and_no_label_over_a_border(model, chats, pad):
    """The first chat of a row has the loss that it has alone, whatever stands behind it.

    Later ones can attend to it (the docstring says so); but none of their labels is predicted from
    one of its tokens: the token that follows an <end> is a question's, without a label.
    """
    first, others = chats[0], [chats[1:3], chats[3:5]]
    n = len(first[0]) - 1
    alone = answer_rows([first], pad)
    for rest in others:
        row = packed_answers([first, *rest], pad, 200)
        assert len(row.inputs) == 1
        torch.testing.assert_close(
            loss(model, (row.inputs[:, :n], row.labels[:, :n])), loss(model, alone)
        )
        assert row.labels[0, n] == IGNORE  # where the second chat's <q> would be predicted


# The floor ----------------------------------------------------------------------------------------


class Oracle(torch.nn.Module):
    """A model that gives the answers the world's own probabilities."""

    def __init__(self, chat, tokenizer):
        super().__init__()
        self.chat, self.tokenizer = chat, tokenizer
        self.ids = {}
        for word in chat.vocabulary:
            text = word if word.startswith("<") or not word[0].isalpha() else f" {word}"
            (self.ids[word],) = tokenizer.encode(text, "allow")

    def forward(self, ids):
        words = {i: word for word, i in self.ids.items()}
        logits = torch.full((*ids.shape, self.tokenizer.vocab_size), -1e4)
        for b, row in enumerate(ids.tolist()):
            for t in range(len(row)):
                beginning = [words[i] for i in row[: t + 1]]
                if "<pad>" in beginning:
                    break
                if "<a>" in beginning:
                    for word, p in self.chat.next_word(beginning).items():
                        logits[b, t, self.ids[word]] = math.log(p)
        return logits


def test_the_true_probabilities_reach_the_floor_exactly(world, tokenizer):
    chat = Chat(world)
    exchanges = chat.exchanges(12, seed=5)
    assert answer_excess(Oracle(chat, tokenizer), tokenizer, exchanges) == pytest.approx(
        0, abs=1e-4
    )


def test_the_floor_comes_to_the_entropy_of_the_answers(world):
    """Over 4000 chats within 0.02 of the exact entropy per word, about four standard errors."""
    chat = Chat(world)
    assert answer_floor(chat.exchanges(4000, seed=6)) == pytest.approx(
        chat.answer_entropy.per_word, abs=0.02
    )


def test_a_model_that_knows_nothing_is_above_the_floor(world, tokenizer):
    torch.manual_seed(0)
    exchanges = Chat(world).exchanges(50, seed=5)
    assert answer_excess(GPT(GPTConfig(tokenizer.vocab_size)), tokenizer, exchanges) > 4
    assert (
        share_correct(GPT(GPTConfig(tokenizer.vocab_size)), tokenizer, world, world.pairs, 64)
        < 0.05
    )


# Fine-tuning and the stage ------------------------------------------------------------------------


def test_a_quarter_of_the_pairs_is_held_out(world):
    asked, held_out = held_out_pairs(world)
    assert (len(asked), len(held_out)) == (96, 32)
    assert set(asked) | set(held_out) == set(world.pairs)
    demonstrations = Chat(world, without=held_out).exchanges(300, seed=0)
    assert {(e.turns[0].person, e.turns[0].attribute) for e in demonstrations} <= set(asked)


def test_batches_side_by_side_have_the_rows_of_both():
    both = side_by_side(
        lambda i: (torch.full((3, 2), i), torch.zeros(3, 2)),
        lambda i: (torch.full((1, 2), -i), torch.ones(1, 2)),
    )
    ids, labels = both(5)
    assert ids.tolist() == [[5, 5], [5, 5], [5, 5], [-5, -5]]
    assert labels.sum(1).tolist() == [0, 0, 0, 2]


def test_fine_tuning_from_scratch_lowers_the_loss_on_answers(world, tokenizer):
    exchanges = Chat(world).exchanges(200, seed=0)
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, context=80, layers=1, heads=2, width=32))
    before = answer_excess(model, tokenizer, exchanges)
    recipe = SFTRecipe(steps=60, batch_size=4, learning_rate=1e-2, mix=0.0)
    history = fine_tune(model, tokenizer, exchanges, recipe, progress=None)
    assert history.steps == 60
    assert answer_excess(model, tokenizer, exchanges) < before - 2


def test_with_lora_only_what_was_added_is_trained(world, tokenizer):
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, context=80, layers=1, heads=2, width=16))
    before = {name: p.clone() for name, p in model.named_parameters()}
    added = add_lora(model, rank=2, alpha=4)
    started = [p.clone() for p in added]
    fine_tune(
        model,
        tokenizer,
        Chat(world).exchanges(40, seed=0),
        SFTRecipe(steps=3, batch_size=4, mix=0.0),
        progress=None,
    )
    assert not any(torch.equal(p, old) for p, old in zip(added, started, strict=True))
    for name, p in model.named_parameters():
        if name.replace(".base", "") in before:
            assert torch.equal(p, before[name.replace(".base", "")])


def test_mixing_without_documents_is_refused(world, tokenizer):
    model = GPT(GPTConfig(tokenizer.vocab_size, context=80, layers=1, heads=2, width=16))
    with pytest.raises(ValueError, match=r"expected documents .* got"):
        fine_tune(model, tokenizer, Chat(world).exchanges(40, seed=0), TINY, progress=None)
    with pytest.raises(ValueError, match=r"expected mix to be at least 0 and below 1, got 1.0"):
        SFTRecipe(mix=1.0)


def test_a_stage_is_trained_once_and_loaded_as_it_was(world, tmp_path, capsys):
    first = instructed(world, TINY, base=BASE, folder=tmp_path)
    again = instructed(world, TINY, base=BASE, folder=tmp_path)
    said = [line.split(":")[1].split()[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["trained", "trained", "loaded", "loaded"]
    for a, b in zip(first.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(a, b)
    assert first.history == again.history
    assert set(first.history.looks) == {"asked", "held_out", "documents"}
    assert (first.asked, first.held_out) == held_out_pairs(world)
    other = SFTRecipe(**(vars(TINY) | {"seed": 1}))
    instructed(world, other, base=BASE, folder=tmp_path, quiet=True)
    assert len(list(tmp_path.glob("instructed-*.pt"))) == 2
    assert len(list(tmp_path.glob("pretrained-*.pt"))) == 1
