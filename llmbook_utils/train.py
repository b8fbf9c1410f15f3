"""The training loop of the course: from batches to weights, the same for every model.

For each step: add up the gradients of one or more micro-batches, clip them, set the learning rate
(warm-up, then cosine), and let AdamW (Loshchilov & Hutter 2019) change the weights. What happened
is written down; on request, the state is saved, so that a killed run goes on where it was.

A batch is a function of its number: ``batches(i)`` gives the i-th. So two runs see the same data,
and a resumed one sees what it would have seen.

Left out: several devices, half precision, and stopping early (a cosine schedule has to know its
end).
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils import checkpoints
from llmbook_utils.progress import Progress

IGNORE = -100  # a label that carries no loss: padding, or a part that is not to be learnt
Batch = tuple[Tensor, ...]
Batches = Callable[[int], Batch]
Loss = Callable[[nn.Module, Batch], tuple[Tensor, int]]  # the sum over what counts, and its number


@dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Raises:
        ValueError: a number out of its range.
    """

    steps: int  # updates of the weights
    learning_rate: float = 3e-3  # the highest, at the end of the warm-up
    warmup: int = 50  # steps in which the learning rate rises to it
    final: float = 0.1  # the learning rate at the end, as a part of the highest
    weight_decay: float = 0.1  # for matrices; vectors (norms) are left alone
    beta1: float = 0.9  # how much of Adam's mean gradient is kept in a step
    beta2: float = 0.99  # how much of Adam's mean squared gradient is kept in a step
    clip: float = 1.0  # the longest gradient; a longer one is scaled down to it
    accumulate: int = 1  # micro-batches whose gradients make one step

    def __post_init__(self) -> None:
        for name, lowest in {"steps": 1, "warmup": 0, "accumulate": 1}.items():
            value = getattr(self, name)
            if not isinstance(value, int) or value < lowest:
                raise ValueError(f"expected {name} to be a whole number ≥ {lowest}, got {value!r}")
        for name, good, expected in (
            ("learning_rate", 0 < self.learning_rate < math.inf, "a positive number"),
            ("final", 0 <= self.final <= 1, "a number from 0 to 1"),
            ("weight_decay", 0 <= self.weight_decay < math.inf, "a number ≥ 0"),
            ("beta1", 0 <= self.beta1 < 1, "a number ≥ 0 and below 1"),
            ("beta2", 0 <= self.beta2 < 1, "a number ≥ 0 and below 1"),
            ("clip", self.clip > 0, "a positive number (inf: no clipping)"),
        ):
            if not good:
                raise ValueError(f"expected {name} to be {expected}, got {getattr(self, name)!r}")


@dataclass
class History:
    """What happened: one entry a step, and one for each time that the model was looked at."""

    loss: list[float] = field(default_factory=list)  # mean over the step's tokens, before it, nats
    learning_rate: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)  # before clipping
    seconds: list[float] = field(default_factory=list)  # since the start, without the looks
    tokens: list[int] = field(default_factory=list)  # that carried loss, since the start
    looked: list[int] = field(default_factory=list)  # after how many steps
    looks: dict[str, list[Any]] = field(default_factory=dict)  # name → what was seen each time

    @property
    def steps(self) -> int:
        return len(self.loss)


def learning_rate(step: int, config: TrainConfig) -> float:
    """Linear warm-up, then half a cosine (Loshchilov & Hutter 2017), for step 0, 1, ….

    In the warm-up of w steps η · (step + 1) / (w + 1), never 0; then from η down to final · η,
    which the last step comes close to.
    """
    if step < config.warmup:
        return config.learning_rate * (step + 1) / (config.warmup + 1)
    done = (step - config.warmup) / max(1, config.steps - config.warmup)  # from 0 to 1
    height = (1 + math.cos(math.pi * min(done, 1))) / 2
    return config.learning_rate * (config.final + (1 - config.final) * height)


def language_model_loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
    """Cross-entropy of the labels, in nats, summed; labels of −100 do not count."""
    ids, labels = batch
    logits = model(ids)
    total = F.cross_entropy(
        logits.flatten(0, -2), labels.flatten(), ignore_index=IGNORE, reduction="sum"
    )
    return total, int((labels != IGNORE).sum())


