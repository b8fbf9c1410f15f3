# %% right: places
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
        labels[b, len(row) - 1 :] = -100  # by place, since `end` is a real token, too
    return inputs, labels


# %% right: labels written, not erased
def supervised_rows(prompts, answers, end):
    T = max(len(p) + len(a) for p, a in zip(prompts, answers))
    inputs = np.full((len(prompts), T), end)
    labels = np.full((len(prompts), T), -100)
    for b, (p, a) in enumerate(zip(prompts, answers)):
        inputs[b, : len(p) + len(a)] = p + a
        labels[b, len(p) - 1 : len(p) + len(a)] = a + [end]
    return inputs, labels


# %% right: masked before the shift
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    learnt = np.full_like(padded, -100)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
        learnt[b, len(prompts[b]) : len(row)] = row[len(prompts[b]) :]
    return padded[:, :-1], learnt[:, 1:]


# %% wrong: as it was  says: neither the first token of an answer nor its `end` is learnt: look at both bugs.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, prompt in enumerate(prompts):
        labels[b, : len(prompt)] = -100  # what is given
    labels[labels == end] = -100  # what fills the row
    return inputs, labels


# %% wrong: only the prompt's border mended  says: the `end` of the answer is still not learnt: it looks like padding, but its place tells.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
    labels[labels == end] = -100
    return inputs, labels



# %% wrong: only the padding mended  says: the first token of the answer is still not learnt: the prompt's last place predicts it.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt)] = -100  # place t is about token t + 1
        labels[b, len(row) - 1 :] = -100  # by place, since `end` is a real token, too
    return inputs, labels



# %% wrong: padding is learnt  says: what fills the row is learnt now; only the first `end` after the answer is.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
    return inputs, labels



# %% wrong: one `end` too many  says: one `end` of the padding is learnt: the row's last label stands at place n − 2.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
        labels[b, len(row) :] = -100  # by place, since `end` is a real token, too
    return inputs, labels



# %% wrong: `end` cut off by place  says: the `end` of the answer is still not learnt: it looks like padding, but its place tells.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
        labels[b, len(row) - 2 :] = -100  # by place, since `end` is a real token, too
    return inputs, labels



# %% wrong: the prompt's border moved too far  says: the last token of the prompt is learnt now; the border is one place further to the right.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : max(len(prompt) - 2, 0)] = -100  # place t is about token t + 1
        labels[b, len(row) - 1 :] = -100  # by place, since `end` is a real token, too
    return inputs, labels



# %% wrong: the border moved the wrong way  says: two tokens of the answer are missing: the border moved the wrong way.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) + 1] = -100  # place t is about token t + 1
        labels[b, len(row) - 1 :] = -100  # by place, since `end` is a real token, too
    return inputs, labels



# %% wrong: the border the wrong way, `end` as it was  says: the border moved the wrong way, so that two tokens of the answer are missing; and its `end` is still not learnt.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) + 1] = -100  # place t is about token t + 1
    labels[labels == end] = -100
    return inputs, labels



# %% wrong: the border too far, `end` as it was  says: the last token of the prompt is learnt now: the border is one place further to the right. And the `end` of the answer is still not learnt.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : max(len(prompt) - 2, 0)] = -100  # place t is about token t + 1
    labels[labels == end] = -100
    return inputs, labels



# %% wrong: the padding learnt, the border as it was  says: what fills the row is learnt now; only the first `end` after the answer is. And the answer's first token is still not learnt.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt)] = -100  # place t is about token t + 1
    return inputs, labels



# %% wrong: the padding learnt, the border the wrong way  says: what fills the row is learnt now; and the border moved the wrong way.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) + 1] = -100  # place t is about token t + 1
    return inputs, labels



# %% wrong: the padding learnt, the border too far  says: what fills the row is learnt now; and the last token of the prompt is, too.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : max(len(prompt) - 2, 0)] = -100  # place t is about token t + 1
    return inputs, labels



# %% wrong: masked where the input is `end`  says: an `end` in a prompt is no padding: go by places.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
    labels[inputs == end] = -100
    return inputs, labels



# %% wrong: nothing masked in the prompt  says: the prompt is learnt, too.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, len(row) - 1 :] = -100  # by place, since `end` is a real token, too
    return inputs, labels



# %% wrong: labels not shifted  says: labels[b, t] is the token *after* inputs[b, t]; now they are the same.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, :-1].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt)] = -100  # place t is about token t + 1
        labels[b, len(row) :] = -100  # by place, since `end` is a real token, too
    return inputs, labels



# %% wrong: the real `end` masked, the padding not  says: the padding is learnt, and the real `end` is not: it is the other way round.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), end)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
        labels[b, len(row) - 2] = -100
    return inputs, labels



# %% wrong: padding with 0  says: inputs are filled with `end`.
def supervised_rows(prompts, answers, end):
    rows = [prompt + answer + [end] for prompt, answer in zip(prompts, answers)]
    padded = np.full((len(rows), max(map(len, rows))), 0)
    for b, row in enumerate(rows):
        padded[b, : len(row)] = row
    inputs, labels = padded[:, :-1].copy(), padded[:, 1:].copy()
    for b, (prompt, row) in enumerate(zip(prompts, rows)):
        labels[b, : len(prompt) - 1] = -100  # place t is about token t + 1
        labels[b, len(row) - 1 :] = -100  # by place, since `end` is a real token, too
    return inputs, labels

