"""Induction heads: how a model learns to learn from its context (Olsson et al. 2022).

A sequence of random tokens begins to repeat itself: "… A B … A". To foretell the B, a model must
find the A before, and copy what followed it. Two heads in two layers can do that together. The
first looks one place back, and writes at B "an A stands before me"; the second looks for that note
and copies. One layer cannot: what a head looks for there depends on two tokens and their places
alone. The models here are attention only, as those of Elhage et al. (2021).

As in Olsson et al., positions are added to what queries and keys are made of, and not to what is
copied. Departs from them: random tokens instead of text, models of some ten thousand parameters,
and several seeds side by side (the first dimension of every parameter), each with its own data and
random numbers. Left out: MLPs, and the paper's interventions on trained models.

Letters: S seeds, B batch, T time, C channels, L layers, H heads, D = C / H, V vocabulary, M looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.progress import Progress

VOCABULARY = 24  # tokens
CONTEXT = 28  # the longest sequence
LENGTH = 28  # of the sequences to learn from
PERIODS = (5, 12)  # after how many tokens a sequence repeats itself: at least, at most
STEPS = 400
LOOKS = (0, 30, 60, 80, 100, 110, 120, 130, 140, 150, 160, 180, 200, 220, 240, 270, 300, 350, 400)


# The model ----------------------------------------------------------------------------------------


class AttentionOnly(nn.Module):
    """S Transformers without MLPs, side by side; ``model(ids)`` gives logits (S, B, T, V).

    Args:
        layers: L, how many layers of attention.
        seeds: one for the first weights of each model.
        width: C.
        heads: H in each layer.

    Raises:
        ValueError: no layers, no seeds, or a width that the heads cannot share.
    """

    def __init__(
        self,
        layers: int,
        seeds: Sequence[int] = (0, 1, 2),
        width: int = 48,
        heads: int = 2,
        vocabulary: int = VOCABULARY,
        context: int = CONTEXT,
    ) -> None:
        super().__init__()
        if layers < 1 or not seeds or width % heads:
            raise ValueError(
                "expected at least one layer and one seed, and a width that the heads share, "
                f"got {layers} layers, {len(seeds)} seeds, width {width}, {heads} heads"
            )
        self.layers, self.heads, self.seeds = layers, heads, tuple(seeds)
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]

        def normal(rows: int, columns: int, std: float = 1.0) -> nn.Parameter:
            each = [torch.randn(rows, columns, generator=g) * std for g in generators]
            return nn.Parameter(torch.stack(each))

        self.tokens = normal(vocabulary, width)  # (S, V, C)
        self.places = normal(context, width, 0.5)  # (S, T, C)
        self.qk = nn.ParameterList(normal(width, 2 * width, width**-0.5) for _ in range(layers))
        self.v = nn.ParameterList(normal(width, width, width**-0.5) for _ in range(layers))
        self.out = nn.ParameterList(normal(width, width, 0.5 * width**-0.5) for _ in range(layers))
        self.unembed = normal(width, vocabulary, width**-0.5)  # (S, C, V)

    @property
    def parameters_each(self) -> int:
        """How many numbers one of the S models has."""
        return sum(p.numel() for p in self.parameters()) // len(self.seeds)

    def forward(self, ids: Int[Tensor, "S B T"]) -> Float[Tensor, "S B T V"]:
        return self.run(ids)[0]

    def run(
        self, ids: Int[Tensor, "S B T"]
    ) -> tuple[Float[Tensor, "S B T V"], list[Float[Tensor, "S B H T T"]]]:
        """Logits, and for each layer how much each query (row) looks at each key (column)."""
        models, context = self.places.shape[:2]
        if ids.shape[0] != models or ids.shape[2] > context:
            raise ValueError(
                f"expected ids of shape ({models}, B, T) with T ≤ {context}, got {tuple(ids.shape)}"
            )
        x = torch.stack([table[i] for table, i in zip(self.tokens, ids, strict=True)])
        looks = []
        for qk, v, out in zip(self.qk, self.v, self.out, strict=True):
            found, weights = self.attend(x, qk, v)
            x = x + per_model(found, out)
            looks.append(weights)
        return per_model(normalised(x), self.unembed), looks

    def attend(
        self, x: Float[Tensor, "S B T C"], qk: Tensor, v: Tensor
    ) -> tuple[Float[Tensor, "S B T C"], Float[Tensor, "S B H T T"]]:
        """One layer: what the heads copied, side by side, and where they looked."""
        S, B, T, C = x.shape
        content = normalised(x)
        placed = content + self.places[:, None, :T]
        q, k = per_model(placed, qk).view(S, B, T, 2, self.heads, -1).unbind(3)
        values = per_model(content, v).view(S, B, T, self.heads, -1)
        q, k, values = (t.transpose(2, 3) for t in (q, k, values))  # each (S, B, H, T, D)
        later = torch.ones(T, T, dtype=torch.bool).triu(1)
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5
        weights = scores.masked_fill(later, -torch.inf).softmax(-1)  # (S, B, H, T, T)
        return (weights @ values).transpose(2, 3).reshape(S, B, T, C), weights


def normalised(x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
    return F.layer_norm(x, x.shape[-1:])


def per_model(x: Float[Tensor, "S B T I"], matrix: Float[Tensor, "S I O"]) -> Tensor:
    """Each model's x times its own matrix."""
    return (x.flatten(1, 2) @ matrix).unflatten(1, x.shape[1:3])


