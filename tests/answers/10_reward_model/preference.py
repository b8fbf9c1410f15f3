# %% right: tanh
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z / 2)).mean(axis=0)


# %% right: torch.sigmoid
def preference(utilities, temperature):
    if not temperature > 0:
        raise ValueError(f"temperature {temperature}")
    u = torch.from_numpy(utilities) / temperature
    return torch.sigmoid(u.unsqueeze(2) - u.unsqueeze(1)).mean(0).numpy()


# %% right: loops, two cases
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"τ = {temperature}")
    R, K = utilities.shape
    P = np.zeros((K, K))
    for u in utilities:
        for a in range(K):
            for b in range(K):
                z = (u[a] - u[b]) / temperature
                e = math.exp(-abs(z))
                P[a, b] += (1 / (1 + e) if z >= 0 else e / (1 + e)) / R
    return P


# %% right: by logaddexp
def preference(utilities, temperature):
    if temperature <= 0.0:
        raise ValueError(str(temperature))
    rows = []
    for u in np.asarray(utilities):
        gap = np.subtract.outer(u, u) / temperature
        rows.append(np.exp(-np.logaddexp(0.0, -gap)))
    return sum(rows) / len(rows)


# %% right: softmax of each pair
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"got {temperature}")
    u = utilities / temperature
    top = np.maximum(u[:, :, None], u[:, None, :])
    win, lose = np.exp(u[:, :, None] - top), np.exp(u[:, None, :] - top)
    return np.mean(win / (win + lose), axis=0)


# %% wrong: utilities averaged first  says: each rater has a σ of her own, and then comes the mean. σ of the mean liking is another number: it makes a panel that disagrees look sure.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    u = utilities.mean(axis=0)
    z = (u[:, None] - u[None, :])[None] / temperature
    return (0.5 + 0.5 * np.tanh(z / 2)).mean(axis=0)


# %% wrong: transposed  says: P[a, b] is the probability that *a* is preferred; here it is that of b.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, None, :] - utilities[:, :, None]) / temperature
    return (0.5 + 0.5 * np.tanh(z / 2)).mean(axis=0)


# %% wrong: temperature multiplied  says: divide by the temperature: a high one makes comparisons more random.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) * temperature  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z / 2)).mean(axis=0)


# %% wrong: temperature forgotten  says: the temperature is missing.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :])  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z / 2)).mean(axis=0)


# %% wrong: summed over raters  says: divide by the number of raters.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z / 2)).sum(axis=0)


# %% wrong: share of raters with the higher utility  says: there is chance in a comparison: σ of the difference, not 0 or 1.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return (0.5 + 0.5 * np.sign(z)).mean(axis=0)


# %% wrong: softmax over all answers  says: this is the probability that a is the best of *all* K answers; a comparison is between two.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    p = np.exp((utilities - utilities.max(1, keepdims=True)) / temperature)
    p = (p / p.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.repeat(p[:, None], len(p), axis=1)


# %% wrong: tanh without the half  says: σ(z) = ½ + ½ tanh(z/2): the half of z is missing.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z)).mean(axis=0)


# %% wrong: ratio of the utilities  says: the odds are e^(u_a) : e^(u_b), not u_a : u_b.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    a, b = utilities[:, :, None], utilities[:, None, :]
    return (a / (a + b)).mean(axis=0)


# %% wrong: the first rater only  says: all raters count, not only the first.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z / 2))[0]


# %% wrong: normal instead of logistic  says: this is Thurstone's model, with the normal distribution; Bradley and Terry have the logistic σ.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return np.vectorize(lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))))(z).mean(axis=0)


# %% wrong: diagonal 0  says: ½ on the diagonal: an answer against itself.
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    P = (0.5 + 0.5 * np.tanh(z / 2)).mean(axis=0)
    np.fill_diagonal(P, 0.0)
    return P


# %% wrong: exp overflows  says: exp of a large number
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    e = np.exp(z)
    return (e / (1 + e)).mean(axis=0)


# %% wrong: one for each rater  says: has shape
def preference(utilities, temperature):
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z / 2))


# %% wrong: τ = 0 accepted  says: asks for a ValueError
def preference(utilities, temperature):
    z = (utilities[:, :, None] - utilities[:, None, :]) / temperature  # (R, K, K)
    return (0.5 + 0.5 * np.tanh(z / 2)).mean(axis=0)
