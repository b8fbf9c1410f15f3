"""From rewards to advantages: how much better did it go than expected?

An answer is an episode, a token an action. Position t of a row is the choice of one token: its
reward r_t, and V_t, what the critic expected from there on, before that token was chosen. The
episode ends with the answer: nothing comes after the last True of the mask, whether or not the
answer ended by itself.

A row may begin with positions that are no actions (the prompt) and end with padding; ``mask`` is
True at the answer's tokens, which stand side by side. Whatever stands outside has no influence.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def discounted_returns(
    rewards: Float[Tensor, "B T"], mask: Bool[Tensor, "B T"], gamma: float | int
) -> Float[Tensor, "B T"]:
    """G_t = r_t + γ r_{t+1} + γ² r_{t+2} + … up to the end of the answer; 0 outside the mask.

    Computed from the right: G_t = r_t + γ G_{t+1}.
    """
    returns = torch.zeros_like(rewards)
    following = torch.zeros_like(rewards[:, 0])  # G_{t+1}
    for t in reversed(range(rewards.shape[1])):
        following = (rewards[:, t] + gamma * following) * mask[:, t]
        returns[:, t] = following
    return returns


def gae(
    rewards: Float[Tensor, "B T"],
    values: Float[Tensor, "B T"],
    mask: Bool[Tensor, "B T"],
    gamma: float | int = 1.0,
    lam: float | int = 0.95,
) -> tuple[Float[Tensor, "B T"], Float[Tensor, "B T"]]:
    """Generalised advantage estimation (Schulman et al. 2016, eq. 16).

        δ_t = r_t + γ V_{t+1} − V_t        Â_t = Σ_l (γλ)^l δ_{t+l} = δ_t + γλ Â_{t+1}

    λ = 0 trusts the critic: Â_t = δ_t, of little variance, but as wrong as the critic is. λ = 1
    trusts what happened: Â_t = G_t − V_t, right on average, but of much variance.

    Args:
        rewards: r.
        values: V.
        mask: True at the answer's tokens.
        gamma: γ, from 0 to 1: how much a reward is worth that comes one token later.
        lam: λ, from 0 to 1.

    Returns:
        Advantages Â and returns Â + V, what the critic should have said; both 0 outside the mask.

    Raises:
        ValueError: if γ or λ is not from 0 to 1.
    """
    for name, value in {"gamma": gamma, "lam": lam}.items():
        if not 0 <= value <= 1:
            raise ValueError(f"expected {name} to be a number from 0 to 1, got {value!r}")
    values = values.where(mask, 0.0)
    advantages = torch.zeros_like(rewards)
    next_advantage = next_value = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * next_value - values[:, t]
        next_advantage = (delta + gamma * lam * next_advantage) * mask[:, t]
        next_value = values[:, t]
        advantages[:, t] = next_advantage
    return advantages, advantages + values


def masked_mean(x: Float[Tensor, "B T"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, ""]:
    """The mean over the True positions of all rows together: each token weighs the same.

    Raises:
        ValueError: if there is none.
    """
    if not mask.any():
        raise ValueError("expected at least one True in the mask, got none")
    return x.where(mask, 0.0).sum() / mask.sum()


def whiten(x: Float[Tensor, "B T"], mask: Bool[Tensor, "B T"]) -> Float[Tensor, "B T"]:
    """Mean 0 and variance 1 over the True positions of all rows together; 0 elsewhere.

    So the size of a step does not depend on the scale of the rewards. Whiten advantages only after
    the returns are computed from them: a critic that learns whitened returns learns nothing.
    """
    mean = masked_mean(x, mask)
    variance = masked_mean((x - mean).square(), mask)
    return ((x - mean) / (variance + 1e-8).sqrt()).where(mask, 0.0)


def explained_variance(
    values: Float[Tensor, "B T"], returns: Float[Tensor, "B T"], mask: Bool[Tensor, "B T"]
) -> float:
    """1 − Var(G − V) / Var(G): 1 for a perfect critic, 0 for a constant one, below 0 for worse.

    0 where the returns are all alike.
    """
    v, g = values[mask], returns[mask]
    variance = g.var(correction=0).item()
    return 1 - (g - v).var(correction=0).item() / variance if variance > 0 else 0.0