# The task -----------------------------------------------------------------------------------------


def repeated(
    batch: int,
    length: int,
    generator: torch.Generator,
    periods: tuple[int, int] = PERIODS,
    vocabulary: int = VOCABULARY,
) -> Int[Tensor, "B T"]:
    """Sequences that repeat themselves: n different random tokens, again and again.

    The period n is drawn for each sequence, between two limits (both can come), so that no place
    tells where to copy from. From the second occurrence of the first token on, all is settled.

    Raises:
        ValueError: periods below 2, above the vocabulary, or in the wrong order.
    """
    low, high = periods
    if not 2 <= low <= high <= vocabulary or length < 1 or batch < 1:
        raise ValueError(
            f"expected 2 ≤ shortest ≤ longest period ≤ {vocabulary} and batch, length ≥ 1, "
            f"got periods {periods}, batch {batch}, length {length}"
        )
    tokens = torch.rand(batch, vocabulary, generator=generator).argsort(1)
    period = torch.randint(low, high + 1, (batch, 1), generator=generator)
    return tokens.gather(1, torch.arange(length) % period)


# Scores -------------------------------------------------------------------------------------------


def induction_score(attention: Float[Tensor, "... T T"], period: int) -> Float[Tensor, "..."]:
    """How much a head looks at what came after the token's previous occurrence: a mean, 0 to 1.

    In a sequence of period n the token at t stood at t − n before, so that the head should look at
    t − n + 1. The mean is over all t ≥ n.

    Args:
        attention: rows are queries, columns keys, as from ``AttentionOnly.run``.

    Raises:
        ValueError: if nothing repeats within T tokens, or the period is below 1.
    """
    T = attention.shape[-1]
    if not 1 <= period < T:
        raise ValueError(f"expected a period from 1 to {T - 1} (T − 1), got {period}")
    queries = torch.arange(period, T)
    return attention[..., queries, queries - period + 1].mean(-1)


def previous_token_score(attention: Float[Tensor, "... T T"]) -> Float[Tensor, "..."]:
    """How much a head looks one place back: the mean of the weights from t to t − 1, t ≥ 1."""
    return attention.diagonal(-1, -2, -1).mean(-1)


# Training -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """What was seen while S models learnt; all looks are at the same held-out sequences."""

    layers: int
    seeds: tuple[int, ...]
    parameters: int  # of each model
    steps: tuple[int, ...]  # before the M looks
    loss_first: Float[Tensor, "S M"]  # nats a token, before anything comes again
    loss_repeat: Float[Tensor, "S M"]  # nats a token, where all is settled
    accuracy_repeat: Float[Tensor, "S M"]  # of the same tokens
    induction: Float[Tensor, "S M L H"]  # induction score of each head
    previous: Float[Tensor, "S M L H"]  # previous-token score of each head
    tokens: Int[Tensor, " T"]  # one sequence …
    period: int  # … how it repeats itself …
    attention: Float[Tensor, "S M L H T T"]  # … and how each head looks at it
    model: AttentionOnly  # after the last step

    @property
    def in_context(self) -> Float[Tensor, "S M"]:
        """In-context score: loss on the repeat less loss on the first part; below 0: context helps.

        (Olsson et al. take the loss of the 500th token of a text less that of the 50th.)
        """
        return self.loss_repeat - self.loss_first


