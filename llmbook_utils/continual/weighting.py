"""Dynamic weights: whichever loss is furthest above the best possible gets most of the weight.

    w_k = e_k / Σ_j e_j,    e_k = max(L_k − H_k, least)        total = Σ_k w_k L_k

H_k is the floor of task k: the loss that no model can beat. In the tiny world it is known exactly
(the entropy); a classifier of clean digits can get close to H = 0. A task that is known well has
nothing to gain and gets little weight; one that is being forgotten gets it back.

The weights are numbers for the moment: no gradient goes through them. The losses themselves cannot
be compared so: a task with a high floor would always seem to be in need.

Ours, simple, and after the lecture notes. Weights after the losses' speed are Dynamic Weight
Average (Liu et al. 2019); weights after their noise, Kendall et al. (2018).
"""

from collections.abc import Sequence

LEAST = 1e-3  # nats


def excess_weights(
    losses: Sequence[float | int], floors: Sequence[float | int], least: float | int = LEAST
) -> list[float]:
    """Weights that sum to 1, in proportion to the excess of each loss over its floor.

    Args:
        losses: L_k, nats.
        floors: H_k, nats.
        least: the excess is taken to be at least so much, so that no task is ever quite left out
            (on a batch, a loss can be below the floor by chance).

    Raises:
        ValueError: if there are no losses, not as many floors, or ``least`` is not above zero.
    """
    if not losses or len(losses) != len(floors):
        raise ValueError(
            f"expected as many floors as losses, and at least one, "
            f"got {len(losses)} losses and {len(floors)} floors"
        )
    if not least > 0:
        raise ValueError(f"expected least above 0, got {least}")
    excesses = [max(L - H, least) for L, H in zip(losses, floors, strict=True)]
    return [e / sum(excesses) for e in excesses]
