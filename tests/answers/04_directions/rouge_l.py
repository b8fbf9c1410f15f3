# %% right: the table, as a list of lists
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% right: one row
def rouge_l(candidate, reference):
    row = [0] * (len(reference) + 1)
    for word in candidate:
        above, row = row, [0]
        for j, other in enumerate(reference):
            row.append(above[j] + 1 if word == other else max(above[j + 1], row[-1]))
    lcs = row[-1]
    total = len(candidate) + len(reference)
    return lcs / max(len(candidate), 1), lcs / max(len(reference), 1), 2 * lcs / max(total, 1)


# %% right: recursion with a memory, iterative deepening by prefix
def rouge_l(candidate, reference):
    import functools

    @functools.cache
    def lcs(i, j):
        if i == 0 or j == 0:
            return 0
        if candidate[i - 1] == reference[j - 1]:
            return lcs(i - 1, j - 1) + 1
        return max(lcs(i - 1, j), lcs(i, j - 1))

    for i in range(len(candidate) + 1):
        for j in range(len(reference) + 1):
            lcs(i, j)
    k = lcs(len(candidate), len(reference))
    if k == 0:
        return 0.0, 0.0, 0.0
    p, r = k / len(candidate), k / len(reference)
    return p, r, 2 / (1 / p + 1 / r)


# %% right: longest increasing run of matching places
def rouge_l(candidate, reference):
    import bisect
    places = {}
    for j, w in enumerate(reference):
        places.setdefault(w, []).insert(0, j)
    tails = []
    for w in candidate:
        for j in places.get(w, []):
            k = bisect.bisect_left(tails, j)
            tails[k : k + 1] = [j]
    scores = [float(np.float64(len(tails)) / n) if n else 0.0 for n in (len(candidate), len(reference))]
    P, R = scores
    return P, R, (2 * P * R / (P + R) if P + R > 0 else 0.0)


# %% wrong: longest common substring  says: a subsequence may have gaps; yours asks for words that stand next to each other.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = 0
    common = max(map(max, table))
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: 0 where words differ  says: where words differ, the best so far is carried on: max(L[i−1][j], L[i][j−1]), not 0.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = 0
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: words in common, in any order  says: the *order* counts: this is the number of common words in any order.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = sum((Counter(candidate) & Counter(reference)).values())
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: different words in common  says: the order counts, and a word may count twice: this is the number of different common words.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = len(set(candidate) & set(reference))
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: pairs in common  says: this is ROUGE-2, pairs of words; ROUGE-L is about the longest common subsequence.
def rouge_l(candidate, reference):
    a, b = (Counter(zip(t, t[1:])) for t in (candidate, reference))
    k, n, m = sum((a & b).values()), sum(a.values()), sum(b.values())
    return k / max(n, 1), k / max(m, 1), 2 * k / max(n + m, 1)


# %% wrong: same word at the same place  says: words need not stand at the same places.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = sum(x == y for x, y in zip(candidate, reference))
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: greedy  says: taking the first place where a word fits is greedy: a word in the way can block a longer thread. Use the table.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common, j = 0, 0
    for word in candidate:
        if word in reference[j:]:
            j = reference.index(word, j) + 1
            common += 1
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: a word used twice  says: a word may be used once only: where words agree, go on from L[i−1][j−1].
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = max(table[i - 1][j], table[i][j - 1]) + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: only up  says: where words differ, the better of *both* neighbours is taken.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = table[i - 1][j]
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: only left  says: where words differ, the better of *both* neighbours is taken.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = table[i][j - 1]
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: corner  says: where words differ, take the larger of L[i−1][j] and L[i][j−1], not the corner L[i−1][j−1].
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = table[i - 1][j - 1]
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: smaller of both  says: where words differ, the *larger* of both neighbours is taken.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = min(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: sum of both  says: is not right
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = table[i - 1][j] + table[i][j - 1] - table[i - 1][j - 1]
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: last word left out  says: the result stands in the last corner of the table, L[n][m]: the last words belong to it.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[max(n - 1, 0)][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: characters  says: words are compared, not characters.
def rouge_l(candidate, reference):
    candidate, reference = " ".join(candidate), " ".join(reference)
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: capital letters made equal  says: words are equal if the strings are: "The" is not "the".
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1].lower() == reference[j - 1].lower():
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: edit distance  says: this is the edit distance, not the longest common subsequence.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    d = [[i + j if not i * j else 0 for j in range(m + 1)] for i in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (candidate[i - 1] != reference[j - 1]))
    common = d[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: precision and recall exchanged  says: precision divides by the words of the *candidate*, recall by those of the reference.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return recall, precision, f1


# %% wrong: recall twice  says: precision divides by the words of the *candidate*, recall by those of the reference.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / m if m else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: divided by the longer text  says: P divides by the candidate's words, R by the reference's, whichever is longer.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    n = m = max(n, m)
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: the paper's F with β  says: F1 weighs P and R alike: 2 P R / (P + R).
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = (1 + 1.2**2) * precision * recall / (recall + 1.2**2 * precision) if common else 0.0
    return precision, recall, f1


# %% wrong: arithmetic mean  says: F1 is the harmonic mean, 2 P R / (P + R), not (P + R) / 2.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = (precision + recall) / 2 if common else 0.0
    return precision, recall, f1


# %% wrong: product  says: F1 is 2 P R / (P + R), not P R.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 0.0
    recall = common / m if m else 0.0
    f1 = precision * recall if common else 0.0
    return precision, recall, f1


# %% wrong: number of words  says: P and R are shares: divide the LCS by the number of words.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common if n else 0.0
    recall = common if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: division by zero  says: stopped with ZeroDivisionError
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n
    recall = common / m if m else 0.0
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


# %% wrong: empty texts are equal  says: 0 / 0 is 0 here, not 1.
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    common = table[n][m]
    precision = common / n if n else 1.0
    recall = common / m if m else 1.0
    f1 = 2 * precision * recall / (precision + recall) if common else float(n == m == 0)
    return precision, recall, f1


# %% wrong: the rows of the table are one list  says: is one list, many times
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    L = [[0]*(m+1)]*(n+1)
    for i in range(1, n+1):
        for j in range(1, m+1):
            if candidate[i-1] == reference[j-1]:
                L[i][j] = L[i-1][j-1] + 1
            else:
                L[i][j] = max(L[i-1][j], L[i][j-1])
    lcs = L[n][m]
    P = lcs/n if n else 0.0
    R = lcs/m if m else 0.0
    return P, R, 2*P*R/(P+R) if P+R else 0.0


# %% wrong: the first words are left out  says: no word may be left out
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    L = [[0]*(m+1) for _ in range(n+1)]
    for i in range(1, n):
        for j in range(1, m):
            if candidate[i] == reference[j]:
                L[i][j] = L[i-1][j-1] + 1
            else:
                L[i][j] = max(L[i-1][j], L[i][j-1])
    lcs = L[n-1][m-1]
    P = lcs/n if n else 0.0
    R = lcs/m if m else 0.0
    return P, R, 2*P*R/(P+R) if P+R else 0.0
