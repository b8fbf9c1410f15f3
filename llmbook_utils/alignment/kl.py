"""How far a policy is from where it started: the KL divergence, estimated, and its price.

KL(p ‖ q) = E_{x ~ p}[log p(x) − log q(x)]. The sum over all answers cannot be written out, so it is
estimated from answers that p itself has drawn. With r = q(x) / p(x) (Schulman 2020):

    k1 = −log r             unbiased; negative about as often as not, so it varies much
    k2 = (log r)² / 2       biased, but never negative; nearly right where p and q are close
    k3 = (r − 1) − log r    unbiased and never negative: k1 plus r − 1, whose mean is zero

All work token by token: the terms of an answer's tokens add up to log p − log q of the answer.
The penalty goes into the reward (Ziegler et al. 2019, section 2): the policy earns the score at the
end, and pays β for each nat on the way.
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def kl_k1(log_p: Float[Tensor, "..."], log_q: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """log p − log q, for x drawn from p: an unbiased estimate of KL(p ‖ q), in nats."""
    return log_p - log_q


def kl_k2(log_p: Float[Tensor, "..."], log_q: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """(log p − log q)² / 2, for x drawn from p: biased, but of little variance."""
    return (log_p - log_q).square() / 2


def kl_k3(log_p: Float[Tensor, "..."], log_q: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """r − 1 − log r with r = q/p, for x drawn from p: unbiased, and never negative."""
    log_r = log_q - log_p
    return log_r.expm1() - log_r


def shaped_rewards(
    scores: Float[Tensor, " B"],
    log_p: Float[Tensor, "B T"],
    log_reference: Float[Tensor, "B T"],
    mask: Bool[Tensor, "B T"],
    beta: float | int,
) -> Float[Tensor, "B T"]:
    """What each token earns: −β (log π − log π_ref), and the last one the answer's score as well.

    Summed over an answer this is r(x, y) − β log(π(y|x) / π_ref(y|x)) (Ziegler et al. 2019, eq. 2;
    Ouyang et al. 2022, eq. 2).

    Args:
        scores: r, one number for each answer.
        log_p: log π of each token, at the time it was drawn.
        log_reference: log π_ref of the same tokens.
        mask: True at the answer's tokens.
        beta: β, the price of a nat.

    Returns:
        Rewards; 0 outside the mask.

    Raises:
        ValueError: if an answer has no token.
    """
    if not mask.any(1).all():
        raise ValueError("expected at least one token in each answer, got an empty mask row")
    rewards = -beta * kl_k1(log_p, log_reference) * mask
    last = mask.shape[1] - 1 - mask.flip(1).int().argmax(1)  # (B,): the last True of each row
    rewards[torch.arange(len(scores)), last] += scores
    return rewards


class AdaptiveKL:
    """A β that is set by how far the policy has gone (Ziegler et al. 2019, section 2.2).

        e = clip((KL − target) / target, −0.2, 0.2)        β ← β (1 + rate · e)

    Further than the target: moving becomes dearer. Not so far: it becomes cheaper.

    Args:
        beta: β to begin with; above 0.
        target: the KL divergence an answer, in nats, that is aimed at.
        rate: K_β; 0.1 in the paper, whose runs had many more iterations than ours.

    Raises:
        ValueError: if one of them is not a positive number.
    """

    def __init__(self, beta: float | int, target: float | int, rate: float | int = 0.1) -> None:
        for name, value in {"beta": beta, "target": target, "rate": rate}.items():
            if not 0 < value < math.inf:
                raise ValueError(f"expected {name} to be a positive number, got {value!r}")
        self.beta, self.target, self.rate = float(beta), target, rate

    def update(self, kl: float) -> float:
        """The new β, after a KL divergence of ``kl`` nats an answer was measured."""
        error = min(max((kl - self.target) / self.target, -0.2), 0.2)
        self.beta *= 1 + self.rate * error
        return self.beta
