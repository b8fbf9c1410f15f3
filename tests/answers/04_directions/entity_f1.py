# %% right: one walk over the tags
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% right: repair the tags first, then look for B-
def mended(tags):
    new = []
    for i, tag in enumerate(tags):
        before = new[i - 1][2:] if i else ""
        new.append("B-" + tag[2:] if tag[0] == "I" and tag[2:] != before else tag)
    return new

def spans_of(tags):
    tags = mended(tags)
    result = []
    for i, tag in enumerate(tags):
        if tag.startswith("B-"):
            j = i + 1
            while j < len(tags) and tags[j] == "I-" + tag[2:]:
                j += 1
            result.append((i, j, tag[2:]))
    return result

def entity_f1(targets, predictions):
    a, b = [], []
    for n, (t, p) in enumerate(zip(targets, predictions)):
        if len(t) != len(p):
            raise ValueError(f"text {n}: {len(t)} against {len(p)}")
        a += [(n, *s) for s in spans_of(t)]
        b += [(n, *s) for s in spans_of(p)]
    both = sum(s in a for s in b)
    P = both / max(1, len(b))
    R = both / max(1, len(a))
    return P, R, 2 * both / max(1, len(a) + len(b))


# %% right: numbers of entities for each word, in NumPy
def entity_f1(targets, predictions):
    counts = np.zeros(3)
    for wanted, got in zip(targets, predictions):
        if len(wanted) != len(got):
            raise ValueError(f"{len(got)} tags for {len(wanted)} words")
        sets = []
        for tags in (wanted, got):
            groups, before = [], "O"
            for i, tag in enumerate(tags):
                if tag != "O":
                    fresh = tag[0] == "B" or before[1:] != tag[1:]
                    if fresh:
                        groups.append([])
                    groups[-1].append((i, tag[2:]))
                before = tag
            sets.append({tuple(g) for g in groups})
        counts += [len(sets[0] & sets[1]), len(sets[1]), len(sets[0])]
    right, named, true = counts
    P, R = (right / n if n > 0 else 0.0 for n in (named, true))
    F1 = 0.0 if P + R == 0 else 2 / (1 / P + 1 / R) if right else 0.0
    return float(P), float(R), float(F1)


# %% wrong: accuracy of the tags  says: this is the share of right *tags*; whole entities are counted, and O is none.
def entity_f1(targets, predictions):
    for wanted, got in zip(targets, predictions):
        if len(wanted) != len(got):
            raise ValueError(f"{len(wanted)} {len(got)}")
    pairs = [(a, b) for w, g in zip(targets, predictions) for a, b in zip(w, g)]
    a = sum(x == y for x, y in pairs) / len(pairs)
    return a, a, a


# %% wrong: F1 of the tags  says: this counts single *words* that are tagged right; an entity counts once, and only as a whole.
def entity_f1(targets, predictions):
    for wanted, got in zip(targets, predictions):
        if len(wanted) != len(got):
            raise ValueError(f"{len(wanted)} {len(got)}")
    pairs = [(a, b) for w, g in zip(targets, predictions) for a, b in zip(w, g)]
    right = sum(x == y != 'O' for x, y in pairs)
    n, t = sum(y != 'O' for _, y in pairs), sum(x != 'O' for x, _ in pairs)
    return right / n if n else 0.0, right / t if t else 0.0, 2 * right / (n + t) if n + t else 0.0


