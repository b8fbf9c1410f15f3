"""LoRA and adapters: nothing changes at first, only little is trained, and LoRA can be merged."""

import copy

import pytest
import torch
from torch.nn import functional as F

from llmbook_utils.adapter import Adapter, add_adapters
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.lora import ATTENTION, MLP, LoRALinear, add_lora, merge_lora

CONFIG = GPTConfig(vocab_size=13, context=8, layers=2, heads=2, width=16)
IDS = torch.randint(13, (4, 8), generator=torch.Generator().manual_seed(0))


def gpt():
    """A model whose blocks do something: an untrained one adds next to nothing to its input."""
    torch.manual_seed(0)
    model = GPT(CONFIG)
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                p.normal_(std=0.3)
    return model


def train(model, parameters, steps=20):
    optimizer = torch.optim.AdamW(parameters, lr=1e-2)
    losses = []
    for _ in range(steps):
        loss = F.cross_entropy(model(IDS[:, :-1]).flatten(0, 1), IDS[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def tune_lora(model):
    return add_lora(model, rank=2, alpha=4, targets=ATTENTION + MLP)


def tune_adapter(model):
    return add_adapters(model, bottleneck=3)


@pytest.mark.parametrize("tune", [tune_lora, tune_adapter])
def test_at_first_the_model_is_what_it_was(tune):
    model = gpt()
    before = model(IDS)
    tune(model)
    assert torch.equal(model(IDS), before)


@pytest.mark.parametrize("tune", [tune_lora, tune_adapter])
def test_only_what_was_added_is_trained(tune):
    model = gpt()
    before = {name: p.clone() for name, p in model.named_parameters()}
    added = tune(model)
    assert {id(p) for p in model.parameters() if p.requires_grad} == {id(p) for p in added}
    losses = train(model, added, steps=40)
    assert losses[-1] < losses[0] - 0.1
    after = {name.replace(".base", ""): p for name, p in model.named_parameters()}
    for name, p in before.items():
        assert torch.equal(after[name], p), name


def count(parameters):
    return sum(p.numel() for p in parameters)


def test_how_many_parameters_are_trained():
    C, L, r, m = 16, 2, 2, 3
    assert count(add_lora(gpt(), rank=r, alpha=1)) == L * r * (C + 3 * C + C + C)
    both = L * r * (C + 3 * C + C + C + 2 * (C + 4 * C))
    assert count(tune_lora(gpt())) == both
    assert count(tune_adapter(gpt())) == L * 2 * (2 * C * m + m + C)


def test_the_layer_is_the_equation():
    layer = LoRALinear(torch.nn.Linear(5, 4), rank=2, alpha=3).double()
    torch.nn.init.normal_(layer.b)
    x = torch.randn(7, 5, dtype=torch.float64)
    w = layer.base.weight + 3 / 2 * layer.b @ layer.a
    torch.testing.assert_close(layer(x), x @ w.T + layer.base.bias)
    torch.testing.assert_close(layer.merged()(x), x @ w.T + layer.base.bias)


@pytest.mark.parametrize("targets", [ATTENTION, MLP, ATTENTION + MLP])
def test_merged_is_the_same_function_with_the_old_layers(targets):
    model = gpt().double()
    train(model, add_lora(model, rank=3, alpha=6, targets=targets), steps=5)
    trained = model(IDS)
    assert (trained - gpt().double()(IDS)).abs().max() > 1e-3
    merge_lora(model)
    torch.testing.assert_close(model(IDS), trained, rtol=1e-9, atol=1e-9)
    assert [name for name, _ in model.named_parameters()] == [
        name for name, _ in gpt().named_parameters()
    ]
    assert not any(isinstance(module, LoRALinear) for module in model.modules())
    assert not any(p.requires_grad for p in model.parameters())


def test_alpha_over_r_is_the_scale():
    small, large = gpt(), gpt()
    torch.manual_seed(1)
    add_lora(small, rank=2, alpha=2)
    torch.manual_seed(1)
    add_lora(large, rank=2, alpha=6)
    a, b = small.blocks[0].attention.out, large.blocks[0].attention.out
    for layer in (a, b):
        torch.nn.init.ones_(layer.b)
    x = torch.randn(3, 16)
    torch.testing.assert_close(b(x) - b.base(x), 3 * (a(x) - a.base(x)))


def test_generation_works_with_both():
    for tune in (tune_lora, tune_adapter):
        model = gpt()
        tune(model)
        assert model.generate(IDS[:, :3], 4, temperature=0).shape == (4, 7)


def test_a_tuned_model_can_be_copied_and_saved():
    model = gpt()
    train(model, tune_lora(model), steps=2)
    twin = gpt()
    tune_lora(twin)
    twin.load_state_dict(model.state_dict())
    assert torch.equal(twin(IDS), model(IDS))
    assert torch.equal(copy.deepcopy(model)(IDS), model(IDS))


@pytest.mark.parametrize("rank", [0, 17])
def test_a_rank_out_of_range_is_said(rank):
    with pytest.raises(ValueError, match=f"expected a rank from 1 to 16, got {rank}"):
        add_lora(gpt(), rank=rank, alpha=1)


@pytest.mark.parametrize("size", [0, 16])
def test_a_bottleneck_out_of_range_is_said(size):
    with pytest.raises(ValueError, match=f"expected a bottleneck from 1 to 15, got {size}"):
        Adapter(torch.nn.Linear(3, 16), size)


def test_layers_that_are_not_there_are_named():
    with pytest.raises(ValueError, match=r"expected linear layers named \['query'\], found none"):
        add_lora(gpt(), rank=1, alpha=1, targets=("out", "query"))
    model = gpt()
    tune_lora(model)
    with pytest.raises(ValueError, match="found none"):  # they are LoRA layers already
        tune_adapter(model)
