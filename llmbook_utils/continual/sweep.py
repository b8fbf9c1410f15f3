"""The longer runs of chapter 6: all methods, streams and seeds; λ and memory; the language model.

``sweep()`` returns tables of rows, one for each run and seed: dictionaries of plain numbers, lists
and text, which ``llmbook_utils.sweeps`` keeps in a file. Every row has a "method" (its name), its
"strength" (λ), its "buffer", and the "seed":

    digits      every method on every stream: R (stages × tasks), what it cost
    strengths   each penalty for many λ: R
    grid        EWC and replay together, for λ × buffer: R
    worlds      the language model, every method: facts on the way and at the end, excess, cost
    knobs       the language model for other λ, buffers, shares of old rows: facts at the end

"digits" and "worlds" are the results. λ was chosen by "strengths", on other seeds, so that no
result was chosen because its own noise made it look good.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from llmbook_utils.continual.adapt import Outcome, WorldRecipe, adapt
from llmbook_utils.continual.learn import Recipe, learn
from llmbook_utils.continual.methods import METHODS, WORLD_METHODS, Method
from llmbook_utils.continual.streams import Stream, permuted_digits, split_digits
from llmbook_utils.continual.worlds import TwoWorlds, two_worlds
from llmbook_utils.corpus import World
from llmbook_utils.pretraining import pretrained
from llmbook_utils.train import TrainConfig

Row = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How much is run."""

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)  # of the results on the digits
    tuning: tuple[int, ...] = tuple(range(100, 108))  # of "strengths"
    grid: tuple[int, ...] = (100, 101, 102)
    worlds: tuple[int, ...] = (0, 1, 2)  # of the language model
    strengths: tuple[float, ...] = (0.01, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4, 1e5)
    between: tuple[float, ...] = (0.03, 0.3, 3.0, 30.0, 300.0, 3e3)  # on the permuted digits, too
    lams: tuple[float, ...] = (0.0, 1.0, 10.0, 30.0, 100.0, 1000.0)
    buffers: tuple[int, ...] = (0, 20, 50, 200, 500)
    world_lams: tuple[float, ...] = (0.1, 1.0, 100.0, 1000.0)
    world_buffers: tuple[int, ...] = (50, 200, 500, 4000)
    world_share: float = 1 / 6  # of old rows, instead of 2 / 6
    permuted: Recipe = field(default_factory=Recipe)
    split: Recipe = field(default_factory=lambda: Recipe(steps=100))
    world: WorldRecipe = field(default_factory=WorldRecipe)


QUICK = Plan(
    (0, 1),
    (100, 101),
    (100,),
    (0,),
    (1.0,),
    (3.0,),
    (0.0, 1.0),
    (0, 20),
    (0.1,),
    (50,),
    permuted=Recipe(steps=1),
    split=Recipe(steps=1),
    world=WorldRecipe(documents=50, offered=50, fisher=2, test=5, train=TrainConfig(1)),
)


def sweep(quick: bool = False) -> dict[str, list[Row]]:
    """All runs, in about ten minutes; ``quick``: rows of the same kinds, with no training."""
    plan = QUICK if quick else Plan()
    world = World(0)
    worlds = two_worlds(pretrained(world, quiet=True), world, World(1))
    return {
        "digits": list(_digits(plan)),
        "strengths": list(_strengths(plan)),
        "grid": list(_grid(plan)),
        "worlds": list(_worlds(plan, worlds)),
        "knobs": list(_knobs(plan, worlds)),
    }


def _digits(plan: Plan) -> Iterator[Row]:
    for stream, recipe in (
        (permuted_digits(plan.seeds), plan.permuted),
        (split_digits("task", plan.seeds), plan.split),
        (split_digits("domain", plan.seeds), plan.split),
        (split_digits("class", plan.seeds), plan.split),
    ):
        for method in METHODS.values():
            yield from _run(stream, method, recipe)


def _strengths(plan: Plan) -> Iterator[Row]:
    names = ("L2", "EWC", "EWC (batched)")
    for name in names:
        for lam in sorted(plan.strengths + plan.between):
            method = replace(METHODS[name], strength=lam)
            yield from _run(permuted_digits(plan.tuning), method, plan.permuted)
    for name in names:
        for lam in plan.strengths:
            method = replace(METHODS[name], strength=lam)
            yield from _run(split_digits("class", plan.tuning), method, plan.split)


def _grid(plan: Plan) -> Iterator[Row]:
    for stream, recipe in (
        (permuted_digits(plan.grid), plan.permuted),
        (split_digits("class", plan.grid), plan.split),
    ):
        for lam in plan.lams:
            for buffer in plan.buffers:
                method = replace(METHODS["EWC"], strength=lam, buffer=buffer, name="EWC + replay")
                yield from _run(stream, method, recipe)


def _run(stream: Stream, method: Method, recipe: Recipe) -> Iterator[Row]:
    """One row a seed. Accuracies have four decimals: a test of 440 images cannot tell more."""
    run = learn(stream, method, recipe)
    for s, seed in enumerate(stream.seeds):
        yield {
            "stream": stream.name,
            "method": method.name,
            "strength": method.strength,
            "buffer": method.buffer,
            "seed": seed,
            "steps": recipe.steps,
            "R": np.round(run.R[s], 4).tolist(),
            "initial": np.round(run.initial[s], 4).tolist(),
            "rows": run.rows,
            "extra_rows": run.extra_rows,
            "stored": run.stored,
        }


def _worlds(plan: Plan, worlds: TwoWorlds) -> Iterator[Row]:
    for method in WORLD_METHODS.values():
        yield from _adapted(worlds, method, plan.worlds, plan.world, look_every=50)


def _knobs(plan: Plan, worlds: TwoWorlds) -> Iterator[Row]:
    """One knob at a time; the setting of ``WORLD_METHODS`` itself is among "worlds"."""
    ewc, both = WORLD_METHODS["EWC"], (WORLD_METHODS["replay"], WORLD_METHODS["dynamic"])
    knobs = [
        *(replace(ewc, strength=lam) for lam in plan.world_lams),
        *(replace(both[0], buffer=buffer) for buffer in plan.world_buffers),
        *(replace(method, share=plan.world_share) for method in both),
    ]
    only_the_end = plan.world.train.steps
    for method in knobs:
        yield from _adapted(worlds, method, plan.worlds, plan.world, only_the_end)


def _adapted(
    worlds: TwoWorlds,
    method: Method,
    seeds: Sequence[int],
    recipe: WorldRecipe,
    look_every: int,
) -> Iterator[Row]:
    for seed in seeds:
        outcome: Outcome = adapt(worlds, method, seed, recipe, look_every)
        yield {
            "method": method.name,
            "strength": method.strength,
            "buffer": method.buffer,
            "share": round(method.share, 4),
            "seed": seed,
            "steps": recipe.train.steps,
            **{name: n for name, n in outcome.facts._asdict().items() if name != "step"},
            "old_excess": round(outcome.old_excess, 4),
            "new_excess": round(outcome.new_excess, 4),
            "looks": [list(look) for look in outcome.looks],
            "rows": outcome.rows,
            "trained": outcome.trained,
            "stored": outcome.stored,
        }
