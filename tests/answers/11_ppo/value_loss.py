# %% right: maximum of two squares
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% right: mask as weights
def value_loss(values, old_values, returns, mask, clip):
    old, target = old_values.detach(), returns.detach()
    clipped = torch.clamp(values, min=old - clip, max=old + clip)
    worse = torch.max((values - target).square(), (clipped - target).square())
    return (worse * mask).sum() / mask.sum() / 2


# %% right: one token at a time
def value_loss(values, old_values, returns, mask, clip):
    losses = []
    for b, t in torch.nonzero(mask).tolist():
        v, o, r = values[b, t], old_values[b, t].item(), returns[b, t].item()
        kept = torch.clamp(v, o - clip, o + clip)
        losses.append(max((v - r) ** 2, (kept - r) ** 2) / 2)
    return sum(losses) / len(losses)


# %% right: larger distance first, then squared
def value_loss(values, old_values, returns, mask, clip):
    with torch.no_grad():
        old, target = old_values.clone(), returns.clone()
    step = torch.min(torch.max(values - old, torch.full_like(old, -clip)), torch.full_like(old, clip))
    distance = torch.max((values - target).abs(), (old + step - target).abs())
    return distance.masked_select(mask).pow(2).mul(0.5).mean()


# %% wrong: minimum  says: the larger of the two squares counts, the pessimistic one; this is the smaller.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.minimum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: no clipping  says: this is (V − G)² alone; the clipped one is missing.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * ((V - R) ** 2).mean()


# %% wrong: clipped only  says: only the clipped value is used; take the larger of both squares.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * ((near - R) ** 2).mean()


# %% wrong: no half  says: yours is 2 times the right result
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: a quarter  says: yours is the right result divided by 2
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.25 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: value clipped around 0  says: the *step* V − V_old is clipped, not V itself.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = V.clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: clipped around the return  says: this is (V − G)² alone; the clipped one is missing.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = R + (V - R).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: V_old forgotten  says: V' is V_old *plus* the clipped step.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: relative  says: the step may be c at most, as a difference; here it is taken relative to V_old, as with the ratio.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = torch.where(old >= 0, V.clamp(old * (1 - clip), old * (1 + clip)), V.clamp(old * (1 + clip), old * (1 - clip)))
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: clipped on one side  says: the step is clipped on both sides, at −c and c.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(max=clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: step turned  says: the step is V − V_old, and not the other way round.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (old - V).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: error clipped  says: the value is clipped, not the error.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * ((V - R).clamp(-clip, clip) ** 2).mean()


# %% wrong: padding counts  says: padding counts in the mean: take the tokens where the mask is True alone.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach(), returns.detach(), values
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: divided by all positions  says: divide by the number of answer tokens, not by that of all positions.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).sum() / mask.numel()


# %% wrong: sum  says: a mean over the tokens is asked, not their sum.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).sum()


# %% wrong: mean over answers  says: a mean over *tokens* is asked; this divides by the number of answers.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).sum() / len(mask)


# %% wrong: mean of the answers' means  says: every token counts alike; this is a mean of the answers' means.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    worse = torch.maximum((V - R) ** 2, (near - R) ** 2)
    each = torch.zeros_like(values).masked_scatter(mask, worse)
    return 0.5 * (each.sum(dim=1) / mask.sum(dim=1)).mean()


# %% wrong: absolute error  says: squares are asked, not absolute values.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R).abs(), (near - R).abs()).mean()


# %% wrong: maximum after the mean  says: this is (V − G)² alone; the clipped one is missing.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum(((V - R) ** 2).mean(), ((near - R) ** 2).mean())


# %% wrong: sum of both  says: the larger of the two squares counts, not their sum.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * ((V - R) ** 2 + (near - R) ** 2).mean()


# %% wrong: sign  says: the size is right and the sign is wrong
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return -0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: returns not detached  says: the returns are constants: here a gradient flows into them; detach them.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: old values not detached  says: the old values are constants: here a gradient flows into them; detach them.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values[mask], returns.detach()[mask], values[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: values detached  says: no gradient arrives at the values: the critic would learn nothing.
def value_loss(values, old_values, returns, mask, clip):
    old, R, V = old_values.detach()[mask], returns.detach()[mask], values.detach()[mask]
    near = old + (V - old).clamp(-clip, clip)
    return 0.5 * torch.maximum((V - R) ** 2, (near - R) ** 2).mean()


# %% wrong: nothing detached, as in the chapter  says: the old values *and* the returns are constants: a gradient flows into both; detach them.
def value_loss(values, old_values, returns, mask, clip):
    near = old_values + (values - old_values).clamp(-clip, clip)
    worse = torch.maximum((values - returns) ** 2, (near - returns) ** 2)
    return worse[mask].mean() / 2
