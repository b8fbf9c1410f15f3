# %% right: calls merge_pair
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = np.array(list(text.encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids


# %% right: lowest rank first, all its places
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    rank = {pair: r for r, pair in enumerate(merges)}
    while True:
        known = [p for p in zip(ids, ids[1:]) if p in rank]
        if not known:
            return np.array(ids)
        best = min(known, key=rank.get)
        ids = join(ids, best, 256 + rank[best])


# %% right: lowest rank first, one place at a time
def encode(text, merges):
    ranks = {}
    for r, (a, b) in enumerate(merges):
        bad = [i for i in (a, b) if i < 0 or i >= 256 + r]
        if bad:
            raise ValueError(f"merge {r}: no token {bad[0]} yet")
        ranks[a, b] = r
    ids = [*text.encode()]
    while len(ids) > 1:
        r, i = min((ranks.get((ids[i], ids[i + 1]), float("inf")), i) for i in range(len(ids) - 1))
        if r == float("inf"):
            break
        ids = ids[:i] + [256 + r] + ids[i + 2 :]
    return np.array(ids, dtype=np.int64)


# %% right: bytes as strings of letters
def encode(text, merges):
    for r, pair in enumerate(merges):
        if min(pair) < 0:
            raise ValueError(f"negative id {min(pair)}")
        if max(pair) >= 256 + r:
            raise ValueError(f"id {max(pair)} is not there yet")
    s = "".join(chr(0x10000 + b) for b in bytearray(text, "utf8"))
    for r, (a, b) in enumerate(merges):
        s = s.replace(chr(0x10000 + a) + chr(0x10000 + b), chr(0x10000 + 256 + r))
    return np.array([ord(c) - 0x10000 for c in s])


# %% right: np.frombuffer and marks
def encode(text, merges):
    for r in range(len(merges)):
        for i in merges[r]:
            if i not in range(256 + r):
                raise ValueError(f"unknown id {i}")
    ids = np.frombuffer(text.encode(), dtype=np.uint8).astype(np.int64)
    for r, (a, b) in enumerate(merges):
        out, skip = [], False
        for i, x in enumerate(ids):
            if skip:
                skip = False
            elif x == a and i + 1 < len(ids) and ids[i + 1] == b:
                out.append(256 + r)
                skip = True
            else:
                out.append(x)
        ids = np.array(out)
    return ids


# %% wrong: only pairs of bytes  says: a later merge may join tokens that earlier merges have made.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    rank = {pair: r for r, pair in enumerate(merges)}
    out, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) in rank:
            out.append(256 + rank[tuple(ids[i : i + 2])])
            i += 2
        else:
            out.append(ids[i])
            i += 1
    return np.array(out)


# %% wrong: merges of bytes alone, by rank  says: a later merge may join tokens that earlier merges have made.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r, pair in enumerate(merges):
        if max(pair) < 256:
            ids = join(ids, pair, 256 + r)
    return np.array(ids)


# %% wrong: the first known pair from the left  says: a merge that was learnt earlier goes first, wherever in the text it stands.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    rank = {pair: r for r, pair in enumerate(merges)}
    while True:
        for i in range(len(ids) - 1):
            if (ids[i], ids[i + 1]) in rank:
                ids[i : i + 2] = [256 + rank[ids[i], ids[i + 1]]]
                break
        else:
            return np.array(ids)


# %% wrong: longest token from the left  says: a merge that was learnt earlier goes first, wherever in the text it stands.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    spelling = {(b,): b for b in range(256)}
    of = {b: (b,) for b in range(256)}
    for r, (a, b) in enumerate(merges):
        of[256 + r] = of[a] + of[b]
        spelling[of[256 + r]] = 256 + r
    out, i = [], 0
    while i < len(ids):
        for n in range(len(ids) - i, 0, -1):
            if tuple(ids[i : i + n]) in spelling:
                out.append(spelling[tuple(ids[i : i + n])])
                i += n
                break
    return np.array(out)


# %% wrong: stack from the left  says: a merge that was learnt earlier goes first, wherever in the text it stands.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    rank = {pair: r for r, pair in enumerate(merges)}
    out = []
    for t in ids:
        out.append(t)
        while len(out) > 1 and (out[-2], out[-1]) in rank:
            b, a = out.pop(), out.pop()
            out.append(256 + rank[a, b])
    return np.array(out)


# %% wrong: latest merge first  says: the merges run in the order in which they were learnt; this begins with the last.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r in range(len(merges) - 1, -1, -1):
        ids = join(ids, merges[r], 256 + r)
    return np.array(ids)


# %% wrong: highest rank first  says: the merges run in the order in which they were learnt; this begins with the last.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    rank = {pair: r for r, pair in enumerate(merges)}
    while True:
        known = [p for p in zip(ids, ids[1:]) if p in rank]
        if not known:
            return np.array(ids)
        best = max(known, key=rank.get)
        ids = join(ids, best, 256 + rank[best])


# %% wrong: most frequent pair first  says: nothing is counted here: the order of the merges is given.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    rank = {pair: r for r, pair in enumerate(merges)}
    while True:
        known = [p for p in zip(ids, ids[1:]) if p in rank]
        if not known:
            return np.array(ids)
        best = max(known, key=known.count)
        ids = join(ids, best, 256 + rank[best])


# %% wrong: stops at the first merge without an occurrence  says: a merge that does not occur is passed over; later ones may still occur.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r, pair in enumerate(merges):
        if pair not in list(zip(ids, ids[1:])):
            break
        ids = join(ids, pair, 256 + r)
    return np.array(ids)


# %% wrong: only one occurrence of each merge  says: every occurrence of a merge's pair is replaced, not only the first.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r, pair in enumerate(merges):
        for i in range(len(ids) - 1):
            if (ids[i], ids[i + 1]) == pair:
                ids[i : i + 2] = [256 + r]
                break
    return np.array(ids)


# %% wrong: counted from 1  says: the first merge makes token 256: r is counted from 0.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r, pair in enumerate(merges, 1):
        ids = join(ids, pair, 256 + r)
    return np.array(ids)


# %% wrong: counted from 255  says: the first merge makes token 256; 255 is a byte.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r, pair in enumerate(merges):
        ids = join(ids, pair, 255 + r)
    return np.array(ids)


# %% wrong: rank alone as id  says: the token of merge r is 256 + r, not r.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r, pair in enumerate(merges):
        ids = join(ids, pair, 10**6 + r)
    return np.array([i - 10**6 if i >= 10**6 else i for i in ids])


# %% wrong: characters, not bytes  says: a text becomes *bytes*: é has two of them, 茶 three. `ord` gives the character's number.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = [ord(c) for c in text]
    for r, pair in enumerate(merges):
        ids = join(ids, pair, 256 + r)
    return np.array(ids)


# %% wrong: Latin-1, unknown characters dropped  says: a text becomes bytes in UTF-8; this is another encoding.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("latin-1", "ignore"))
    for r, pair in enumerate(merges):
        ids = join(ids, pair, 256 + r)
    return np.array(ids)


# %% wrong: UTF-16  says: a text becomes bytes in UTF-8; this is another encoding.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-16-le"))
    for r, pair in enumerate(merges):
        ids = join(ids, pair, 256 + r)
    return np.array(ids)


# %% wrong: bytes in reverse order  says: the bytes keep the order of the text.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))[::-1]
    for r, pair in enumerate(merges):
        ids = join(ids, pair, 256 + r)
    return np.array(ids)


# %% wrong: no merge at all  says: these are the plain bytes: no merge was carried out.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    return np.array(ids)


# %% wrong: overlaps from the right  says: occurrences are merged from left to right, as in exercise 2.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    ids = list(text.encode("utf-8"))
    for r, (a, b) in enumerate(merges):
        ids = join(ids[::-1], (b, a), 256 + r)[::-1]
    return np.array(ids)


# %% wrong: words apart  says: the text is one sequence here: a merge may hold a space.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    def join(ids, pair, new):
        out, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                out.append(new)
                i += 2
            else:
                out.append(ids[i])
                i += 1
        return out

    out = []
    for n, word in enumerate(text.split(" ")):
        ids = list(word.encode())
        for r, pair in enumerate(merges):
            ids = join(ids, pair, 256 + r)
        out += ([32] if n else []) + ids
    return np.array(out)


# %% wrong: lower case  says: upper and lower case are different bytes.
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = np.array(list(text.lower().encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids


# %% wrong: a list returned  says: turns it into an array
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = np.array(list(text.encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids.tolist()


# %% wrong: merges not looked at  says: accepted bad input
def encode(text, merges):
    ids = np.array(list(text.encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids


# %% wrong: only the first id of a merge looked at  says: accepted bad input
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair[:1]:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = np.array(list(text.encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids


# %% wrong: negative ids accepted  says: accepted bad input
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if each >= 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = np.array(list(text.encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids


# %% wrong: a merge may use itself  says: accepted bad input
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each <= 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = np.array(list(text.encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids


# %% wrong: one limit for all merges  says: accepted bad input
def encode(text, merges):
    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + len(merges):
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = np.array(list(text.encode("utf-8")))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return ids


# %% wrong: a merge_pair that leaves b  says: this is what comes of a `merge_pair` that leaves b where it was: mend exercise 2 first.
def encode(text, merges):
    def merge_pair(ids, pair, new_id):
        merged = []
        for i, token in enumerate(ids):
            begins = i + 1 < len(ids) and (token, ids[i + 1]) == pair
            merged.append(new_id if begins else token)
        return merged

    for r, pair in enumerate(merges):
        for each in pair:
            if not 0 <= each < 256 + r:
                raise ValueError(f"expected ids from 0 to {255 + r} in merge {r}, got {each}")
    ids = list(text.encode("utf-8"))
    for r, pair in enumerate(merges):
        ids = merge_pair(ids, pair, 256 + r)
    return np.array(ids)
