"""How a world's facts come about, and what a reader can know of the facts that it was not told.

Town, pet and food of every person are drawn uniformly and independently. Towns have specialities:
π, a random one-to-one map from the eight towns to the eight jobs, all 8! alike. Half of the people
(each with probability ½, independently) have the speciality of their town as a job; the others'
jobs are drawn uniformly from all eight. So, given town t,

    p(job = j | t, π) = ½ [π(t) = j] + ½ · 1/8.

What documents say besides facts does not depend on the facts, and whatever is told is true. So the
posterior over worlds is the prior, restricted to the worlds that agree with what was told. A person
of whom only one of town and job is known says nothing about π (either is uniform, whatever π is).
With n(t, j) the number of people known to live in t and to work as j,

    p(π | told) ∝ Π_t 9^n(t, π(t)),

since ½ + 1/16 is 9 times 1/16; the sum over all 40,320 maps is done in full.
"""

from collections.abc import Mapping
from functools import cache
from itertools import permutations

import numpy as np
from jaxtyping import Float, Int

from llmbook_utils.corpus import lexicon

SAME = 0.5  # probability that a job is the town's speciality, before it may be by chance
TOWN, JOB = lexicon.ATTRIBUTES.index("town"), lexicon.ATTRIBUTES.index("job")
VALUES = 8


def draw(rng: np.random.Generator) -> tuple[dict[tuple[int, int], int], tuple[int, ...]]:
    """The facts, (person, attribute) → value, and π, the job for which each town is known."""
    specialities = tuple(rng.permutation(VALUES).tolist())
    facts: dict[tuple[int, int], int] = {}
    for person in range(len(lexicon.PEOPLE["en"])):
        drawn = rng.integers(VALUES, size=len(lexicon.ATTRIBUTES)).tolist()
        for attribute, value in enumerate(drawn):
            facts[person, attribute] = value
        if rng.random() < SAME:
            facts[person, JOB] = specialities[facts[person, TOWN]]
    return facts, specialities


@cache
def _maps() -> Int[np.ndarray, "40320 8"]:
    """All one-to-one maps from towns to jobs, a row each."""
    return np.array(list(permutations(range(VALUES))))


def specialities(told: Mapping[tuple[int, int], int]) -> Float[np.ndarray, "8 8"]:
    """p(π(t) = j | told): row town, column job; rows and columns sum to 1."""
    together = np.zeros((VALUES, VALUES))
    for (person, attribute), value in told.items():
        if attribute == TOWN and (person, JOB) in told:
            together[value, told[person, JOB]] += 1
    maps = _maps()
    log_weight = together[np.arange(VALUES), maps].sum(1) * np.log(9)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    chances = np.zeros((VALUES, VALUES))
    for town in range(VALUES):
        chances[town] = np.bincount(maps[:, town], weight, VALUES)
    return chances


def posterior(
    person: int, attribute: int, told: Mapping[tuple[int, int], int]
) -> Float[np.ndarray, "8"]:
    """p(fact | told) for each of the eight values.

    Args:
        person: number of the person.
        attribute: number of the attribute.
        told: (person, attribute) → value, what is known.
    """
    if (person, attribute) in told:
        return np.eye(VALUES)[told[person, attribute]]
    flat = (1 - SAME) / VALUES
    if attribute == JOB and (person, TOWN) in told:
        return SAME * specialities(told)[told[person, TOWN]] + flat
    if attribute == TOWN and (person, JOB) in told:
        return SAME * specialities(told)[:, told[person, JOB]] + flat
    return np.full(VALUES, 1 / VALUES)
