"""The clipped objective of PPO (Schulman et al. 2017), and the value loss that goes with it.

Answers are drawn once and learnt from several times. After the first update the policy is no longer
the one that drew them; the ratio ρ = π / π_old of a token's probabilities corrects for that, as
long as it stays near 1. Clipping takes the reason away to leave that range.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from llmbook_utils.alignment.advantages import masked_mean


def clipped_objective(
    log_p: Float[Tensor, "B T"],
    old_log_p: Float[Tensor, "B T"],
    advantages: Float[Tensor, "B T"],
    clip: float | int = 0.2,
) -> tuple[Float[Tensor, "B T"], Bool[Tensor, "B T"]]:
    """min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) of each token (Schulman et al. 2017, eq. 7).

    ρ = π(a|s) / π_old(a|s) = exp(log π − log π_old). It is the ratio that is clipped: once a good
    token has become 1 + ε times as probable as it was when it was drawn, there is nothing to win by
    making it more probable still; nor by making a bad one less probable than 1 − ε times. The
    minimum keeps the way back open: where the ratio is on the wrong side, nothing is clipped.

    Args:
        log_p: log π, with a gradient.
        old_log_p: log π_old, from when the tokens were drawn.
        advantages: Â; constants.
        clip: ε.

    Returns:
        The objective of each token, to be maximised; and for which of them clipping took the
        gradient away.
    """
    ratio = (log_p - old_log_p).exp()
    free, clipped = ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages
    return torch.minimum(free, clipped), clipped < free


def policy_loss(
    log_p: Float[Tensor, "B T"],
    old_log_p: Float[Tensor, "B T"],
    advantages: Float[Tensor, "B T"],
    mask: Bool[Tensor, "B T"],
    clip: float | int = 0.2,
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """−mean of :func:`clipped_objective` over all tokens of all answers, and the clipped share.

    At ρ = 1 its gradient is that of the policy gradient, −mean of Â ∇ log π.
    """
    objective, clipped = clipped_objective(log_p, old_log_p, advantages, clip)
    return -masked_mean(objective, mask), masked_mean(clipped.to(log_p.dtype), mask)


def value_loss(
    values: Float[Tensor, "B T"],
    old_values: Float[Tensor, "B T"],
    returns: Float[Tensor, "B T"],
    mask: Bool[Tensor, "B T"],
    clip: float | int = 0.2,
) -> Float[Tensor, ""]:
    """½ · mean of max((V − G)², (V_near − G)²), where V_near is V, at most ``clip`` from V_old.

    As in OpenAI's implementation of PPO; the paper does not have it (Huang et al. 2022, detail 9).

    Args:
        values: V, with a gradient.
        old_values: V_old, from when the answers were drawn.
        returns: G, what the critic should have said.
        mask: True at the answer's tokens.
        clip: in units of the reward; inf: no clipping.
    """
    near = old_values + (values - old_values).clamp(-clip, clip)
    return masked_mean(torch.maximum((values - returns) ** 2, (near - returns) ** 2), mask) / 2
