# %% right: min and max
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta * (1 + 0.1 * error)


# %% right: np.clip
def next_beta(beta, kl, target):
    if not target > 0:
        raise ValueError(f"target {target}")
    return beta + 0.1 * beta * np.clip((kl - target) / target, -0.2, 0.2)


# %% right: three cases
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError("no such target: %r" % target)
    if kl > 1.2 * target:
        return 1.02 * beta
    if kl < 0.8 * target:
        return 0.98 * beta
    return beta * (0.9 + 0.1 * kl / target)


# %% right: torch
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(str(target))
    error = torch.tensor(kl / target - 1, dtype=torch.float64).clamp(-0.2, 0.2)
    return (beta * (1 + error / 10)).item()


# %% wrong: not clipped  says: the error is clipped to −0.2 … 0.2, on both sides, so that one wild batch does little.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = kl / target - 1
    return beta * (1 + 0.1 * error)


# %% wrong: clipped at the top alone  says: the error is clipped to −0.2 … 0.2, on both sides, so that one wild batch does little.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, kl / target - 1)
    return beta * (1 + 0.1 * error)


# %% wrong: clipped at the bottom alone  says: the error is clipped to −0.2 … 0.2, on both sides, so that one wild batch does little.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = max(-0.2, kl / target - 1)
    return beta * (1 + 0.1 * error)


# %% wrong: sign  says: too much KL makes it dearer: β rises where kl > target.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta * (1 - 0.1 * error)


# %% wrong: target over KL  says: the error is kl/target − 1, not target/kl − 1.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, target / kl - 1))
    return beta * (1 + 0.1 * error)


# %% wrong: difference, not divided  says: the error is relative: divide by the target.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl - target))
    return beta * (1 + 0.1 * error)


# %% wrong: divided by the KL  says: the error is relative to the *target*.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, (kl - target) / kl))
    return beta * (1 + 0.1 * error)


# %% wrong: −1 forgotten  says: the error is 0 where kl = target: the −1 is missing.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target))
    return beta * (1 + 0.1 * error)


# %% wrong: 0.1 forgotten  says: the factor 0.1 is missing.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta * (1 + error)


# %% wrong: added  says: β is multiplied by 1 + 0.1 e; here that was added.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta + 0.1 * error


# %% wrong: clipped at ±0.1  says: the error is clipped to ±0.2.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.1, max(-0.1, kl / target - 1))
    return beta * (1 + 0.1 * error)


# %% wrong: clipped after the factor  says: the error is clipped to −0.2 … 0.2, on both sides, so that one wild batch does little.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = 10 * min(0.2, max(-0.2, 0.1 * (kl / target - 1)))
    return beta * (1 + 0.1 * error)


# %% wrong: only the change  says: this is the change of β; the new β is asked.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta * 0.1 * error


# %% wrong: absolute error  says: too much KL makes it dearer: β rises where kl > target.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta * (1 + 0.1 * abs(error))


# %% wrong: exponential  says: β · (1 + 0.1 e) is asked, not β · exp(0.1 e).
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"expected a target above 0, got {target}")
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta * math.exp(0.1 * error)


# %% wrong: doubled or halved  says: small steps are asked; this doubles or halves β, as the PPO paper's penalty variant does.
def next_beta(beta, kl, target):
    if target <= 0:
        raise ValueError(f"target {target}")
    return 2 * beta if kl > 1.5 * target else beta / 2 if kl < target / 1.5 else beta


# %% wrong: target of 0  says: accepted bad input
def next_beta(beta, kl, target):
    if target == 0:
        return beta
    error = min(0.2, max(-0.2, kl / target - 1))
    return beta * (1 + 0.1 * error)
