"""Best of n: sample n answers, give the one that a reward model likes best.

No training at all, and yet it optimises the reward: more, the larger n is. So it shows what a
reward model is worth. Where the true reward falls while the model's goes on rising, the model is
over-optimised (Gao et al. 2022): the best of n are ever more often answers that it misjudges.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def best_of_n(
    proxy: Float[Tensor, "N M"], gold: Float[Tensor, "N M"], n: int
) -> tuple[float, float]:
    """Mean proxy and gold reward of the answer, among n, that the proxy likes best.

    Estimated from M ≥ n answers to each prompt without bias (Nakano et al. 2021, appendix I): over
    all sets of n of them, the i-th best is the best of a set with probability C(M − i, n − 1) /
    C(M, n).

    Raises:
        ValueError: if n is not from 1 to M.
    """
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M} (the answers to a prompt), got {n}")
    chance = [math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)]
    weights = torch.tensor(chance, dtype=proxy.dtype)
    order = proxy.argsort(dim=1, descending=True, stable=True)
    means = [(values.gather(1, order) @ weights).mean().item() for values in (proxy, gold)]
    return means[0], means[1]


def kl_best_of_n(n: int) -> float:
    """log n − (n − 1)/n: KL(best of n ‖ the model), in nats (Stiennon et al. 2020, appendix G.3).

    An upper bound, reached where no two answers are equal (Beirami et al. 2024).
    """
    return math.log(n) - (n - 1) / n
