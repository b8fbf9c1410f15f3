# %% right: while loop
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% right: append and look back
def merge_pair(ids, pair, new_id):
    if (ids == new_id).any():
        raise ValueError(f"{new_id} is taken")
    a, b = pair
    out, fresh = [], False
    for token in ids.tolist():
        if out and not fresh and out[-1] == a and token == b:
            out[-1], fresh = new_id, True
        else:
            out.append(token)
            fresh = False
    return np.array(out, dtype=np.int64)


# %% right: marks on arrays
def merge_pair(ids, pair, new_id):
    if new_id in ids.tolist():
        raise ValueError(f"new_id {new_id} occurs already")
    hit = np.zeros(len(ids), dtype=bool)
    hit[:-1] = (ids[:-1] == pair[0]) & (ids[1:] == pair[1])
    for i in np.flatnonzero(hit):
        if i and hit[i - 1]:
            hit[i] = False
    out = np.where(hit, new_id, ids)
    return out[~np.concatenate([[False], hit[:-1]])]


# %% right: recursion by slices
def merge_pair(ids, pair, new_id):
    if np.isin(new_id, ids):
        raise ValueError(str(new_id))
    ids = list(ids)
    i = 0
    while i + 1 < len(ids):
        if ids[i] == pair[0] and ids[i + 1] == pair[1]:
            ids[i : i + 2] = [new_id]
        i += 1
    return np.asarray(ids)


# %% right: regular expression over characters
def merge_pair(ids, pair, new_id):
    import re

    if new_id in ids:
        raise ValueError(f"id {new_id} in use")
    text = "".join(chr(0xE000 + i) for i in ids)
    a, b, c = (chr(0xE000 + i) for i in (*pair, new_id))
    text = re.sub(re.escape(a + b), c, text)
    return np.array([ord(letter) - 0xE000 for letter in text])


# %% wrong: overlaps merged twice  says: each token is used once: in 4 4 4 only one pair can be merged.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    out, last = [], False
    for i in range(len(ids)):
        now = i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair
        if now:
            out.append(new_id)
        elif not last:
            out.append(ids[i])
        last = now
    return np.array(out)


# %% wrong: from right to left  says: the ids are read from left to right: in 4 4 4 the pair on the left is merged.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    out, i = [], len(ids) - 1
    while i >= 0:
        if i > 0 and (ids[i - 1], ids[i]) == pair:
            out.append(new_id)
            i -= 2
        else:
            out.append(ids[i])
            i -= 1
    return np.array(out[::-1])


# %% wrong: last token lost  says: the last token is lost when it is not part of a pair.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids) - 1:
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: first occurrence only  says: every occurrence is merged, not only the first.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair and new_id not in merged:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: last token never merged  says: a pair at the very end is merged too.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if i < len(ids) - 2 and tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: each token on its own  says: only a followed by b is merged, not every a and every b.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    out = []
    for t in ids:
        if t not in pair:
            out.append(t)
        elif t == pair[0]:
            out.append(new_id)
    return np.array(out)


# %% wrong: every a and b replaced  says: only a followed by b is merged, not every a and every b.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    return np.where(np.isin(ids, pair), new_id, ids)


# %% wrong: second token kept  says: the new token stands for both; b must go.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 1
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: new token put in, pair kept  says: the new token takes the place of the pair; a and b must go.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged += [new_id, *pair]
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: either order  says: (b, a) is another pair: the order of the two matters.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(sorted(ids[i : i + 2])) == tuple(sorted(pair)):
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: the pair reversed  says: (b, a) is another pair: the order of the two matters.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair[::-1]:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: the first token decides  says: both tokens must agree, a and b.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if ids[i] == pair[0] and i + 1 < len(ids):
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: the second token decides  says: both tokens must agree, a and b.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if i + 1 < len(ids) and ids[i + 1] == pair[1]:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: only even places  says: a pair may begin at any place, also at an odd one.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    out = []
    for i in range(0, len(ids), 2):
        two = tuple(ids[i : i + 2])
        out += [new_id] if two == pair else list(two)
    return np.array(out)


# %% wrong: deleted  says: the new token is missing: the pair was removed.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: the text of the numbers  says: the numbers were replaced as text: 14 ends with 4, but it is another token.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    text = " ".join(str(i) for i in ids)
    text = text.replace(f"{pair[0]} {pair[1]}", str(new_id))
    return np.array([int(i) for i in text.split()])


# %% wrong: new id is the sum  says: the new token's id is `new_id`.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(sum(pair))
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: new id is the next free one  says: the new token's id is `new_id`.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(max(ids) + 1)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: merges again  says: two new tokens side by side both stay.
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array([t for i, t in enumerate(merged) if i == 0 or t != new_id or merged[i - 1] != new_id])


# %% wrong: a list returned  says: turns it into an array
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


# %% wrong: in place  says: changed its input
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    i = 0
    while i + 1 < len(ids):
        if (ids[i], ids[i + 1]) == pair:
            ids[i] = new_id
            ids = np.delete(ids, i + 1)
        i += 1
    return ids


# %% wrong: new id not looked at  says: accepted bad input
def merge_pair(ids, pair, new_id):
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: new id compared with the pair only  says: accepted bad input
def merge_pair(ids, pair, new_id):
    if new_id in pair:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged)


# %% wrong: without a pair nothing  says: did you forget `return`
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged) if len(merged) < len(ids) else None


# %% wrong: floats  says: expected integers
def merge_pair(ids, pair, new_id):
    if new_id in ids:
        raise ValueError(f"expected an id that is not in use, got {new_id}")
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return np.array(merged, dtype=float)
