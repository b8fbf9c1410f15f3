# %% right: lists of places
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% right: room left, then arrays
def pack_chats(chats, length, pad):
    left, where = [], []
    for ids, _ in chats:
        n = len(ids)
        if n > length:
            raise ValueError(f"{n} tokens do not fit into {length}")
        row = next((r for r, room in enumerate(left) if room >= n), None)
        if row is None:
            row = len(left)
            left.append(length)
        where.append((row, length - left[row]))
        left[row] -= n
    inputs = np.full((len(left), length), pad)
    labels = np.full((len(left), length), -100)
    chat = np.full((len(left), length), -1)
    for k, (row, start) in enumerate(where):
        ids, mask = chats[k]
        inputs[row, start : start + len(ids)] = ids
        chat[row, start : start + len(ids)] = k
        labels[row, start : start + len(ids) - 1] = np.where(mask[1:] == 1, ids[1:], -100)
    return inputs, labels, chat


# %% right: labels from the chat numbers
def pack_chats(chats, length, pad):
    rows = []
    for k, (ids, mask) in enumerate(chats):
        if len(ids) > length:
            raise ValueError("%d > %d" % (len(ids), length))
        for r in range(len(rows) + 1):
            if r == len(rows):
                rows.append(([], [], []))
            tokens, learnt, owner = rows[r]
            if len(tokens) + len(ids) <= length:
                tokens.extend(ids.tolist())
                learnt.extend(mask.tolist())
                owner.extend([k] * len(ids))
                break
    R = len(rows)
    inputs, labels, chat = np.full((R, length), pad), np.full((R, length), -100), np.full((R, length), -1)
    learn = np.zeros((R, length), dtype=int)
    for r, (tokens, learnt, owner) in enumerate(rows):
        inputs[r, : len(tokens)], learn[r, : len(tokens)], chat[r, : len(tokens)] = tokens, learnt, owner
    same = (chat[:, 1:] == chat[:, :-1]) & (chat[:, 1:] >= 0) & (learn[:, 1:] == 1)
    labels[:, :-1] = np.where(same, inputs[:, 1:], -100)
    return inputs, labels, chat


# %% wrong: only the last row is looked at  says: each chat goes into the first row with room for it; this looks only at the latest row.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows[-1:]:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: the last row with room  says: each chat goes into the *first* row with room for it, not into the last.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows[::-1]:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: best fit  says: each chat goes into the *first* row with room, not into the fullest one.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in sorted(rows, key=len, reverse=True):
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: emptiest row  says: each chat goes into the *first* row with room, not into the emptiest one.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in sorted(rows, key=len):
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: longest chats first  says: the chats are placed in the order in which they come; this places long ones first.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in sorted(enumerate(chats), key=lambda pair: -len(pair[1][0])):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: one chat a row  says: a row holds as many chats as fit.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= 0:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: a row is never filled exactly  says: a chat that fills its row exactly still fits.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) < length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: a place left between chats  says: the chats stand next to each other, without a gap.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + 1 + len(places) <= length:
                row += [(pad, -100, -1)] + places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: chats cut at the row's end  says: no chat is cut: one that does not fit goes into another row.
def pack_chats(chats, length, pad):
    stream = []
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        stream += [(i, label, number) for i, label in zip(ids, labels)]
    stream += [(pad, -100, -1)] * (-len(stream) % length)
    filled = np.array(stream).reshape(-1, length, 3)
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: labels reach over the border  says: a chat's last token has no label: the next chat is not its continuation.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    for row in rows:
        for t in range(len(row) - 1):
            if row[t][2] != row[t + 1][2] and chats[row[t + 1][2]][1][0]:
                row[t] = (row[t][0], row[t + 1][0], row[t][2])
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: labels are the inputs  says: the labels are the inputs: each label must be the *next* token.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids, is_answer)]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: shifted twice  says: the labels are two places ahead; shift once.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[2:], is_answer[2:])] + [-100] * min(2, len(ids))
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: the mask is not shifted  says: the mask is shifted together with the ids: is_answer[t + 1] says whether ids[t + 1] is learnt.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[:-1])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: the mask is not used  says: what is given carries no loss: its labels are −100.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: the filling is learnt  says: the filling carries no loss: its labels are −100.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, pad, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: no loss marked with 0  says: a label without loss is −100; 0 is a token.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else 0 for i, m in zip(ids[1:], is_answer[1:])] + [0]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, 0, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: filled with 0  says: inputs are filled with `pad`, whatever it is.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(0, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: the filling belongs to the last chat  says: the filling belongs to no chat: its number is −1.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, row[-1][2])] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: the filling belongs to chat 0  says: the filling belongs to no chat: its number is −1.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, 0)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: chats counted from 1  says: chats are counted from 0.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats, 1):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: chats counted in each row  says: the numbers are those of the list, and do not begin anew in each row.
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    for row in rows:
        order = list(dict.fromkeys(k for _, _, k in row))
        row[:] = [(i, label, order.index(k)) for i, label, k in row]
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: too long a chat left out  says: accepted bad input
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            continue
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: too long a chat cut  says: accepted bad input
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            ids, is_answer = ids[:length], is_answer[:length]
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: message without the numbers  says: it should name 5 and 4
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"a chat is too long")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1], filled[:, :, 2]


# %% wrong: two arrays  says: expected a tuple (inputs, labels, chat)
def pack_chats(chats, length, pad):
    rows = []  # each a list of (token, label, number of its chat)
    for number, (ids, is_answer) in enumerate(chats):
        if len(ids) > length:
            raise ValueError(f"expected chats of at most {length} tokens, got one of {len(ids)}")
        labels = [i if m else -100 for i, m in zip(ids[1:], is_answer[1:])] + [-100]
        places = [(i, label, number) for i, label in zip(ids, labels)]
        for row in rows:
            if len(row) + len(places) <= length:
                row += places
                break
        else:
            rows.append(places)
    filled = np.array([row + [(pad, -100, -1)] * (length - len(row)) for row in rows])
    return filled[:, :, 0], filled[:, :, 1]
