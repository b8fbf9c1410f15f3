# %% right: arrays filled
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% right: lists and chunks
def pack(documents, length, end):
    if length <= 0:
        raise ValueError(f"length {length}")
    xs, ys, ss = [], [], []
    for n, d in enumerate(documents):
        for token in d:
            if token == end:
                raise ValueError(f"the mark {end} occurs in document {n}")
        xs += [end] + list(d)
        ys += list(d) + [end]
        ss += [n] * (len(d) + 1)
    while len(xs) % length:
        xs.append(end)
        ys.append(-100)
        ss.append(-1)
    return [np.array(a).reshape(-1, length) for a in (xs, ys, ss)]


# %% right: row by row
def pack(documents, length, end):
    if length < 1:
        raise ValueError("a row needs tokens, got %d" % length)
    if any(end in d for d in documents):
        raise ValueError("the mark %d is no ordinary token" % end)
    stream = [end]
    for d in documents:
        stream.extend(d)
        stream.append(end)
    rows_x, rows_y, rows_s, number = [], [], [], -1
    for start in range(0, len(stream) - 1, length):
        x, y, s = [], [], []
        for i in range(start, start + length):
            if i < len(stream) - 1:
                number += stream[i] == end
                x.append(stream[i])
                y.append(stream[i + 1])
                s.append(number)
            else:
                x.append(end)
                y.append(-100)
                s.append(-1)
        rows_x.append(x)
        rows_y.append(y)
        rows_s.append(s)
    return np.array(rows_x), np.array(rows_y), np.array(rows_s)


# %% right: cumulative sum of the marks
def pack(documents, length, end):
    if not length >= 1:
        raise ValueError(f"T = {length}")
    if end in np.concatenate([np.asarray(d) for d in documents]):
        raise ValueError(f"{end} stands inside a document")
    s = np.concatenate([np.array([end])] + [np.append(d, end) for d in documents])
    seg = np.cumsum(s == end) - 1
    fill = -(len(s) - 1) % length
    x = np.pad(s[:-1], (0, fill), constant_values=end).reshape(-1, length)
    y = np.pad(s[1:], (0, fill), constant_values=-100).reshape(-1, length)
    return x, y, np.pad(seg[:-1], (0, fill), constant_values=-1).reshape(-1, length)


# %% wrong: labels not shifted  says: the labels are the inputs: each label must be the *next* token.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[:-1], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: labels shifted twice  says: the labels are two places ahead; shift once.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[: N - 1], segments[:N] = stream[:-1], stream[2:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: labels shifted back  says: the labels are what came *before*; a model must predict what comes next.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[1:N], segments[:N] = stream[:-1], stream[: N - 1], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: labels shifted inside each row  says: the label of a row's last token is the first token of the next row; shift the stream, then cut.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    x = inputs.reshape(B, length)
    y = np.full((B, length), -100)
    y[:, :-1] = x[:, 1:]
    return x, y, segments.reshape(B, length)
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: labels rolled inside each row  says: the label of a row's last token is the first token of the next row; shift the stream, then cut.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    x = inputs.reshape(B, length)
    return x, np.roll(x, -1, axis=1), segments.reshape(B, length)
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: no mark at the beginning  says: the stream begins with a mark, which opens the first document.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(stream) - 1
    owner = owner[:N]
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: no marks between documents  says: a mark stands between any two documents.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"got {length}")
    stream, owner = [end], [0]
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"got {end}")
        stream += document
        owner += [number] * len(document)
    stream.append(end)
    N = len(owner)
    B = -(-N // length)
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: two marks between documents  says: one mark stands between two documents: it closes the one and opens the other.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"got {length}")
    stream, owner = [], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"got {end}")
        stream += [end, *document, end]
        owner += [number] * (len(document) + 2)
    N = len(stream) - 1
    owner = owner[:N]
    B = -(-N // length)
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: no mark at the end  says: the last document is closed by a mark as well: it is a label.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    stream, owner = stream[:-1], owner[:-1]
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: the rest dropped  says: nothing is dropped: the last row is filled up.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = N // length
    N = B * length
    stream, owner = stream[: N + 1], owner[:N]
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: one row too many  says: a row without a single label is not asked for.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = N // length + 1
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: padding counted  says: the filling must not be trained on: its labels are −100.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, end)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: labels padded with 0  says: the filling must not be trained on: its labels are −100.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, 0)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: labels padded with −1  says: the filling must not be trained on: its labels are −100.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -1)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: inputs padded with 0  says: the inputs are filled up with `end`.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, 0)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: inputs padded with −100  says: the inputs are filled up with `end`; −100 is no token, so it is for the labels alone.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, -100)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: all marks ignored  says: the marks are labels too: a model must learn where a document ends.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    labels[labels == end] = -100
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: first token of each document ignored  says: the first token of a document is the label of the mark before it; only the filling gets −100.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    labels[inputs == end] = -100
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: each document begins a row  says: the rows are cut from one stream: a document begins wherever the one before it ended.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"got {length}")
    X, Y, S = [], [], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"got {end}")
        x, y = [end, *document], [*document, end]
        fill = -len(x) % length
        X += x + [end] * fill
        Y += y + [-100] * fill
        S += [number] * len(x) + [-1] * fill
    return tuple(np.array(a).reshape(-1, length) for a in (X, Y, S))


