# %% right: two loops
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% right: a matrix of scores
def best_span(begins, ends, longest):
    if begins.shape != ends.shape:
        raise ValueError(f"{begins.shape} and {ends.shape}")
    if longest <= 0:
        raise ValueError(str(longest))
    n = begins.size - 1
    if n == 0:
        return 0, 0
    scores = begins[:n, None] + ends[None, :n]
    allowed = np.triu(np.ones((n, n), bool)) & ~np.triu(np.ones((n, n), bool), longest)
    scores = np.where(allowed, scores, -np.inf)
    i, j = np.unravel_index(np.argmax(scores), scores.shape)
    if not scores[i, j] > begins[-1] + ends[-1]:
        return 0, 0
    return int(i), int(j) + 1


# %% right: a list of candidates and max
def best_span(begins, ends, longest):
    if len(ends) != len(begins):
        raise ValueError(f"{len(begins)} begins and {len(ends)} ends")
    if not longest >= 1:
        raise ValueError(f"longest is {longest}")
    *b, none_b = begins.tolist()
    *e, none_e = ends.tolist()
    spans = [(i, i + size) for i in range(len(b)) for size in range(1, longest + 1) if i + size <= len(e)]
    nothing = none_b + none_e
    return max([(0, 0), *spans], key=lambda s: b[s[0]] + e[s[1] - 1] if s[1] else nothing)


# %% right: the best end for each begin
def best_span(begins, ends, longest):
    n, m = begins.shape[0], ends.shape[0]
    if n != m:
        raise ValueError(f"lengths {n}, {m}")
    if longest < 1:
        raise ValueError(f"longest={longest}")
    inside = ends[:-1]
    start = stop = 0
    top = begins[-1] + ends[-1]
    for i, b in enumerate(begins[:-1]):
        window = inside[i : i + longest]
        k = int(window.argmax())
        if b + window[k] > top:
            top, start, stop = b + window[k], i, i + k + 1
    return start, stop


# %% wrong: best begin and best end apart  says: begin and end have to be chosen *together*: the best of each may not fit, and the end may come before the begin.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    i, j = int(np.argmax(begins[:n])), int(np.argmax(ends[:n]))
    return (i, j + 1) if begins[i] + ends[j] > best else (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: best begin first  says: begin and end have to be chosen *together*: the best of each may not fit, and the end may come before the begin.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in [int(np.argmax(begins[:n]))]:
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: best end first  says: the best end need not belong to the best answer: try all ends.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    last = int(np.argmax(ends[:n]))
    for i in range(n):
        for j in [last] * (i <= last < i + longest):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: end before begin  says: an answer cannot end before it begins: i ≤ j.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: answers of one word left out  says: i = j is allowed: an answer of one word.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i + 1, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: only answers of one word  says: an answer may have several words.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, i + 1):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: no limit  says: an answer has at most `longest` words.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, n):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: limit one too large  says: words i … j are j − i + 1 words: this allows one too many.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest + 1, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: limit one too small  says: words i … j are j − i + 1 words: this allows one too few.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest - 1, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: no answer forgotten  says: an answer has to score *higher* than "no answer", begins[n] + ends[n]; else the result is (0, 0).
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = -np.inf, (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: no answer by its begin alone  says: the score of "no answer" is begins[n] + ends[n], both.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: no answer from 0  says: "no answer" has a score of its own, begins[n] + ends[n]; it is not 0.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = 0.0, (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: no answer at place 0  says: "no answer" is the *last* place here, not the first.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[0] + ends[0], (0, 0)
    n += 1
    for i in range(1, n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: the last place is a word  says: place n is behind the text: no answer may end there.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    n += 1
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: the last word left out  says: the last word, n − 1, may be part of an answer.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    n -= 1
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: stop is the last word  says: stop is one *behind* the last word, j + 1, so that words[start:stop] is the answer.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j)
    return span


# %% wrong: begins and ends exchanged  says: begins and ends are exchanged: the score is begins[i] + ends[j], i ≤ j.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[j] + ends[i]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: product of the scores  says: scores are added (they are logarithms of probabilities, up to a constant), not multiplied.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] * ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] * ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: divided by the length  says: the score is the sum; it is not divided by the number of words.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = (begins[i] + ends[j]) / (j - i + 1)
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: ties to no answer lost  says: an answer has to score *higher* than "no answer", begins[n] + ends[n]; else the result is (0, 0).
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best or span == (0, 0) and score == best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: the last of several  says: of answers with the same score, take the first one.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best or span != (0, 0) and score == best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: lowest score  says: the *highest* score is asked.
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score < best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: lengths not checked  says: the contract asks for a ValueError
def best_span(begins, ends, longest):
    begins, ends = begins[: len(ends)], ends[: len(begins)]
    if longest < 1:
        raise ValueError(f"expected room for a word at least, got {longest}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: no room for a word accepted  says: the contract asks for a ValueError
def best_span(begins, ends, longest):
    if len(begins) != len(ends):
        raise ValueError(f"expected as many ends as begins, got {len(begins)} and {len(ends)}")
    n = len(begins) - 1
    best, span = begins[n] + ends[n], (0, 0)
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            score = begins[i] + ends[j]
            if score > best:
                best, span = score, (i, j + 1)
    return span


# %% wrong: None where there is no answer, as in the chapter  says: (0, 0) is asked
def best_span(begins, ends, longest=4):
    n = len(begins) - 1
    best, span = begins[n] + ends[n], None
    for i in range(n):
        for j in range(i, min(i + longest, n)):
            if begins[i] + ends[j] > best:
                best, span = begins[i] + ends[j], (i, j + 1)
    return span


# %% wrong: pairs that are not allowed get the score 0  says: must not win with a score of 0
def best_span(begins, ends, longest):
    if len(begins) != len(ends): raise ValueError(f"{len(begins)} {len(ends)}")
    if longest < 1: raise ValueError(f"{longest}")
    n=len(begins)-1
    s=begins[:n,None]+ends[None,:n]
    s=np.triu(s); s=np.tril(s,longest-1)
    i,j=np.unravel_index(s.argmax(),s.shape)
    if s[i,j]<=begins[n]+ends[n]: return 0,0
    return i,j+1
