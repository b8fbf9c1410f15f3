# %% right: loop over positions
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"expected k >= 0, got {k}")
    counts = np.zeros(V, dtype=int)
    m = len(context)
    for sequence in sequences:
        for t in range(m, len(sequence)):
            if sequence[t - m : t] == context:
                counts[sequence[t]] += 1
    total = counts.sum() + k * V
    if total == 0:
        raise ValueError(f"the context {context} was never seen, and k = 0")
    return counts, (counts + k) / total


# %% right: Counter of n-grams
def add_k(sequences, context, V, k):
    from collections import Counter

    if k < 0:
        raise ValueError("negative k: %s" % k)
    n = len(context) + 1
    grams = Counter(
        tuple(s[i : i + n]) for s in sequences for i in range(len(s) - n + 1)
    )
    found = [grams[(*context, w)] for w in range(V)]
    if sum(found) == 0 and k == 0:
        raise ValueError(f"nothing ever follows {list(context)!r}")
    return np.array(found), np.array([(c + k) / (sum(found) + k * V) for c in found], dtype=float)


# %% right: zip of shifted copies
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"k is {k}")
    n = len(context) + 1
    counts = [0] * V
    for s in sequences:
        for gram in zip(*(s[i:] for i in range(n))):
            if list(gram[:-1]) == context:
                counts[gram[-1]] += 1
    if k == 0 and not any(counts):
        raise ValueError("no distribution after " + str(context))
    p = np.array(counts, dtype=np.float64) + k
    return np.array(counts, dtype=np.int32), p / p.sum()


# %% right: bincount and sliding windows
def add_k(sequences, context, V, k):
    if not k >= 0:
        raise ValueError(f"k must not be negative: {k}")
    followers = []
    for s in map(np.array, sequences):
        if len(s) > len(context):
            windows = np.lib.stride_tricks.sliding_window_view(s, len(context) + 1)
            hit = (windows[:, :-1] == np.array(context, dtype=int)).all(axis=1)
            followers.extend(windows[hit, -1].tolist())
    counts = np.bincount(np.array(followers, dtype=np.int64), minlength=V)
    if k == 0 and len(followers) == 0:
        raise ValueError(f"context {context}: unseen")
    return counts, (counts + k) / (len(followers) + k * V)


# %% right: torch
def add_k(sequences, context, V, k):
    import torch

    if k < 0:
        raise ValueError(f"{k}")
    counts = torch.zeros(V, dtype=torch.int64)
    for s in sequences:
        for t in range(len(context), len(s)):
            if all(s[t - len(context) + i] == c for i, c in enumerate(context)):
                counts[s[t]] += 1
    smoothed = counts.double() + k
    if smoothed.sum() == 0:
        raise ValueError(f"never seen: {context}")
    return counts.numpy(), (smoothed / smoothed.sum()).numpy()


# %% right: a mixture of the empirical and the uniform distribution
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got k = {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t, w in enumerate(s):
            if t >= m and s[t - m : t] == context:
                counts[w] += 1
    N = int(counts.sum())
    if N + k * V == 0:
        raise ValueError(f"expected a context that occurs, got {context}")
    weight = N / (N + k * V)
    return counts, weight * counts / max(N, 1) + (1 - weight) / V


# %% right: masks and np.add.at
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"k={k}")
    n, counts = len(context), np.zeros(V, dtype=np.int64)
    for s in sequences:
        a = np.array(s, dtype=int)
        if len(a) > n:
            m = np.ones(len(a) - n, dtype=bool)
            for j, c in enumerate(context):
                m &= a[j : len(a) - n + j] == c
            np.add.at(counts, a[n:][m], 1)
    if counts.sum() + k * V == 0:
        raise ValueError(f"{context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: k added once to the denominator  says: k is added V times
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k)


# %% wrong: k missing in the denominator  says: k is missing in the denominator
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / counts.sum()


# %% wrong: V added instead of kV  says: k is added V times
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + V)


# %% wrong: add-one whatever k is  says: add k, not 1
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + 1) / (counts.sum() + V)