def optimizer(model: nn.Module, config: TrainConfig) -> torch.optim.AdamW:
    """AdamW in two groups: matrices decay, vectors do not. Frozen parameters are left out."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]
    betas = (config.beta1, config.beta2)
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=betas, fused=True)


def gradients(model: nn.Module, micro_batches: Iterable[Batch], loss: Loss) -> tuple[float, int]:
    """Leave in ``p.grad`` the gradient of the mean loss over all micro-batches together.

    Each micro-batch adds the gradient of its *sum*; only at the end is divided, by how many tokens
    counted in all. Dividing each by its own number would give the tokens of short ones more
    weight. Returns the mean loss and the number of tokens.
    """
    total, count = 0.0, 0
    model.zero_grad()
    for batch in micro_batches:
        value, counted = loss(model, batch)
        value.backward()
        total, count = total + value.item(), count + counted
    for p in model.parameters():
        if p.grad is not None:
            p.grad /= max(count, 1)
    return total / max(count, 1), count


def train(
    model: nn.Module,
    batches: Batches,
    config: TrainConfig,
    *,
    loss: Loss = language_model_loss,
    look: Mapping[str, Callable[[Any], Any]] | None = None,
    look_every: int = 100,
    checkpoint: Path | None = None,
    save_every: int = 100,
    progress: str | None = "training",
) -> History:
    """Train the model in place.

    Args:
        batches: ``batches(i)`` is micro-batch i (0, 1, …); see :func:`shuffled`.
        loss: ``loss(model, batch)`` returns the summed loss and how many tokens it sums over.
        look: functions of the model (a validation loss, a sample, …) whose results go into
            ``history.looks``; called without gradients, before the first step, every
            ``look_every`` steps and at the end. With ``checkpoint`` these must be plain data.
        checkpoint: a file for the state. Where it exists, the run goes on from it; a damaged one
            is put aside. Deleting it is up to the caller.
        save_every: steps between two saves.
        progress: the name on the progress line; None shows nothing.

    Raises:
        ValueError: if the checkpoint is that of another run, or the loss is not finite.
    """
    history, adam, start = History(), optimizer(model, config), 0
    if checkpoint is not None and (saved := _saved(checkpoint)) is not None:
        if saved["config"] != asdict(config):
            raise ValueError(f"expected a checkpoint of {config}, got one of {saved['config']}")
        model.load_state_dict(saved["model"])
        adam.load_state_dict(saved["optimizer"])
        torch.set_rng_state(saved["random"])
        history = History(**saved["history"])
        start = history.steps
    model.train()
    began = time.perf_counter() - (history.seconds[-1] if history.seconds else 0.0)
    with Progress(progress, config.steps) as line:
        for step in range(start, config.steps):
            if step % look_every == 0 and look and step not in history.looked:
                began += _look(model, look, history)
            numbers = range(step * config.accumulate, (step + 1) * config.accumulate)
            value, count = gradients(model, map(batches, numbers), loss)
            if not math.isfinite(value):
                raise ValueError(f"expected a finite loss, got {value} in step {step}")
            norm = nn.utils.clip_grad_norm_(model.parameters(), config.clip)
            for group in adam.param_groups:
                group["lr"] = learning_rate(step, config)
            adam.step()
            history.loss.append(value)
            history.learning_rate.append(learning_rate(step, config))
            history.gradient_norm.append(norm.item())
            history.seconds.append(time.perf_counter() - began)
            history.tokens.append(count + (history.tokens[-1] if history.tokens else 0))
            line.show(step + 1, f"loss {value:.3f}")
            if checkpoint is not None and (step + 1) % save_every == 0:
                began += _save(checkpoint, model, adam, config, history)
    if look and config.steps not in history.looked:
        _look(model, look, history)
    if checkpoint is not None:
        _save(checkpoint, model, adam, config, history)
    return history


def shuffled(tensors: Batch, batch_size: int, seed: int = 0) -> Batches:
    """Batches of the rows of ``tensors``, in a new order in each epoch; batch i is always the same.

    Rows that do not fill the last batch of an epoch are left out of that epoch.

    Raises:
        ValueError: if the tensors have different numbers of rows, or fewer than one batch.
    """
    rows = len(tensors[0])
    if any(len(tensor) != rows for tensor in tensors):
        raise ValueError(f"expected as many rows in each tensor, got {[len(t) for t in tensors]}")
    if not 1 <= batch_size <= rows:
        raise ValueError(f"expected a batch size from 1 to {rows} (the rows), got {batch_size}")
    orders: dict[int, Tensor] = {}  # epoch → order of the rows; only the newest is kept

    def batch(i: int) -> Batch:
        epoch, place = divmod(i, rows // batch_size)
        if epoch not in orders:
            generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
            orders.clear()
            orders[epoch] = torch.randperm(rows, generator=generator)
        chosen = orders[epoch][place * batch_size : (place + 1) * batch_size]
        return tuple(tensor[chosen] for tensor in tensors)

    return batch


@torch.no_grad()
def evaluate(
    model: nn.Module, data: Batch, loss: Loss = language_model_loss, batch_size: int = 64
) -> float:
    """The mean loss over all rows of ``data``; each token (or whatever counts) weighs the same."""
    total, count = 0.0, 0
    for parts in zip(*(tensor.split(batch_size) for tensor in data), strict=True):
        value, counted = loss(model, parts)
        total, count = total + value.item(), count + counted
    return total / max(count, 1)


def _look(model: nn.Module, look: Mapping[str, Callable[[Any], Any]], history: History) -> float:
    """Let each function see the model; training is not disturbed by what they draw."""
    began = time.perf_counter()
    model.eval()
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        for name, function in look.items():
            history.looks.setdefault(name, []).append(function(model))
    model.train()
    history.looked.append(history.steps)
    return time.perf_counter() - began


def _save(
    path: Path, model: nn.Module, adam: torch.optim.Optimizer, config: TrainConfig, done: History
) -> float:
    began = time.perf_counter()
    state = {
        "config": asdict(config),
        "model": model.state_dict(),
        "optimizer": adam.state_dict(),
        "random": torch.get_rng_state(),
        "history": asdict(done),
    }
    checkpoints.write(path, state)
    return time.perf_counter() - began


def _saved(path: Path) -> checkpoints.State | None:
    """The state in a checkpoint; None if there is none that is whole."""
    try:
        return checkpoints.read(path)
    except FileNotFoundError:
        return None
    except checkpoints.Damaged as error:
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".damaged"))
        print(f"starting anew: {error}")
        return None
