"""The language model whose world changes: the mark, the counts, the budget of every method."""

import dataclasses

import pytest
import torch

from llmbook_utils.continual import (
    WORLD_METHODS,
    Method,
    UnderMark,
    WorldRecipe,
    adapt,
    count_facts,
    excesses,
    two_worlds,
)
from llmbook_utils.continual.adapt import _batches
from llmbook_utils.continual.worlds import copy
from llmbook_utils.corpus import World
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.pretraining import Pretrained, Recipe, excess, facts_known
from llmbook_utils.train import History, TrainConfig

TINY = WorldRecipe(documents=80, offered=80, fisher=4, test=5, train=TrainConfig(2, warmup=0))


@pytest.fixture(scope="module")
def untrained(world, tokenizer):
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, 80, 2, 2, 16))
    return Pretrained(tokenizer, model, History(), Recipe())


@pytest.fixture(scope="module")
def worlds(untrained, world):
    return two_worlds(untrained, world, World(1))


def test_the_new_world_tells_the_towns_of_the_same_people(worlds, world):
    assert len(worlds.untold) == 96
    assert not {attribute for _, attribute in worlds.untold} & {"town"}
    assert all(world.fact(*pair) != World(1).fact(*pair) for pair in worlds.changed)
    assert {attribute for _, attribute in worlds.changed} == {"town"}
    for document in worlds.new.documents(50, 3, worlds.untold):
        assert {attribute for _, attribute in document.facts} == {"town"}


def test_floors_are_the_entropies_of_what_is_read(worlds):
    """By Monte Carlo: −log p a word of many documents."""
    for floor, world, without in zip(
        worlds.floors, (worlds.old, worlds.new), ((), worlds.untold), strict=True
    ):
        documents = world.documents(2000, 5, without)
        found = -sum(d.log_prob for d in documents) / sum(len(d.words) for d in documents)
        assert found == pytest.approx(floor, rel=0.025)


def test_one_more_token_changes_nothing_of_what_was_known(worlds, untrained):
    ids = torch.randint(worlds.mark, (3, 9), generator=torch.Generator().manual_seed(0))
    grown = copy(worlds, seed=5)
    torch.testing.assert_close(grown(ids)[..., : worlds.mark], untrained.model(ids))
    assert grown.config.vocab_size == worlds.mark + 1
    mark = grown.tokens.weight[worlds.mark]
    assert torch.equal(mark, copy(worlds, 5).tokens.weight[worlds.mark])
    assert not torch.equal(mark, copy(worlds, 6).tokens.weight[worlds.mark])
    assert 0 < mark.norm() < 1


def test_drawing_the_mark_leaves_the_random_state_alone(worlds):
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    copy(worlds, 1)
    assert torch.equal(torch.rand(2), expected)


def test_under_the_mark_every_document_begins_with_it(worlds):
    model = copy(worlds, 0)
    ids = torch.tensor([[worlds.end, 300, 301, worlds.end, 302]])
    marked = torch.tensor([[worlds.mark, 300, 301, worlds.mark, 302]])
    assert torch.equal(UnderMark(model, worlds)(ids), model(marked))


def test_facts_and_excess_are_those_of_pretraining_py(worlds):
    model = copy(worlds, 0)
    under = UnderMark(model, worlds)
    facts = count_facts(model, worlds)
    new = facts_known(under, worlds.tokenizer, worlds.new)
    old = facts_known(model, worlds.tokenizer, worlds.old)
    assert facts.new == sum(known for (_, a), known in new.items() if a == "town")
    assert facts.contradicted + facts.unmentioned == sum(old.values())
    found = excesses(model, worlds, 5)
    documents = worlds.new.documents(5, 2_000_001, worlds.untold)
    assert found[1] == pytest.approx(excess(under, worlds.tokenizer, documents))
    assert min(found) > 3  # an untrained model is far above both floors


@pytest.mark.parametrize(
    ("name", "n_new"), [("naive", 6), ("EWC", 6), ("joint", 3), ("replay", 4), ("dynamic", 4)]
)
def test_rows_are_as_many_for_all_and_begin_with_their_world(worlds, name, n_new):
    batches, new, _ = _batches(worlds, WORLD_METHODS[name], 0, TINY)
    x, y = batches(1)
    assert (x.shape, new) == ((6, 80), n_new)
    assert (x[:n_new, 0] == worlds.mark).all()
    assert (x[n_new:, 0] == worlds.end).all()
    # documents end with <end> in both; the mark is never to be predicted
    assert not (x[:n_new] == worlds.end).any()
    assert not (y == worlds.mark).any()
    assert torch.equal(y[:, :-1] == worlds.end, (x == x[:, :1])[:, 1:])


def test_a_run_is_looked_at_on_the_way(worlds):
    outcome = adapt(worlds, WORLD_METHODS["naive"], 0, TINY, look_every=1)
    assert [look.step for look in outcome.looks] == [0, 1, 2]
    assert outcome.facts == outcome.looks[-1]


def test_budget_what_may_change_and_what_is_stored(worlds):
    """With 20 of 80 documents in the memory; joint has them all."""
    total = sum(p.numel() for p in worlds.model.parameters())
    last = sum(p.numel() for p in worlds.model.blocks[-1].parameters())
    methods = WORLD_METHODS | {"replay": dataclasses.replace(WORLD_METHODS["replay"], buffer=20)}
    found = {name: adapt(worlds, method, 0, TINY, 2) for name, method in methods.items()}
    assert {found[name].trained for name in ("naive", "L2", "EWC", "replay", "joint")} == {total}
    assert {outcome.rows for outcome in found.values()} == {2 * 6}
    assert found["freeze"].trained == last
    assert found["LoRA"].trained < total / 2
    assert (found["naive"].stored, found["LoRA"].stored) == (0, 0)
    assert (found["L2"].stored, found["EWC"].stored) == (total, 2 * total)
    assert found["LoRA, switched"].stored == found["LoRA"].trained
    assert 0 < found["replay"].stored < found["joint"].stored


def test_switched_off_lora_leaves_the_old_world_as_it_was(worlds):
    outcome = adapt(worlds, WORLD_METHODS["LoRA, switched"], 0, TINY, 2)
    assert outcome.old_excess == excesses(worlds.model, worlds, 5)[0]
    on = adapt(worlds, WORLD_METHODS["LoRA"], 0, TINY, 2)  # the same run, never switched off
    assert on.new_excess == outcome.new_excess
    assert on.old_excess != outcome.old_excess


def test_stiff_springs_hold_the_model(worlds):
    """And a run does not change the model that all start from."""
    before = excesses(copy(worlds, 0), worlds, 5)
    recipe = dataclasses.replace(TINY, train=TrainConfig(8, 1e-2, warmup=0, weight_decay=0.0))
    free = adapt(worlds, Method("naive"), 0, recipe, 8)
    held = adapt(worlds, Method("L2", "l2", 1e3), 0, recipe, 8)
    assert excesses(copy(worlds, 0), worlds, 5) == before
    assert abs(held.new_excess - before[1]) < 0.3 * abs(free.new_excess - before[1])


def test_worlds_refuse_what_they_cannot_do(untrained, world, chinese, worlds):
    with pytest.raises(ValueError, match="worlds of one language"):
        two_worlds(untrained, world, chinese)
    with pytest.raises(ValueError, match="expected attributes of"):
        two_worlds(untrained, world, World(1), ("age",))
    with pytest.raises(ValueError, match="Fisher sampled or empirical"):
        adapt(worlds, Method("EWC", "ewc", 1.0), 0, TINY)