# %% wrong: the mark belongs to the document before  says: a mark belongs to the document that it *opens*.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    segments = np.where((inputs == end) & (segments > 0), segments - 1, segments)
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: segments of the labels  says: segments[b, t] belongs to inputs[b, t], not to the label.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    segments[: N - 1] = owner[1:]
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: segments counted from 1  says: documents are counted from 0.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    segments[:N] += 1
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: segments begin anew in each row  says: the numbers count the documents of the whole stream, not of a row.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    inputs, labels, segments = (a.reshape(B, length) for a in (inputs, labels, segments))
    segments = np.where(segments >= 0, segments - segments[:, :1], -1)
    return inputs, labels, segments


# %% wrong: filling belongs to the last document  says: the filling belongs to no document: its segment is −1.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, len(documents) - 1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: filling is a document of its own  says: the filling belongs to no document: its segment is −1.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, len(documents))
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: segment 0  says: the filling belongs to no document: its segment is −1.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, 0)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: rows overlap by one  says: each label occurs once: the next row goes on where this one stopped.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    stream, owner = stream, owner
    starts = range(0, len(owner), max(length - 1, 1))
    x, y, s = [], [], []
    for i in starts:
        a, b, c = stream[:-1][i : i + length], stream[1:][i : i + length], owner[i : i + length]
        k = length - len(a)
        x.append(a + [end] * k)
        y.append(b + [-100] * k)
        s.append(c + [-1] * k)
    return np.array(x), np.array(y), np.array(s)
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: rows of length + 1  says: a row has `length` inputs.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    length = length + 1
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: columns instead of rows  says: the stream runs along the rows.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(length, B).T for a in (inputs, labels, segments))


# %% wrong: two arrays only  says: expected a tuple (inputs, labels, segments)
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels))


# %% wrong: length 0 not refused  says: the contract asks for a ValueError
def pack(documents, length, end):
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: the mark inside a document not refused  says: accepted bad input
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: the documents changed  says: changed its input
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        document.append(end)
        stream += document
        owner += [number] * (len(document))  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[:N] = stream[:-1], stream[1:], owner
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))


# %% wrong: segments one place early  says: segments[b, t] belongs to inputs[b, t], not to the label.
def pack(documents, length, end):
    if length < 1:
        raise ValueError(f"expected rows of at least one token, got length {length}")
    stream, owner = [end], []
    for number, document in enumerate(documents):
        if end in document:
            raise ValueError(f"expected documents without the mark {end}, got one in {document}")
        stream += [*document, end]
        owner += [number] * (len(document) + 1)  # the mark before it, and its tokens
    N = len(owner)
    B = -(-N // length)  # rounded up
    inputs = np.full(B * length, end)
    labels = np.full(B * length, -100)
    segments = np.full(B * length, -1)
    inputs[:N], labels[:N], segments[: N - 1] = stream[:-1], stream[1:], owner[1:]
    return tuple(a.reshape(B, length) for a in (inputs, labels, segments))