def learn(
    layers: int,
    seeds: Sequence[int] = (0, 1, 2),
    steps: int = STEPS,
    *,
    looks: Sequence[int] = LOOKS,
    width: int = 48,
    heads: int = 2,
    batch: int = 32,
    learning_rate: float = 3e-3,
    quiet: bool = False,
) -> Run:
    """Train one model for each seed on sequences that repeat themselves; look at them on the way.

    All tokens count in the loss, those too that nobody can foretell. AdamW at a constant rate.

    Args:
        looks: before how many steps to look; those beyond ``steps`` are left out.
    """
    model = AttentionOnly(layers, seeds, width, heads)
    adam = torch.optim.AdamW(
        model.parameters(), learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    generators = [torch.Generator().manual_seed(1_000_003 + seed) for seed in seeds]
    at = tuple(look for look in looks if look <= steps)
    seen = []
    with Progress(None if quiet else f"induction, layers: {layers}", steps) as line:
        for step in range(steps + 1):
            if step in at:
                seen.append(_look(model))
            if step == steps:
                break
            ids = torch.stack([repeated(batch, LENGTH, g) for g in generators])
            loss = token_losses(model(ids[..., :-1]), ids[..., 1:]).mean((1, 2)).sum()
            adam.zero_grad()
            loss.backward()
            adam.step()
            line.show(step + 1, f"loss {loss.item() / len(seeds):.3f}")
    looked = {name: torch.stack([one[name] for one in seen], 1) for name in seen[0]}
    return Run(
        layers=layers,
        seeds=tuple(seeds),
        parameters=model.parameters_each,
        steps=at,
        tokens=_held_out()[0],
        period=HELD_OUT_PERIOD,
        model=model,
        **looked,
    )


def token_losses(
    logits: Float[Tensor, "S B T V"], targets: Int[Tensor, "S B T"]
) -> Float[Tensor, "S B T"]:
    """−ln p of each token, in nats."""
    return -logits.log_softmax(-1).gather(-1, targets[..., None]).squeeze(-1)


HELD_OUT_PERIOD = 10


def _held_out() -> Int[Tensor, "B T"]:
    """128 sequences of ten tokens, twice: the same for all models and looks."""
    n = HELD_OUT_PERIOD
    return repeated(128, 2 * n, torch.Generator().manual_seed(77), (n, n))


@torch.no_grad()
def _look(model: AttentionOnly) -> dict[str, Tensor]:
    """What a ``Run`` keeps of each look."""
    n, ids = HELD_OUT_PERIOD, _held_out().expand(len(model.seeds), -1, -1)
    logits, attention = model.run(ids)
    losses = token_losses(logits[..., :-1, :], ids[..., 1:])  # at t: of token t + 1
    right = (logits[..., :-1, :].argmax(-1) == ids[..., 1:]).float()
    weights = torch.stack(attention, 2)  # (S, B, L, H, T, T)
    return {
        "loss_first": losses[..., : n - 1].mean((1, 2)),
        "loss_repeat": losses[..., n:].mean((1, 2)),
        "accuracy_repeat": right[..., n:].mean((1, 2)),
        "induction": induction_score(weights, n).mean(1),
        "previous": previous_token_score(weights).mean(1),
        "attention": weights[:, 0].clone(),
    }


# A few shots --------------------------------------------------------------------------------------


def pairs(
    sequences: int,
    shots: int,
    generator: torch.Generator,
    keys: int = 4,
    vocabulary: int = VOCABULARY,
) -> tuple[Int[Tensor, "B T"], Int[Tensor, " B"]]:
    """Few-shot prompts: ``shots`` examples "key value" of a mapping, then a key; and its value.

    Each sequence has a mapping of its own, from ``keys`` tokens to as many others, all different.
    Each example is that of a random key, the query too. So the answer stands in the prompt with
    probability 1 − (1 − 1/keys)^shots, and otherwise nowhere. T = 2 · shots + 1.

    Raises:
        ValueError: more keys and values than tokens, or a negative number of shots.
    """
    if not 1 <= 2 * keys <= vocabulary or shots < 0 or sequences < 1:
        raise ValueError(
            f"expected 1 to {vocabulary // 2} keys, shots ≥ 0 and sequences ≥ 1, "
            f"got {keys}, {shots} and {sequences}"
        )
    tokens = torch.rand(sequences, vocabulary, generator=generator).argsort(1)
    chosen = torch.randint(keys, (sequences, shots + 1), generator=generator)
    inputs, outputs = tokens.gather(1, chosen), tokens.gather(1, chosen + keys)
    ids = torch.stack([inputs, outputs], 2).flatten(1)  # (B, 2 · shots + 2)
    return ids[:, :-1], ids[:, -1]


@torch.no_grad()
def accuracy_by_shots(
    model: AttentionOnly,
    shots: Sequence[int] = (0, 1, 2, 4, 8, 12),
    sequences: int = 500,
    keys: int = 4,
    seed: int = 0,
) -> Float[Tensor, "S K"]:
    """For each model and number of shots: how often its first choice is the query's value.

    The models were never trained on pairs: whatever they can do here, induction has brought along.
    """
    generator = torch.Generator().manual_seed(seed)
    columns = []
    for number in shots:
        ids, answers = pairs(sequences, number, generator, keys)
        logits = model(ids.expand(len(model.seeds), -1, -1))[:, :, -1]
        columns.append((logits.argmax(-1) == answers).float().mean(1))
    return torch.stack(columns, 1)
