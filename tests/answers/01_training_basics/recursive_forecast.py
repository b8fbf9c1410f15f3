# %% right: growing list
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"{p} coefficients need as many values, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        series.append(sum(a * x for a, x in zip(coefficients, series[::-1])))
    return np.array(series[len(history):], dtype=float)


# %% right: sliding window
def recursive_forecast(history, coefficients, steps):
    T, p = history.size, coefficients.size
    if T < p:
        raise ValueError(f"T = {T} is smaller than p = {p}")
    window = history[T - p:].copy()
    predictions = np.empty(steps)
    for i in range(steps):
        predictions[i] = coefficients[::-1] @ window
        window = np.append(window[1:], predictions[i])
    return predictions


# %% right: one array, filled
def recursive_forecast(history, coefficients, steps):
    T, p = history.shape[0], coefficients.shape[0]
    if p > T:
        raise ValueError("need %d values, have %d" % (p, T))
    series = np.concatenate([history, np.zeros(steps)])
    for t in range(T, T + steps):
        for k in range(p):
            series[t] += coefficients[k] * series[t - 1 - k]
    return series[T:]


# %% right: recursion over the steps
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"history has {len(history)} values, {p} are needed")
    if steps == 0:
        return np.array([])
    following = float(coefficients @ history[-p:][::-1])
    rest = recursive_forecast(np.append(history, following), coefficients, steps - 1)
    return np.concatenate([[following], rest])


# %% right: deque
def recursive_forecast(history, coefficients, steps):
    from collections import deque
    T, p = history.size, coefficients.size
    if T < p: raise ValueError(f"T={T}, p={p}")
    window = deque(history[::-1][:p].tolist(), maxlen=p)
    out = np.zeros(steps)
    for i in range(steps):
        out[i] = sum(a * x for a, x in zip(coefficients, window))
        window.appendleft(out[i])
    return out


# %% right: generator and fromiter
def recursive_forecast(history, coefficients, steps):
    if len(history) < len(coefficients): raise ValueError((len(history), len(coefficients)))
    def model(x):
        while True:
            new = float(coefficients @ x[::-1][: len(coefficients)])
            x = np.append(x, new)
            yield new
    import itertools
    return np.fromiter(itertools.islice(model(history), steps), dtype=float)


# %% right: scipy lfilter
def recursive_forecast(history, coefficients, steps):
    from scipy.signal import lfilter, lfiltic
    T, p = len(history), len(coefficients)
    if T < p: raise ValueError(f"need {p} values, have {T}")
    if steps == 0: return np.array([])
    a = np.concatenate([[1.0], -coefficients])
    zi = lfiltic([1.0], a, history[::-1][:p])
    return lfilter([1.0], a, np.zeros(steps), zi=zi)[0]


# %% wrong: coefficients oldest first  says: the coefficients are in the wrong order
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        series.append(np.dot(coefficients, series[-p:]))
    return np.array(series[len(history):], dtype=float)


# %% wrong: never fed back  says: the prediction must be fed back
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    window = history[::-1][:p]
    return np.array([np.dot(coefficients, window) for _ in range(steps)], dtype=float)


# %% wrong: the window stays at the start  says: the window never moves on
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        series.append(np.dot(coefficients, series[:p][::-1]))
    return np.array(series[len(history):], dtype=float)


# %% wrong: uses the oldest values first  says: use the last p values, not the first
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series = list(history[:p])
    for _ in range(steps):
        series.append(np.dot(coefficients, series[::-1][:p]))
    return np.array(series[p:], dtype=float)


# %% wrong: returns the history too  says: without the history
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        series.append(np.dot(coefficients, series[::-1][:p]))
    return np.array(series, dtype=float)


# %% wrong: one prediction too many  says: one prediction too many
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series = list(history)
    for _ in range(steps + 1):
        series.append(np.dot(coefficients, series[::-1][:p]))
    return np.array(series[len(history):], dtype=float)


# %% wrong: short history is padded with zeros  says: accepted bad input
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    series = [0.0] * max(0, p - len(history)) + list(history)
    start = len(series)
    for _ in range(steps):
        series.append(np.dot(coefficients, series[::-1][:p]))
    return np.array(series[start:], dtype=float)


# %% wrong: a plain list  says: `np.array(…)`
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        series.append(float(np.dot(coefficients, series[::-1][:p])))
    return series[len(history):]


# %% wrong: slides the history itself  says: changed its input
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    predictions = []
    for _ in range(steps):
        predictions.append(np.dot(coefficients, history[::-1][:p]))
        history[:-1] = history[1:].copy()
        history[-1] = predictions[-1]
    return np.array(predictions, dtype=float)


# %% wrong: fails for no steps  says: stopped with
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        series.append(np.dot(coefficients, series[::-1][:p]))
    return np.stack(series[len(history):])


# %% wrong: feeds back the last known value  says: the last known value was fed back
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected {p} values, got {len(history)}")
    series, predictions = list(history), []
    for _ in range(steps):
        predictions.append(np.dot(coefficients, series[::-1][:p]))
        series.append(history[-1])
    return np.array(predictions, dtype=float)


# %% wrong: raises for just enough  says: stopped with ValueError
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) <= p:
        raise ValueError(f"expected at least {p} values of history, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        newest_first = series[-1 : -p - 1 : -1]
        series.append(np.dot(coefficients, newest_first))
    return np.array(series[len(history) :], dtype=float)


# %% wrong: steps of 0 gives a list entry  says: is the whole series
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected at least {p} values of history, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        newest_first = series[-1 : -p - 1 : -1]
        series.append(np.dot(coefficients, newest_first))
    return np.array(series[-steps:], dtype=float)


# %% wrong: p hard-coded as 2  says: a coefficient was left out
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected at least {p} values of history, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        series.append(coefficients[0] * series[-1] + coefficients[1] * series[-2])
    return np.array(series[len(history) :], dtype=float)


# %% wrong: rounds every prediction  says: rounded on the way
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected at least {p} values of history, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        newest_first = series[-1 : -p - 1 : -1]
        series.append(round(np.dot(coefficients, newest_first), 2))
    return np.array(series[len(history) :], dtype=float)


# %% wrong: starts with the last known value  says: the last known one does not belong
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected at least {p} values of history, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        newest_first = series[-1 : -p - 1 : -1]
        series.append(np.dot(coefficients, newest_first))
    return np.array(series[len(history) - 1 : -1], dtype=float)


# %% wrong: feeds back for one step only  says: not only the first ones
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < p:
        raise ValueError(f"expected at least {p} values of history, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        newest_first = series[-1 : -p - 1 : -1]
        series.append(np.dot(coefficients, newest_first) if len(series) < len(history) + 2 else series[-1])
    return np.array(series[len(history) :], dtype=float)


# %% wrong: check against steps, not p  says: accepted bad input
def recursive_forecast(history, coefficients, steps):
    p = len(coefficients)
    if len(history) < min(p, steps):
        raise ValueError(f"expected at least {p} values of history, got {len(history)}")
    series = list(history)
    for _ in range(steps):
        newest_first = series[-1 : -p - 1 : -1]
        series.append(np.dot(coefficients, newest_first))
    return np.array(series[len(history) :], dtype=float)