# %% wrong: broken tags dropped  says: a broken I-X *begins* an entity here; yours drops it.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag[0] == "B" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: any I- goes on  says: I-Y does not go on with an entity of kind X: it ends it, and begins one of kind Y.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag[0] != "I":
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: any I- goes on with the kind of its last word  says: I-Y does not go on with an entity of kind X: it ends it, and begins one of kind Y.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag[0] != "I":
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
            elif kind is not None:
                kind = tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: B- of the same kind goes on  says: B-X begins a new entity even where one of the same kind stands right before it.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag[2:] != kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: each broken tag alone  says: a broken I-X begins an entity, and further I-X go on with it; they are not an entity each.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
                if tag[0] == 'I':
                    found.add((i, i + 1, kind))
                    kind = None
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: entity at the end lost  says: an entity may reach the last word of a text: it has to be closed there, too.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate(tags):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: kind ignored  says: the kind has to be right, too, not only first and last word.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: last word ignored  says: the last word of an entity has to be right, too.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: first word ignored  says: the first word of an entity has to be right, too.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: kinds alone  says: an entity is right at its *place* only: compare (start, stop, kind), not the kinds.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += sum((Counter(k for *_, k in there) & Counter(k for *_, k in found)).values())
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: overlap is enough  says: a part of an entity is nothing: first and last word have to be right.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += sum(any(a < d and c < b and k == m for c, d, m in there) for a, b, k in found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: all texts in one set  says: entities of different texts are different, even at the same places: count each text by itself.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    there, found = set(), set()
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there |= entities(wanted)
        found |= entities(got)
    right, named, true = len(there & found), len(found), len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: mean over the texts  says: add up the counts of all texts first, then divide; this is the mean of each text's scores.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    scores = []
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right, named, true = len(there & found), len(found), len(there)
        p, r = right / named if named else 0.0, right / true if true else 0.0
        scores.append((p, r, 2 * p * r / (p + r) if right else 0.0))
    return tuple(sum(c) / len(scores) for c in zip(*scores))
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: mean over the kinds  says: all kinds are counted together (micro); this is the mean over the kinds (macro).
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    A, B = [], []
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        A += [(len(A), id(wanted), *e) for e in there]
        B += [(id(wanted), *e) for e in found]
    A = [e[1:] for e in A]
    rows = []
    for k in sorted({e[3] for e in A + B}):
        a, b = {e for e in A if e[3] == k}, {e for e in B if e[3] == k}
        h = len(a & b)
        rows.append((h / len(b) if b else 0.0, h / len(a) if a else 0.0, 2 * h / (len(a) + len(b))))
    return tuple(sum(c) / len(rows) for c in zip(*rows)) if rows else (0.0, 0.0, 0.0)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: O is a kind  says: runs of O are no entities.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != ("I-" + kind if kind != "O" else "O"):
                found.add((start, i, kind))
                kind = None
            if kind is None:
                start, kind = i, tag[2:] or 'O'
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: precision and recall exchanged  says: precision and recall are exchanged: precision divides by what was *named*.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return recall, precision, f1


# %% wrong: arithmetic mean  says: F1 is the harmonic mean, 2 P R / (P + R), not (P + R) / 2.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = (precision + recall) / 2 if right else 0.0
    return precision, recall, f1


# %% wrong: geometric mean  says: F1 is the harmonic mean, 2 P R / (P + R), not √(P R).
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = (precision * recall) ** 0.5 if right else 0.0
    return precision, recall, f1


# %% wrong: factor 2 forgotten  says: 2 P R / (P + R): the 2 is missing.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: nothing found counts as right  says: 0 / 0 is 0 here, not 1.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1


# %% wrong: division by zero  says: stopped with ZeroDivisionError
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: percent  says: between 0 and 1, not in per cent.
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected {len(wanted)} tags, got {len(got)}")
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return 100 * precision, 100 * recall, 100 * f1


# %% wrong: lengths not checked  says: the contract asks for a ValueError
def entity_f1(targets, predictions):
    def entities(tags):
        found, start, kind = set(), 0, None
        for i, tag in enumerate([*tags, "O"]):
            if kind is not None and tag != "I-" + kind:
                found.add((start, i, kind))
                kind = None
            if tag != "O" and kind is None:
                start, kind = i, tag[2:]
        return found

    right = named = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        there, found = entities(wanted), entities(got)
        right += len(there & found)
        named += len(found)
        true += len(there)
    precision = right / named if named else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


# %% wrong: all texts joined into one  says: no entity reaches into the next text
def entity_f1(targets, predictions):
    t=[x for s in targets for x in s]; p=[x for s in predictions for x in s]
    if len(t)!=len(p): raise ValueError(f"{len(t)} {len(p)}")
    def ent(tags):
        out=set(); start=None; kind=None
        for i,t in enumerate([*tags,"O"]):
            if kind is not None and t!="I-"+kind:
                out.add((start,i,kind)); kind=None
            if t!="O" and kind is None: start,kind=i,t[2:]
        return out
    a,b=ent(t),ent(p); r=len(a&b)
    P=r/len(b) if b else 0.0; R=r/len(a) if a else 0.0
    return P,R,2*P*R/(P+R) if P+R else 0.0
