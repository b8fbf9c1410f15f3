# %% right: walk over the sorted spans
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% right: token by token
def corrupt(ids, spans, sentinel):
    owner = [-1] * len(ids)
    spans = sorted(spans, key=lambda span: span[0])
    for k, (start, stop) in enumerate(spans):
        if start < 0 or stop <= start or stop > len(ids):
            raise ValueError(f"bad span ({start}, {stop})")
        for place in range(start, stop):
            if owner[place] != -1:
                raise ValueError("overlap")
            owner[place] = k
    source, target, last = [], [], -1
    for token, k in zip(ids.tolist(), owner):
        if k < 0:
            source.append(token)
        else:
            if k != last:
                source.append(sentinel + k)
                target.append(sentinel + k)
                last = k
            target.append(token)
    target.append(sentinel + len(spans))
    return np.array(source, dtype=np.int64), np.array(target, dtype=np.int64)


# %% right: concatenated pieces
def corrupt(ids, spans, sentinel):
    N = ids.shape[0]
    for s, e in spans:
        if e <= s or s < 0 or e > N:
            raise ValueError(f"start {s}, stop {e}, text of {N}")
    taken = np.concatenate([np.arange(s, e) for s, e in spans]) if spans else np.zeros(0, dtype=int)
    if len(np.unique(taken)) < len(taken):
        raise ValueError("spans overlap")
    source, target, at = [], [], 0
    for k, (s, e) in enumerate(sorted(spans)):
        mark = np.array([sentinel + k])
        source.extend([ids[at:s], mark])
        target.extend([mark, ids[s:e]])
        at = e
    return np.concatenate([*source, ids[at:]]), np.concatenate([*target, [sentinel + len(spans)]])


# %% right: from the right, by deleting
def corrupt(ids, spans, sentinel):
    order = sorted(spans)
    for start, stop in order:
        if stop - start < 1 or start < 0 or stop > len(ids):
            raise ValueError(f"span {start} {stop}")
    for (_, a), (b, _) in zip(order, order[1:]):
        if a > b:
            raise ValueError("they overlap")
    source, target = ids.tolist(), [sentinel + len(order)]
    for k in reversed(range(len(order))):
        start, stop = order[k]
        target = [sentinel + k, *source[start:stop], *target]
        source[start:stop] = [sentinel + k]
    return np.array(source), np.array(target)


# %% wrong: sentinels count down  says: the sentinels count *up*: sentinel, sentinel + 1, sentinel + 2, …
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel -= 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: one sentinel for all  says: each span has a sentinel of its own: the next one is larger by 1.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: no closing sentinel  says: the target ends with one more sentinel.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    return np.array(source), np.array(target)


# %% wrong: last sentinel repeated at the end  says: the closing sentinel is a new one: the id that comes next.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel - 1] if spans else [sentinel]
    return np.array(source), np.array(target)


# %% wrong: spans in the order given  says: sentinels are numbered from left to right in the text, whatever the order of the list: sort the spans.
def corrupt(ids, spans, sentinel):
    mark = {}
    for k, (start, stop) in enumerate(spans):
        if stop <= start or start < 0 or stop > len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start}, {stop}")
        mark[start] = sentinel + k
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if start < end:
            raise ValueError("overlap")
        source += [*ids[end:start], mark[start]]
        end = stop
    for start, stop in spans:
        target += [mark[start], *ids[start:stop]]
    return np.array([*source, *ids[end:]]), np.array([*target, sentinel + len(spans)])


# %% wrong: numbered from the right  says: the first span from the *left* has the first sentinel.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    first, sentinel = sentinel, sentinel + len(spans) - 1
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel -= 1
    source += [*ids[end:]]
    target += [first + len(spans)]
    return np.array(source), np.array(target)


# %% wrong: a sentinel for each token  says: one sentinel takes the place of a whole span, not one for each of its tokens.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], *[sentinel] * (stop - start)]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: spans deleted without a trace  says: in the source each span leaves its sentinel behind.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start]]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: spans left in the source  says: what is taken out must not stand in the source any more.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel, *ids[start:stop]]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: target without sentinels  says: in the target each span begins with its sentinel.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [*ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: sentinel behind its span  says: in the target the sentinel stands *before* the tokens of its span.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [*ids[start:stop], sentinel]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: target is the whole text  says: the target lists only what was taken out, not the whole text: that is how T5 saves time.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target = [*ids]
    return np.array(source), np.array(target)


# %% wrong: target complements the source  says: the target has the tokens that were taken out; what stands in the source is not repeated.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        target += [*ids[end:start]]
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: stop taken for a length  says: a span is (start, stop), not (start, length).
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start : start + stop]]
        end = start + stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: one token too many  says: a span ends at stop − 1: the token at `stop` stays.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end - 1:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start : stop + 1]]
        end = stop + 1
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: one token too few  says: a span ends at stop − 1, and this token belongs to it.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start : stop - 1]]
        end = stop - 1
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: the rest of the text forgotten  says: what follows the last span belongs to the source too.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: touching spans merged  says: two spans that touch have a sentinel each.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    joined = []
    for start, stop in sorted(spans):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    for start, stop in joined:
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: touching spans refused  says: stopped with
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start <= end and target:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: closed in the source too  says: the closing sentinel belongs to the target alone.
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:], sentinel]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: source and target exchanged  says: what belongs here stands where
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(target), np.array(source)


# %% wrong: lists returned  says: turns it into an array
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return source, target


# %% wrong: overlap accepted  says: the contract asks for a ValueError
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: empty spans accepted  says: the contract asks for a ValueError
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start <= stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: spans beyond the end cut  says: the contract asks for a ValueError
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        if not 0 <= start < stop:
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)


# %% wrong: negative starts count from the end  says: the contract asks for a ValueError
def corrupt(ids, spans, sentinel):
    source, target, end = [], [], 0
    for start, stop in sorted(spans):
        start, stop = start % len(ids), (stop - 1) % len(ids) + 1
        if not 0 <= start < stop <= len(ids):
            raise ValueError(f"expected a span within {len(ids)} tokens, got {start} to {stop}")
        if start < end:
            raise ValueError(f"expected spans that do not overlap, got one from {start} on")
        source += [*ids[end:start], sentinel]
        target += [sentinel, *ids[start:stop]]
        end = stop
        sentinel += 1
    source += [*ids[end:]]
    target += [sentinel]
    return np.array(source), np.array(target)
