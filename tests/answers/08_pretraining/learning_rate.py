# %% right: as in the contract
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% right: np.interp and cos²
def learning_rate(step, peak, warmup, steps, final):
    if not warmup < steps:
        raise ValueError(f"warmup {warmup} does not fit into {steps} steps")
    if step < warmup:
        return np.interp(step, [-1, warmup], [0.0, peak])
    u = np.clip((step - warmup) / (steps - warmup), 0, 1)
    return peak * (final + (1 - final) * np.cos(np.pi * u / 2) ** 2)


# %% right: three cases, lowest rate first
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError("w = %d, S = %d" % (warmup, steps))
    low = final * peak
    if step > steps:
        return low
    if step >= warmup:
        angle = math.pi * (step - warmup) / (steps - warmup)
        return low + 0.5 * (peak - low) * (1.0 + math.cos(angle))
    return peak / (warmup + 1) * (step + 1)


# %% right: torch
def learning_rate(step, peak, warmup, steps, final):
    if steps <= warmup:
        raise ValueError(f"{steps} steps, {warmup} of them warm-up")
    t = torch.tensor(float(step), dtype=torch.float64)
    up = (t + 1) / (warmup + 1)
    u = ((t - warmup) / (steps - warmup)).clamp(0, 1)
    down = torch.lerp(torch.tensor(final, dtype=torch.float64), torch.tensor(1.0, dtype=torch.float64), (1 + torch.cos(torch.pi * u)) / 2)
    return (peak * torch.where(t < warmup, up, down)).item()


# %% wrong: first step 0  says: the first step would have learning rate 0 and learn nothing: (step + 1) / (w + 1).
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * step / warmup
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: first step 0, other divisor  says: the first step would have learning rate 0 and learn nothing: (step + 1) / (w + 1).
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * step / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: divided by w  says: the warm-up rises by η_max/(w + 1) each step and reaches η_max at step w, not one step earlier.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / warmup
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: constant warm-up  says: the warm-up rises with the step.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: no warm-up  says: the warm-up is missing: before step w the learning rate rises.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: warm-up from the final rate  says: the warm-up rises from 0, not from the final learning rate.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (final + (1 - final) * (step + 1) / (warmup + 1))
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: cosine warm-up  says: the warm-up is a straight line.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (1 - math.cos(math.pi * (step + 1) / (warmup + 1))) / 2
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: exponential warm-up  says: the warm-up is a straight line.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * ((step + 1) / (warmup + 1)) ** 2
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: down to 0  says: the cosine ends at f · η_max, not at 0.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (1 + math.cos(math.pi * u)) / 2


# %% wrong: cut off at the lowest  says: the cosine is squeezed between η_max and f · η_max; this cuts it off at the bottom.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * max(final, (1 + math.cos(math.pi * u)) / 2)


# %% wrong: final rate added  says: at step w this exceeds η_max: squeeze the cosine by 1 − f before f is added.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 + math.cos(math.pi * u)) / 2)


# %% wrong: final is a learning rate  says: f is a fraction: the lowest learning rate is f · η_max.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return final + (peak - final) * (1 + math.cos(math.pi * u)) / 2


# %% wrong: no half  says: 1 + cos goes from 2 to 0: halve it.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)))


# %% wrong: plain cosine  says: cos goes from 1 to −1: add 1 and halve it.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * math.cos(math.pi * u))


# %% wrong: quarter of a cosine  says: half a cosine is asked: the angle runs from 0 to π, not to π/2.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * math.cos(math.pi * u / 2))


# %% wrong: a whole cosine  says: half a cosine is asked: the angle runs from 0 to π, not to 2π.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(2 * math.pi * u)) / 2)


# %% wrong: sign of the cosine  says: the learning rate falls after the warm-up; here it rises: 1 + cos, not 1 − cos.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 - math.cos(math.pi * u)) / 2)


# %% wrong: degrees  says: `cos` wants radians.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(180 * u)) / 2)


# %% wrong: no pi  says: the angle is π u: the factor π is missing.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(u)) / 2)


# %% wrong: straight line down  says: after the warm-up comes a cosine, not a straight line.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 - u))


# %% wrong: exponential decay  says: after the warm-up comes a cosine, not an exponential.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * final**u


# %% wrong: inverse root  says: after the warm-up comes a cosine, not 1/√step.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * ((warmup + 1) / (step + 1)) ** 0.5


# %% wrong: cosine over all steps  says: u runs from 0 at step w to 1 at step S: subtract the warm-up above and below.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, step / steps)
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: warm-up not subtracted below  says: u runs from 0 at step w to 1 at step S: subtract the warm-up above and below.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / steps)
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: warm-up not subtracted above  says: u runs from 0 at step w to 1 at step S: subtract the warm-up above and below.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, step / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: end one step early  says: u reaches 1 at step S, not at step S − 1.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / max(steps - 1 - warmup, 1))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: one step ahead  says: at step w the cosine begins: u = 0 there.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step + 1 - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: rises again  says: after step S the learning rate stays at f · η_max; here the cosine goes on.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = (step - warmup) / (steps - warmup)
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: 0 at the end  says: after step S the learning rate stays at f · η_max.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    if step > steps:
        return 0.0
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: warm restarts  says: after step S the learning rate stays at f · η_max; here the cosine begins anew.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = (step - warmup) / (steps - warmup) % 1.0
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: both at once  says: during the warm-up there is no cosine.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1) * (final + (1 - final) * (1 + math.cos(math.pi * step / steps)) / 2)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: without the peak  says: this is the factor alone; multiply it by η_max.
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return final + (1 - final) * (1 + math.cos(math.pi * u)) / 2


# %% wrong: rounded  says: rounded
def learning_rate(step, peak, warmup, steps, final):
    if warmup >= steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return round(peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2), 5)


# %% wrong: long warm-up accepted  says: accepted bad input
def learning_rate(step, peak, warmup, steps, final):
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / (steps - warmup))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)


# %% wrong: equal lengths accepted  says: accepted bad input
def learning_rate(step, peak, warmup, steps, final):
    if warmup > steps:
        raise ValueError(f"expected a warm-up shorter than {steps} steps, got {warmup}")
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    u = min(1.0, (step - warmup) / max(steps - warmup, 1))
    return peak * (final + (1 - final) * (1 + math.cos(math.pi * u)) / 2)
