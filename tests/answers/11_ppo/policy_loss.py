# %% right: minimum of two products
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% right: maximum of two losses, mask as weights
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    m = mask.to(log_p.dtype)
    adv = advantages.detach()
    ratio = ((log_p - old_log_p.detach()) * m).exp()
    pg1 = -adv * ratio
    pg2 = -adv * torch.clamp(ratio, 1.0 - clip, 1.0 + clip)
    loss = (torch.max(pg1, pg2) * m).sum() / m.sum()
    with torch.no_grad():
        fraction = ((pg2 > pg1) * m).sum() / m.sum()
    return loss, fraction


# %% right: by the sign of the advantage
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    total, clipped, n = 0.0, 0, 0
    for b, t in mask.nonzero().tolist():
        a = float(advantages[b, t])
        rho = (log_p[b, t] - float(old_log_p[b, t])).exp()
        bound = 1 + clip if a >= 0 else 1 - clip
        flat = rho > bound if a >= 0 else rho < bound
        total = total + (a * bound if flat else a * rho)
        clipped += bool(flat)
        n += 1
    return -total / n + 0.0 * log_p.sum(), clipped / n


# %% right: where the gradient is cut
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    old, gain = old_log_p.data, advantages.data
    rho = (log_p - old).exp()
    low, high = torch.tensor(1 - clip, dtype=rho.dtype), torch.tensor(1 + clip, dtype=rho.dtype)
    surrogate = torch.where(gain > 0, torch.min(rho, high), torch.max(rho, low)) * gain
    loss = -surrogate.masked_select(mask).mean()
    outside = torch.where(gain > 0, rho > high, rho < low) & (gain != 0)
    return loss, outside[mask].float().mean().item()


# %% wrong: maximum  says: the pessimistic one of the two counts: the minimum (of the objective), not the maximum.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.maximum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: sign  says: the size is right and the sign is wrong
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: no clipping  says: nothing is clipped; that is the plain importance-weighted objective.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -(ratio * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: clipped only  says: only the clipped product is left. It has no gradient outside, so a ratio that has gone the wrong way never comes back: take the minimum of both.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -(clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: advantages clipped  says: the ratio is clipped, not the advantage.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, ratio * A.clamp(-clip, clip)).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: clipped at 1 + ε alone  says: the ratio is clipped on both sides, at 1 − ε and 1 + ε.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(max=1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: clipped at ±ε  says: the ratio is clipped to 1 − ε … 1 + ε, around 1 and not around 0.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(-clip, clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: log-ratio clipped  says: the ratio is clipped, not its logarithm.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = torch.exp((log_p - old_log_p.detach())[mask].clamp(-clip, clip))
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: clipped to 1/(1 + ε)  says: the lower bound is 1 − ε.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 / (1 + clip), 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: ratio inverted  says: the ratio is new over old: exp(log_p − old_log_p).
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(old_log_p.detach() - log_p)[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: log-ratio instead of ratio  says: the ratio is exp(log_p − old_log_p); the exp is missing.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = (log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: quotient of log-probabilities  says: the ratio is exp(log_p − old_log_p), not one logarithm divided by the other.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = (log_p / old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: probability instead of ratio  says: the probability is divided by the old one: exp(log_p − old_log_p).
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p)[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: log p instead of ratio  says: this is the plain policy gradient, −A log p; PPO takes the ratio.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -(log_p[mask] * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: mean over the padding, too  says: padding counts in the mean: take the tokens where the mask is True alone.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())
    A = advantages.detach()
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: sum divided by all positions  says: divide by the number of answer tokens, not by that of all positions.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).sum() / mask.numel()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: mean of the answers' means  says: every token counts alike; this is a mean of the answers' means.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    each = torch.zeros_like(advantages).masked_scatter(mask, torch.minimum(ratio * A, clipped * A))
    loss = -(each.sum(dim=1) / mask.sum(dim=1)).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: sum  says: a mean over the tokens is asked, not their sum.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).sum()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: sum over the answer, mean over answers  says: a mean over *tokens* is asked; this divides by the number of answers.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).sum() / len(mask)
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: ratio of a whole answer  says: each token has a ratio of its own; this is one for the whole answer.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    whole = ((log_p - old_log_p.detach()) * mask).sum(dim=1, keepdim=True)
    ratio = torch.exp(whole.expand(mask.shape))[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: minimum after the mean  says: nothing is clipped; that is the plain importance-weighted objective.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum((ratio * A).mean(), (clipped * A).mean())
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: absolute advantages  says: the sign of the advantage matters.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A.abs(), clipped * A.abs()).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: old log-probabilities not detached  says: old_log_p is a constant: a gradient flows through it here; detach it.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p)[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: advantages not detached  says: the advantages are constants: a gradient flows through them here; detach them.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: new log-probabilities detached  says: no gradient arrives at log_p.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p.detach() - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: ratio against itself  says: the old log-probabilities are those of the policy that wrote; here the new ones are taken for them, and the ratio is always 1.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).double().mean()


# %% wrong: fraction: padding counts  says: padding counts in the clip fraction: take the tokens where the mask is True alone.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    rho, all_A = torch.exp(log_p - old_log_p).detach(), advantages.detach()
    return loss, (rho.clamp(1 - clip, 1 + clip) * all_A < rho * all_A).double().mean()


# %% wrong: fraction: a number of tokens  says: the clip fraction is a share, between 0 and 1, not a number of tokens.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A < ratio * A).sum()


# %% wrong: fraction: all that are outside  says: the clip fraction counts the tokens whose *gradient is cut*, not all with |ρ − 1| > ε: on the wrong side a token still pushes.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, ((ratio.detach() - 1).abs() > clip).double().mean()


# %% wrong: fraction: only upwards  says: the clip fraction looks at the advantage: a token with A > 0 is silent above 1 + ε, one with A < 0 below 1 − ε.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (ratio.detach() > 1 + clip).double().mean()


# %% wrong: fraction: the wrong side  says: these are the tokens for which the unclipped product is the smaller one; the clip fraction counts the others.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A > ratio * A).double().mean()


# %% wrong: fraction: what is not clipped  says: this is the share of tokens that still push.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    return loss, (clipped * A >= ratio * A).double().mean()


# %% wrong: fraction: of the loss  says: the clip fraction counts tokens; it is not weighted with their advantages.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.exp(log_p - old_log_p.detach())[mask]
    A = advantages.detach()[mask]
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = -torch.minimum(ratio * A, clipped * A).mean()
    cut = (clipped * A < ratio * A).double()
    return loss, (cut * A.abs()).sum() / A.abs().sum()


# %% wrong: nothing detached, as in the chapter  says: old_log_p *and* the advantages are constants: a gradient flows into both; detach them.
def policy_loss(log_p, old_log_p, advantages, mask, clip):
    ratio = torch.where(mask, log_p - old_log_p, 0.0).exp()
    free = ratio * advantages
    near = ratio.clamp(1 - clip, 1 + clip) * advantages
    fraction = ((near < free) & mask).sum() / mask.sum()
    return -torch.minimum(free, near)[mask].mean(), fraction