# %% wrong: not smoothed at all  says: not smoothed
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, counts / counts.sum()


# %% wrong: the vocabulary is what followed  says: words that never followed belong to the vocabulary
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * np.count_nonzero(counts))


# %% wrong: only seen words smoothed  says: unseen words get k as well
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, np.where(counts > 0, counts + k, 0) / (counts.sum() + k * V)


# %% wrong: the context counted at the end of a sequence, too  says: where nothing follows
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m, seen = np.zeros(V, int), len(context), 0
    for s in sequences:
        for t in range(m, len(s) + 1):
            if s[t - m : t] == context:
                seen += 1
                if t < len(s):
                    counts[s[t]] += 1
    if seen + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (seen + k * V)


# %% wrong: sequences glued together  says: the border between two sequences
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    s = [w for sequence in sequences for w in sequence]
    for t in range(m, len(s)):
        if s[t - m : t] == context:
            counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: only the last word of the context  says: the whole context
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t][-1:] == context[-1:]:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: only the first word of the context  says: the whole context
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t][:1] == context[:1]:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: the context in any order  says: the order of the context
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if sorted(s[t - m : t]) == sorted(context):
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: the context backwards  says: the order of the context
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context[::-1]:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: what stands before the context  says: the word before the context
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(1, len(s) - m + 1):
            if s[t : t + m] == context:
                counts[s[t - 1]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: overlapping occurrences skipped  says: may overlap
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        t = m
        while t < len(s):
            if s[t - m : t] == context:
                counts[s[t]] += 1
                t += m + 1
            else:
                t += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: each sequence counted once  says: every occurrence counts
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
                break
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: the last position forgotten  says: the last word of a sequence
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s) - 1):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: divided by all words  says: divides by the number of all
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    total = sum(map(len, sequences))
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (total + k * V)


# %% wrong: smoothed counts returned  says: the counts themselves are not smoothed
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    counts += k
    if counts.sum() == 0:
        raise ValueError(f"never seen: {context}")
    return counts, counts / counts.sum()


# %% wrong: unsmoothed counts as floats  says: expected integers
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: 0/0 for a new context without smoothing  says: accepted bad input
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: any new context refused  says: stopped with ValueError
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: negative k accepted  says: accepted bad input
def add_k(sequences, context, V, k):
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: the k that came is not named  says: it should name
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError("bad k")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: no context is no match  says: an empty context
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if m and s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: probabilities as a list  says: `np.array(…)` turns it into an array
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, [(c + k) / (counts.sum() + k * V) for c in counts]


# %% wrong: words pulled out of the sequences  says: changed its input
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        while len(s) > m:
            word = s.pop()
            if s[len(s) - m :] == context:
                counts[word] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: hard-coded for the example  says: does the function use its arguments
def add_k(sequences, context, V, k):
    return np.array([0, 0, 2]), np.array([0.2, 0.2, 0.6])


# %% wrong: ids compared as text  says: case: words of two digits
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if "".join(map(str, s[:t])).endswith("".join(map(str, context))):
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: the vocabulary of the sequences  says: V counts them
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * len({w for s in sequences for w in s}))


# %% wrong: the window holds the word itself  says: one place too far
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m + 1 : t + 1] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: a mixture with weight k  says: add k to the counts
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (1 - k) * counts / max(1, counts.sum()) + k / V


# %% wrong: zeros for a new context  says: the formula has an answer
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for t in range(m, len(s)):
            if s[t - m : t] == context:
                counts[s[t]] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    if counts.sum() == 0:
        return counts, np.zeros(V)
    return counts, (counts + k) / (counts.sum() + k * V)


# %% wrong: each word once for a sequence  says: occurrences may overlap
def add_k(sequences, context, V, k):
    if k < 0:
        raise ValueError(f"got {k}")
    counts, m = np.zeros(V, int), len(context)
    for s in sequences:
        for w in {s[t] for t in range(m, len(s)) if s[t - m : t] == context}:
            counts[w] += 1
    if counts.sum() + k == 0:
        raise ValueError(f"never seen: {context}")
    return counts, (counts + k) / (counts.sum() + k * V)
