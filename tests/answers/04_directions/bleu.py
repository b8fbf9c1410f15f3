# %% right: counters
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% right: dictionaries and roots
def bleu(candidates, references):
    N = len(candidates)
    if len(references) != N or N == 0:
        raise ValueError(f"got {N} candidates and {len(references)} references")

    def grams(words, n):
        table = {}
        for i in range(len(words) - n + 1):
            key = " | ".join(words[i : i + n])
            table[key] = table.get(key, 0) + 1
        return table

    p = np.zeros(4)
    for n in (1, 2, 3, 4):
        hit = total = 0
        for a, b in zip(candidates, references):
            x, y = grams(a, n), grams(b, n)
            hit += sum(min(k, y.get(g, 0)) for g, k in x.items())
            total += sum(x.values())
        p[n - 1] = hit / total if total else 0.0
    c, r = sum(len(a) for a in candidates), sum(len(b) for b in references)
    if c == 0:
        return 0.0, p, 0.0
    bp = float(np.exp(min(0.0, 1 - r / c)))
    return bp * float(np.prod(p)) ** 0.25, p, bp


# %% right: n-grams ticked off a list
def bleu(candidates, references):
    if not candidates and not references:
        raise ValueError("nothing to score")
    if len(references) != len(candidates):
        raise ValueError(f"{len(references)} and {len(candidates)}")
    hits, sizes = [0] * 4, [0] * 4
    for candidate, reference in zip(candidates, references):
        for k in range(4):
            left = list(zip(*(reference[j:] for j in range(k + 1))))
            for gram in zip(*(candidate[j:] for j in range(k + 1))):
                sizes[k] += 1
                if gram in left:
                    left.remove(gram)
                    hits[k] += 1
    c = sum(map(len, candidates))
    r = sum(map(len, references))
    p = np.array([h / s if s else 0.0 for h, s in zip(hits, sizes)])
    penalty = 0.0 if not c else min(1.0, math.exp(1 - r / c))
    with np.errstate(divide="ignore"):
        return penalty * np.exp(np.mean(np.log(p))), p, penalty


# %% wrong: counts not clipped  says: clip: an n-gram counts at most as often as it stands in the reference.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum(k for g, k in ours.items() if g in theirs)
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: different n-grams only  says: an n-gram that stands twice in both counts twice.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += len(ours.keys() & theirs.keys())
            count[n - 1] += len(ours)
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: different n-grams in the numerator only  says: an n-gram that stands twice in both counts twice in right_n, too.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += len(ours.keys() & theirs.keys())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: recall  says: p_n is a precision: divide by the n-grams of the *candidate*.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(theirs.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: mean of the texts' scores  says: add up the counts of all texts before dividing; this is the mean over the texts.
_whole = None
def bleu(candidates, references):
    if len(candidates) != len(references) or not candidates:
        raise ValueError(f"{len(candidates)} {len(references)}")
    def one(candidate, reference):
        p = np.zeros(4)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            p[n - 1] = sum((ours & theirs).values()) / max(1, sum(ours.values()))
        c, r = len(candidate), len(reference)
        penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
        return (penalty * p.prod() ** 0.25, p, penalty)
    rows = [one(a, b) for a, b in zip(candidates, references)]
    return tuple(sum(column) / len(rows) for column in zip(*rows))


# %% wrong: clipped over all texts together  says: each candidate is compared with its *own* reference.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    every = [list(reference) for reference in references]
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(b[i : i + n]) for b in every for i in range(len(b) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: no brevity penalty  says: candidates that are too short are punished: exp(1 − r / c) if c < r.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: long ones punished  says: the penalty is for candidates that are too *short*, c < r.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c <= r else math.exp(1 - c / r)
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: r over c turned round  says: the penalty is exp(1 − r / c); here the fraction is upside down.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - c / r) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: a bonus for long ones  says: the penalty is at most 1: long candidates get no bonus.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: penalty without exp  says: the penalty is exp(1 − r / c), not c / r.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else c / r if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: penalty for each text  says: c and r are sums over all texts; the penalty is not a mean over texts.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    each = [1.0 if len(a) >= len(b) else math.exp(1 - len(b) / len(a)) if a else 0.0 for a, b in zip(candidates, references)]
    penalty = sum(each) / len(each) if each else 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: arithmetic mean  says: BLEU is the *geometric* mean of the p_n, (p_1 p_2 p_3 p_4)^(1/4).
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * precisions.mean() if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: product without the root  says: the fourth root is missing: (p_1 p_2 p_3 p_4)^(1/4).
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * precisions.prod() if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: penalty under the root  says: the penalty is a factor of its own: it does not stand under the root.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = (penalty * precisions.prod()) ** 0.25 if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: penalty forgotten in the score  says: candidates that are too short are punished: exp(1 − r / c) if c < r.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: only words  says: BLEU takes runs of 1, 2, 3 and 4 words, not single words alone.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * precisions[0] if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: only 4-grams  says: BLEU takes runs of 1, 2, 3 and 4 words, not those of 4 alone.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * precisions[3] if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: n-grams of characters  says: the n-grams are made of words, not of characters.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        candidate, reference = ' '.join(candidate), ' '.join(reference)
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: last n-gram forgotten  says: a text of L words has L − n + 1 n-grams; the last one is missing.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: short runs at the end  says: at the end of a text there are no shorter n-grams.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate)))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference)))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: n-grams that do not overlap  says: n-grams overlap: one begins at each word.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(0, len(candidate) - n + 1, n))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(0, len(reference) - n + 1, n))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: order of words ignored  says: the order within an n-gram matters.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(sorted(candidate[i : i + n])) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(sorted(reference[i : i + n])) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: one added to the counts  says: nothing is added to the counts here (smoothing is for single sentences).
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = (right + 1) / (count + 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: a small number for 0  says: is not right
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions + 1e-9).mean())
    return score, precisions, penalty


# %% wrong: zeros left out of the mean  says: BLEU is 0 if one of the p_n is 0; such p_n are not left out.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions[right > 0]).mean()) if right.any() else 0.0
    return score, precisions, penalty


# %% wrong: per cent  says: between 0 and 1, not in per cent.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return 100 * score, precisions, penalty


# %% wrong: candidates and references exchanged  says: candidates and references are exchanged: BLEU is a precision of the candidates.
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    if not candidates:
        raise ValueError("expected at least one text, got none")
    candidates, references = references, candidates
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: numbers of texts not checked  says: the contract asks for a ValueError
def bleu(candidates, references):
    if not candidates:
        raise ValueError("expected at least one text, got none")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty


# %% wrong: no texts accepted  says: the contract asks for a ValueError
def bleu(candidates, references):
    if len(candidates) != len(references):
        raise ValueError(f"{len(candidates)} candidates, {len(references)} references")
    right, count, c, r = np.zeros(4), np.zeros(4), 0, 0
    for candidate, reference in zip(candidates, references, strict=True):
        c += len(candidate)
        r += len(reference)
        for n in range(1, 5):
            ours = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
            theirs = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
            right[n - 1] += sum((ours & theirs).values())
            count[n - 1] += sum(ours.values())
    precisions = right / np.maximum(count, 1)
    penalty = 1.0 if c >= r else math.exp(1 - r / c) if c else 0.0
    score = penalty * math.exp(np.log(precisions).mean()) if right.all() else 0.0
    return score, precisions, penalty
