# %% right: a loop
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% right: cumulative sums
def mix_rows(chat_labels, text_labels, share):
    if share < 0 or share >= 1:
        raise ValueError(f"share {share}")
    c = np.concatenate(chat_labels)
    c = (c != -100).sum()
    t = np.cumsum([0] + [(row != -100).sum() for row in text_labels])
    reached = t / (t + c)
    if reached.max() < share:
        raise ValueError("too little text")
    n = np.argmax(reached >= share)
    return int(n), float(reached[n])


# %% right: while
def mix_rows(chat_labels, text_labels, share):
    def counting(rows):
        return sum(np.count_nonzero(row != -100) for row in rows)

    if not (share >= 0 and share < 1):
        raise ValueError(share)
    n, chats = 0, counting(chat_labels)
    while counting(text_labels[:n]) < share * (chats + counting(text_labels[:n])):
        n += 1
        if n > len(text_labels):
            raise ValueError("all rows are used")
    text = counting(text_labels[:n])
    return n, text / (chats + text)


# %% wrong: the share of rows  says: the share is one of tokens that carry loss, not of rows.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if n / (len(chat_labels) + n) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: all labels counted  says: labels of −100 carry no loss, so they do not count.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int(len(row)) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int(len(text_labels[n]))
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: all chat labels counted  says: labels of −100 carry no loss, so they do not count.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int(len(row)) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: all text labels counted  says: labels of −100 carry no loss, so they do not count.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int(len(text_labels[n]))
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: text over chats  says: the share is t / (c + t), of the whole batch, and not t / c.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / c >= share:
            return n, t / c
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: share of the chats  says: `share` is the text's part of the loss, not that of the chats.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= 1 - share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: one row too few  says: the share must be *reached*: this stops before it is.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return max(n - 1, 0), t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: at least one row  says: for a share of 0 no text is needed.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if n and t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: more than the share  says: a share that is reached exactly is enough: at least, and not more than.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) > share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: one row too many  says: the smallest n that reaches the share is wanted: this takes a row more.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n + 1, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: the wanted share returned  says: `reached` is the share that the n rows come to, not the one that was wanted.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, share
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: tokens returned  says: n counts rows, not tokens.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return t, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: all rows taken as long as the mean  says: the rows differ: count the labels of the rows that are really taken, and do not calculate with their mean.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"share {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    each = np.mean([(row != -100).sum() for row in text_labels])
    n = math.ceil(share / (1 - share) * c / each - 1e-9)
    if n > len(text_labels):
        raise ValueError("too little text")
    return n, n * each / (c + n * each)


# %% wrong: long rows first  says: the *first* n text rows are taken, in their order.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t, text_labels = 0, sorted(text_labels, key=len, reverse=True)
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: short rows first  says: the *first* n text rows are taken, in their order.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t, text_labels = 0, sorted(text_labels, key=len)
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: the nearest n  says: the share must be *reached*: this stops before it is.
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"share {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = np.cumsum([0] + [(row != -100).sum() for row in text_labels])
    reached = t / (c + t)
    if reached[-1] < share:
        raise ValueError("too little text")
    n = int(np.argmin(np.abs(reached - share)))
    return n, reached[n]


# %% wrong: reached first  says: return n, reached
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return t / (c + t), n
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: any share accepted  says: accepted bad input
def mix_rows(chat_labels, text_labels, share):
    if share >= 1:
        raise ValueError(f'got {share}')
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")


# %% wrong: too little text accepted  says: accepted bad input
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n, t / (c + t)
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    return len(text_labels), t / (c + t)


# %% wrong: returned alone  says: expected a tuple (n, reached)
def mix_rows(chat_labels, text_labels, share):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 up and below 1, got {share}")
    c = sum(int((row != -100).sum()) for row in chat_labels)
    t = 0
    for n in range(len(text_labels) + 1):
        if t / (c + t) >= share:
            return n
        if n < len(text_labels):
            t += int((text_labels[n] != -100).sum())
    raise ValueError(f"expected text enough for a share of {share}, got {t} labels beside {c}")
