# %% right: NumPy rows
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% right: lists
def collate(chats, pad):
    inputs, labels = [], []
    longest = max(len(ids) for ids, _ in chats)
    for ids, mask in chats:
        if len(mask) != len(ids):
            raise ValueError(f"{len(ids)} tokens, {len(mask)} marks")
        row = [int(i) for i in ids]
        learnt = [i if m else -100 for i, m in zip(row, mask)]
        gap = longest - len(row)
        inputs.append(row[:-1] + [pad] * gap)
        labels.append(learnt[1:] + [-100] * gap)
    return np.array(inputs, dtype=np.int64), np.array(labels, dtype=np.int64)


# %% right: torch
def collate(chats, pad):
    for ids, mask in chats:
        if ids.shape != mask.shape:
            raise ValueError(f"{ids.shape[0]} and {mask.shape[0]}")
    from torch.nn.utils.rnn import pad_sequence
    x = pad_sequence([torch.as_tensor(i[:-1]) for i, _ in chats], True, pad)
    y = [torch.as_tensor(i[1:]).masked_fill(torch.as_tensor(m[1:] == 0), -100) for i, m in chats]
    y = pad_sequence(y, batch_first=True, padding_value=-100)
    return x.numpy(), y.numpy()


# %% wrong: labels are the inputs  says: labels[b, t] is the token *after* inputs[b, t]: shift by one.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[:-1] == 1, ids[:-1], -100)
    return inputs, labels


# %% wrong: shifted twice  says: the labels are two places ahead of the inputs; shift once.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, : n - 1] = np.where(is_answer[2:] == 1, ids[2:], -100)
    return inputs, labels


# %% wrong: shifted backwards  says: the labels are what came *before*; a model predicts what comes next.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, 1:n] = np.where(is_answer[: n - 1] == 1, ids[: n - 1], -100)
    return inputs, labels


# %% wrong: the mask is not shifted  says: the mask must be shifted together with the ids: the label at place t is ids[t + 1], and is_answer[t + 1] says whether it is learnt.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[:-1] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: trained on the prompt  says: the mask was not used: labels of what is given are −100.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = ids[1:]
    return inputs, labels


# %% wrong: trained on prompts only  says: the mask is the wrong way round: 1 marks what is learnt.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 0, ids[1:], -100)
    return inputs, labels


# %% wrong: trained on padding  says: padding is not to be learnt: its labels are −100.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), pad)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: no loss marked with 0  says: a label that carries no loss is −100; 0 is a token.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), 0)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], 0)
    return inputs, labels


# %% wrong: no loss marked with −1  says: a label that carries no loss is −100; torch does not know −1.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -1)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -1)
    return inputs, labels


# %% wrong: the pad id decides  says: `pad` may be a token of the chats: the mask says what is learnt, not the id.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    labels[labels == pad] = -100
    return inputs, labels


# %% wrong: padded on the left  says: pad on the *right*.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, T - n :] = ids[:-1]
        labels[b, T - n :] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: inputs on the right, labels on the left  says: pad on the *right*.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, T - n :] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: cut to the shortest  says: the rows are as long as the *longest* chat needs; nothing is cut off.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = min(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = T
        inputs[b, :n] = ids[:n]
        labels[b, :n] = np.where(is_answer[1 : n + 1] == 1, ids[1 : n + 1], -100)
    return inputs, labels


# %% wrong: one place too many  says: a row has one place less than its chat has tokens: after the last token there is nothing to predict.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats)
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids)
        inputs[b, :n] = ids
        labels[b, :n] = np.append(np.where(is_answer[1:] == 1, ids[1:], -100), -100)
    return inputs, labels


# %% wrong: one place too many, filled up  says: a row has one place less than its chat has tokens: after the last token there is nothing to predict.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats)
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: <end> is not learnt  says: the last token of an answer is learnt, too: it makes the model stop.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    for b, (ids, _) in enumerate(chats):
        labels[b, len(ids) - 2] = -100
    return inputs, labels


# %% wrong: the prompt is hidden from the model  says: the model reads the whole chat; only the labels are masked.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = np.where(is_answer[:-1] == 1, ids[:-1], pad)
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: padded first, shifted afterwards  says: a chat's last token is no input, in a short chat either: its place is filled with `pad`.
def collate(chats, pad):
    if any(len(i) != len(m) for i, m in chats):
        i, m = next((i, m) for i, m in chats if len(i) != len(m))
        raise ValueError(f"{len(i)} != {len(m)}")
    width = max(len(i) for i, _ in chats)
    ids = np.stack([np.pad(i, (0, width - len(i)), constant_values=pad) for i, _ in chats])
    learn = np.stack([np.pad(m, (0, width - len(m))) for _, m in chats]).astype(bool)
    labels = ids.copy()
    labels[~learn] = -100
    return ids[:, :-1].copy(), labels[:, 1:].copy()


# %% wrong: inputs filled with −100  says: inputs are filled with `pad`; −100 is no token, so it is for the labels alone.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), -100)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: inputs filled with 0  says: inputs are filled with `pad`, whatever it is.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), 0)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: sorted by length  says: the chats keep their order.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    chats = sorted(chats, key=lambda chat: len(chat[0]))
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: only the first answer  says: every answer is learnt, not only the first one.
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    for row in labels:
        learnt = np.flatnonzero(row != -100)
        gap = np.flatnonzero(np.diff(learnt) > 1)
        if len(gap):
            row[learnt[gap[0]] + 1 :] = -100
    return inputs, labels


# %% wrong: floats  says: expected integers
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs.astype(float), labels.astype(float)


# %% wrong: labels first  says: return inputs, labels
def collate(chats, pad):
    for ids, is_answer in chats:
        if len(ids) != len(is_answer):
            raise ValueError(f"expected a mask for {len(ids)} tokens, got one for {len(is_answer)}")
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return labels, inputs


# %% wrong: lengths not compared  says: it should name 9 and 6
def collate(chats, pad):
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels


# %% wrong: the shorter length taken  says: accepted bad input
def collate(chats, pad):
    for ids, is_answer in chats:
        pass
    chats = [(i[: len(m)], m[: len(i)]) for i, m in chats]
    T = max(len(ids) for ids, _ in chats) - 1
    inputs = np.full((len(chats), T), pad)
    labels = np.full((len(chats), T), -100)
    for b, (ids, is_answer) in enumerate(chats):
        n = len(ids) - 1
        inputs[b, :n] = ids[:-1]
        labels[b, :n] = np.where(is_answer[1:] == 1, ids[1:], -100)
    return inputs, labels
