# %% right: the formula
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% right: cumulative counts by itertools
def narrow(low, high, counts, symbol):
    from itertools import accumulate

    if symbol not in range(len(counts)):
        raise ValueError(f"symbol {symbol} of {len(counts)}")
    cumulative = [0, *accumulate(counts)]
    if cumulative[symbol] == cumulative[symbol + 1]:
        raise ValueError("symbol %d never occurs" % symbol)
    R, T = high - low, cumulative[-1]
    if R < T:
        raise ValueError(f"{R} < {T}")
    bounds = [low + R * c // T for c in cumulative]
    return bounds[symbol], bounds[symbol + 1]


# %% right: exact fractions
def narrow(low, high, counts, symbol):
    from fractions import Fraction

    if symbol < 0 or symbol >= len(counts) or not counts[symbol]:
        raise ValueError(f"cannot code {symbol}")
    if high - low < sum(counts):
        raise ValueError(f"interval of {high - low} for {sum(counts)} counts")
    share = [Fraction(c, sum(counts)) for c in counts]
    start = sum(share[:symbol], Fraction(0))
    return [low + math.floor((high - low) * start), low + math.floor((high - low) * (start + share[symbol]))]


# %% right: NumPy integers
def narrow(low, high, counts, symbol):
    c = np.array(counts, dtype=np.int64)
    if symbol < 0 or symbol >= c.size:
        raise ValueError(f"got {symbol}")
    if c[symbol] == 0:
        raise ValueError(f"count of symbol {symbol} is 0")
    F = np.concatenate([[0], np.cumsum(c)])
    if high - low < F[-1]:
        raise ValueError(f"{high - low} units, {F[-1]} needed")
    edges = low + (high - low) * F // F[-1]
    return edges[symbol], edges[symbol + 1]


# %% right: divmod and a loop
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    edge, left = low, 0
    for i, count in enumerate(counts):
        left += count
        quotient, _ = divmod((high - low) * left, total)
        if i == symbol:
            return edge, low + quotient
        edge = low + quotient


# %% wrong: the lower end with a float, the upper one exactly  says: float
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    R, T, F = high - low, sum(counts), sum(counts[:symbol])
    if R < T:
        raise ValueError(f"a width of {R} is too small for {T}")
    return low + int(R * F / T), low + R * (F + counts[symbol]) // T


# %% wrong: floats  says: float
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + int(width * (before / total)), low + int(width * ((before + counts[symbol]) / total))


# %% wrong: float division, then floor  says: float
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + int(width * before / total), low + int(width * (before + counts[symbol]) / total)


# %% wrong: rounded to the nearest  says: rounded down
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + (2 * width * before + total) // (2 * total), low + (2 * width * (before + counts[symbol]) + total) // (2 * total)


# %% wrong: rounded up  says: rounded down
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low - (-width * before // total), low - (-width * (before + counts[symbol]) // total)


# %% wrong: divided before multiplied  says: multiply first
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width // total * before, low + width // total * (before + counts[symbol])


# %% wrong: the upper end rounded up: intervals overlap  says: overlap
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low - (-width * (before + counts[symbol]) // total)


# %% wrong: the upper end included  says: half-open
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total - 1


# %% wrong: one unit too wide: intervals overlap  says: overlap
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total + 1


# %% wrong: the symbol's own count belongs to what comes before  says: the symbol after
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[: symbol + 1])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: one symbol too early  says: the symbol before
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[: max(0, symbol - 1)])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: counts not added up  says: added up
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, (counts[symbol - 1] if symbol else 0)
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: from the far end  says: smallest symbol comes first
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[symbol + 1 :])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: low forgotten  says: starts at low
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return width * before // total, width * (before + counts[symbol]) // total


# %% wrong: the width is high  says: R = high − low
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: width one larger (inclusive bounds)  says: R = high − low
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low + 1, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: measured from the top  says: counted from low
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return high - width * (before + counts[symbol]) // total, high - width * before // total


# %% wrong: equal shares for all symbols  says: as its count
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * symbol // len(counts), low + width * (symbol + 1) // len(counts)


