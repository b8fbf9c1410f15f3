# %% right: lengths and gather
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.gather(1, lengths[:, None] - 1)[:, 0]


# %% right: loop
def last_token_scores(values, ids, pad):
    out = []
    for v, row in zip(values, ids.tolist()):
        n = len(row)
        while n > 0 and row[n - 1] == pad:
            n -= 1
        if n == 0:
            raise ValueError("an empty text")
        out.append(v[n - 1])
    return torch.stack(out)


# %% right: largest real position, fancy index
def last_token_scores(values, ids, pad):
    place = torch.arange(ids.shape[1]).expand_as(ids)
    last = torch.where(ids != pad, place, -1).max(dim=1).values
    if last.min() < 0:
        raise ValueError(f"row {int(last.argmin())} is empty")
    return values[torch.arange(len(ids)), last]


# %% right: mask of the last token
def last_token_scores(values, ids, pad):
    real = ids.ne(pad)
    if not bool(real[:, 0].all()):
        raise ValueError("a row begins with padding")
    following = F.pad(real[:, 1:], (0, 1), value=False)
    return (values * (real & ~following)).sum(dim=1)


# %% right: first pad, with one more column
def last_token_scores(values, ids, pad):
    with_end = F.pad(ids, (0, 1), value=pad)
    first_pad = (with_end == pad).int().argmax(dim=1)
    if bool((first_pad == 0).any()):
        raise ValueError("nothing but padding")
    return torch.take_along_dim(values, first_pad[:, None] - 1, dim=1).squeeze(1)


# %% wrong: last column  says: this is the last *column*, which is padding for the shorter texts.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values[:, -1]


# %% wrong: first column  says: this is the first token; the reward is read where all of the text has been seen.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values[:, 0]


# %% wrong: one too far  says: this is the first pad token, one too far: positions start at 0.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.gather(1, lengths[:, None].clamp(max=ids.shape[1] - 1))[:, 0]


# %% wrong: one too early  says: this is the token before the last one.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.gather(1, (lengths[:, None] - 2).clamp(min=0))[:, 0]


# %% wrong: longest text for all  says: each text has a length of its own; here the longest one decides for all.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values[:, lengths.max() - 1]


# %% wrong: shortest text for all  says: each text has a length of its own; here the shortest one decides for all.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values[:, lengths.min() - 1]


# %% wrong: mean over the text  says: the number at *one* token is asked, not the mean over the text.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return (values * (ids != pad)).sum(1) / lengths


# %% wrong: mean over all columns  says: padding counts here, and a mean is not asked: the number at the last token is.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.mean(dim=1)


# %% wrong: sum over the text  says: the number at one token is asked, not the sum over the text.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return (values * (ids != pad)).sum(1)


# %% wrong: highest over the text  says: the number at the last token is asked, not the highest one.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.where(ids != pad, -math.inf).max(dim=1).values


# %% wrong: pad taken to be 0  says: the pad id is the argument `pad`, not always 0.
def last_token_scores(values, ids, pad):
    lengths = (ids != 0).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.gather(1, lengths[:, None] - 1)[:, 0]


# %% wrong: all of them from row 0  says: each row has its own values; here all come from the first one.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values[0][lengths - 1]


# %% wrong: left padding assumed  says: padding stands on the right; for left padding the last column would be right, and this counts from the wrong end.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.flip(1).gather(1, lengths[:, None] - 1)[:, 0]


# %% wrong: detached  says: no gradient arrives at the values: something was detached, or taken out of torch.
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.detach().gather(1, lengths[:, None] - 1)[:, 0]


# %% wrong: a column is left  says: has shape
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values.gather(1, lengths[:, None] - 1)


# %% wrong: all pairs of rows  says: has shape
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    if (lengths == 0).any():
        raise ValueError("expected a text in every row, got one that is all padding")
    return values[:, lengths - 1]


# %% wrong: empty text accepted  says: accepted bad input
def last_token_scores(values, ids, pad):
    lengths = (ids != pad).sum(dim=1)
    return values.gather(1, (lengths[:, None] - 1).clamp(min=0))[:, 0]
