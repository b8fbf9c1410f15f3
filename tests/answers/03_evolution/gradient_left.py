# %% right: closed forms
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% right: NumPy and log1p
def gradient_left(weight, bias, n):
    if not n >= 1:
        raise ValueError(f"n = {n}")
    log_f = -np.log1p(np.exp(-bias))
    half = -np.log(2) / log_f
    needed = -np.log(np.expm1(np.log(2) / n))
    return np.abs(weight) ** n, np.exp(n * log_f), half, needed


# %% right: loops, torch, bisection
def gradient_left(weight, bias, n):
    if n <= 0:
        raise ValueError("steps: " + str(n))
    gate = torch.sigmoid(torch.tensor(float(bias), dtype=torch.float64)).item()
    rnn = lstm = 1.0
    for _ in range(n):
        rnn, lstm = rnn * abs(weight), lstm * gate
    low, high = -60.0, 60.0
    for _ in range(200):
        middle = (low + high) / 2
        if (1 / (1 + math.exp(-middle))) ** n < 0.5:
            low = middle
        else:
            high = middle
    return rnn, lstm, math.log(0.5, gate), low


# %% wrong: weight times n  says: each step multiplies: the weight to the *power* of n.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) * n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: sign kept  says: the size of the gradient is asked: |w|ⁿ.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = weight**n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: one step too few  says: n steps multiply n times.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** (n - 1), forget ** (n - 1)
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: one step too many  says: n steps multiply n times.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** (n + 1), forget ** (n + 1)
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: exp in place of a power  says: the gradient is |w|ⁿ, not exp(−n (1 − |w|)).
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = math.exp(-n * (1 - abs(weight))), forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: bias in place of the gate  says: the gate is σ(b), not the bias itself.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = bias
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: sigmoid of minus b  says: f = σ(b) is the share that is *kept*; this is the power of what is forgotten, 1 − σ(b) = σ(−b).
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: tanh for the gate  says: the gate goes through σ, not tanh.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = math.tanh(bias)
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: what is forgotten  says: f = σ(b) is the share that is *kept*; this is the power of what is forgotten, 1 − σ(b) = σ(−b).
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, (1 - forget)**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: share lost  says: what is *left* is asked, not what is lost.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = 1 - abs(weight) ** n, 1 - forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: LSTM with the weight too  says: the memory is multiplied by the gate alone; no weight stands on its way.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, (forget * abs(weight)) ** n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: half rounded up  says: half has a fraction; do not round it.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.ceil(math.log(0.5) / math.log(forget))
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: half with the logarithms exchanged  says: half = log ½ / log σ(b); this is the inverse.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(forget) / math.log(0.5)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: half of the RNN  says: the half-life is asked of the LSTM, with σ(b), not of the RNN.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(abs(weight))
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: mean lifetime  says: this is after how many steps 1/e is left; half is asked.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = -1 / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: 1 over what is forgotten  says: 1 / (1 − f) is near the mean lifetime; after `half` steps exactly half is left.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = 1 / (1 - forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: gate in place of the bias  says: this is the gate that is needed; the *bias* is asked: the inverse of σ.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = keep
    return rnn, lstm, half, needed


# %% wrong: needed with the sign flipped  says: the inverse of σ is log(f / (1 − f)); here it is upside down.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log((1 - keep) / keep)
    return rnn, lstm, half, needed


# %% wrong: needed for a gate of half  says: half must be left after *n* steps, so σ(needed)ⁿ = ½.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: needed by a straight line  says: each step multiplies: the gate is ½ to the power of 1/n, not 1 − ½/n.
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 1 - 0.5 / n  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed


# %% wrong: needed in another order  says: what belongs here stands where
def gradient_left(weight, bias, n):
    if n < 1:
        raise ValueError(f"expected at least one step, got {n}")
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, needed, half


# %% wrong: no steps accepted  says: the contract asks for a ValueError
def gradient_left(weight, bias, n):
    n = max(n, 1)
    forget = 1 / (1 + math.exp(-bias))
    rnn, lstm = abs(weight) ** n, forget**n
    half = math.log(0.5) / math.log(forget)
    keep = 0.5 ** (1 / n)  # the gate that is needed
    needed = math.log(keep / (1 - keep))
    return rnn, lstm, half, needed