# %% wrong: add-one inside  says: as its count
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    counts = [c + 1 for c in counts]
    total = sum(counts)
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: low and width returned  says: low and the width
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, width * (before + counts[symbol]) // total - width * before // total


# %% wrong: width from the rounded share alone  says: the next symbol would not start
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    start = low + width * before // total
    return start, start + width * counts[symbol] // total


# %% wrong: a rescaled unit interval  says: whole numbers
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return before / total, (before + counts[symbol]) / total


# %% wrong: the high end of the parent  says: the upper end
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, high


# %% wrong: a symbol without counts gets an empty interval  says: accepted bad input
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts):
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: negative symbols count from the end  says: accepted bad input
def narrow(low, high, counts, symbol):
    if symbol >= len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: IndexError beyond the last symbol  says: that you raise yourself
def narrow(low, high, counts, symbol):
    if symbol < 0 or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: too narrow an interval accepted  says: accepted bad input
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: exactly enough room refused  says: stopped with ValueError
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low <= total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: the wrong limit of the width  says: accepted bad input
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < len(counts):
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: any symbol without counts refused  says: stopped with ValueError
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or 0 in counts:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: cumulative counts made in place  says: changed its input
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    for i in range(1, len(counts)):
        counts[i] += counts[i - 1]
    counts.insert(0, 0)
    return low + (high - low) * counts[symbol] // total, low + (high - low) * counts[symbol + 1] // total
    width, before = high - low, sum(counts[:symbol])
    return low + width * before // total, low + width * (before + counts[symbol]) // total


# %% wrong: hard-coded for the example  says: the answer of the example
def narrow(low, high, counts, symbol):
    return 25, 75


# %% wrong: high and low exchanged  says: stands where
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    total = sum(counts)
    if high - low < total:
        raise ValueError(f"a width of {high - low} is too small for {total}")
    width, before = high - low, sum(counts[:symbol])
    return low + width * (before + counts[symbol]) // total, low + width * before // total


# %% wrong: the upper end from the symbol's count alone  says: F_{s+1} contains the counts of the symbols before
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    R, T, F = high - low, sum(counts), sum(counts[:symbol])
    if R < T:
        raise ValueError(f"a width of {R} is too small for {T}")
    return low + R * F // T, low + R * counts[symbol] // T


# %% wrong: the upper end from the new low  says: from the old low
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    R, T, F = high - low, sum(counts), sum(counts[:symbol])
    if R < T:
        raise ValueError(f"a width of {R} is too small for {T}")
    low = low + R * F // T
    return low, low + R * (F + counts[symbol]) // T


# %% wrong: not rounded  says: not a whole number
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    R, T, F = high - low, sum(counts), sum(counts[:symbol])
    if R < T:
        raise ValueError(f"a width of {R} is too small for {T}")
    return low + R * F / T, low + R * (F + counts[symbol]) / T


# %% wrong: symbols counted from 1  says: the symbol before
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    symbol -= 1
    R, T, F = high - low, sum(counts), sum(counts[:symbol])
    if R < T:
        raise ValueError(f"a width of {R} is too small for {T}")
    return low + R * F // T, low + R * (F + counts[symbol]) // T


# %% wrong: the most frequent symbol first  says: smallest symbol comes first
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    R, T, F = high - low, sum(counts), sum(sorted(counts)[::-1][: sorted(counts)[::-1].index(counts[symbol])])
    if R < T:
        raise ValueError(f"a width of {R} is too small for {T}")
    return low + R * F // T, low + R * (F + counts[symbol]) // T


# %% wrong: cumulative floats  says: float
def narrow(low, high, counts, symbol):
    if not 0 <= symbol < len(counts) or counts[symbol] == 0:
        raise ValueError(f"no interval for symbol {symbol}")
    R, T, F = high - low, sum(counts), sum(counts[:symbol])
    if R < T:
        raise ValueError(f"a width of {R} is too small for {T}")
    c = np.cumsum(np.array([0, *counts]) / T)
    return int(low + R * c[symbol]), int(low + R * c[symbol + 1])
