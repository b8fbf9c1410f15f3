"""Continual learning: tasks come one after another, and a network shall not forget (chapter 6).

    streams    tasks: permuted and split digits, in van de Ven & Tolias's three scenarios
    scores     the matrix R of accuracies, and what is read from it
    seeds      intervals from a few seeds; which of two methods is better, or "cannot tell"
    network    a small network, alone or S of them side by side
    fisher     which weights matter: the diagonal Fisher, exact, sampled, empirical, batched
    penalties  L2 and elastic weight consolidation
    replay     a memory of fixed size: reservoir sampling
    weighting  dynamic weights by excess over the floor
    methods    all of these as parts of a method; the ones that chapter 6 compares
    learn      one loop: a stream, a method → R
    worlds     a language model whose world changes, and what it knows of both
    adapt      one loop: two worlds, a method → what became of them

In short::

    run = learn(permuted_digits(seeds=(0, 1, 2)), METHODS["EWC"])
    average_accuracy(run.R), forgetting(run.R)      # one number a seed

    world = World(0)
    worlds = two_worlds(pretrained(world), world, World(1))
    adapt(worlds, WORLD_METHODS["replay"]).facts
"""

from llmbook_utils.continual.adapt import Look, Outcome, WorldRecipe, adapt
from llmbook_utils.continual.fisher import classifier_fisher, diagonal_fisher
from llmbook_utils.continual.learn import Recipe, Run, learn
from llmbook_utils.continual.methods import METHODS, WORLD_METHODS, Method
from llmbook_utils.continual.network import Weights, logits, make_weights
from llmbook_utils.continual.penalties import Anchor, equal_importance, merge, quadratic_penalty
from llmbook_utils.continual.replay import Reservoir, split_batch
from llmbook_utils.continual.scores import (
    average_accuracy,
    backward_transfer,
    forgetting,
    forward_transfer,
    learning_accuracy,
)
from llmbook_utils.continual.seeds import compare, t_interval
from llmbook_utils.continual.streams import Stream, Task, permuted_digits, split_digits
from llmbook_utils.continual.weighting import excess_weights
from llmbook_utils.continual.worlds import (
    Facts,
    TwoWorlds,
    UnderMark,
    count_facts,
    excesses,
    two_worlds,
)

__all__ = [
    "METHODS",
    "WORLD_METHODS",
    "Anchor",
    "Facts",
    "Look",
    "Method",
    "Outcome",
    "Recipe",
    "Reservoir",
    "Run",
    "Stream",
    "Task",
    "TwoWorlds",
    "UnderMark",
    "Weights",
    "WorldRecipe",
    "adapt",
    "average_accuracy",
    "backward_transfer",
    "classifier_fisher",
    "compare",
    "count_facts",
    "diagonal_fisher",
    "equal_importance",
    "excess_weights",
    "excesses",
    "forgetting",
    "forward_transfer",
    "learn",
    "learning_accuracy",
    "logits",
    "make_weights",
    "merge",
    "permuted_digits",
    "quadratic_penalty",
    "split_batch",
    "split_digits",
    "t_interval",
    "two_worlds",
]
