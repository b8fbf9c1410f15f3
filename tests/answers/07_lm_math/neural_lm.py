# %% right: whole arrays
def neural_lm(contexts, C, H, d, W, U, b):
    B, length = contexts.shape
    V, m = C.shape
    if contexts.min() < 0 or contexts.max() >= V:
        bad = contexts[(contexts < 0) | (contexts >= V)]
        raise ValueError(f"expected words from 0 to {V - 1}, got {bad}")
    if length * m != H.shape[1]:
        raise ValueError(f"expected H with {length * m} columns, got {H.shape[1]}")
    x = C[contexts].reshape(B, length * m)
    hidden = np.tanh(d + x @ H.T)
    z = b + x @ W.T + hidden @ U.T
    return hidden, z - np.logaddexp.reduce(z, axis=1, keepdims=True)


# %% right: example by example
def neural_lm(contexts, C, H, d, W, U, b):
    hidden, log_probs = [], []
    for row in contexts:
        if any(w < 0 or w >= len(C) for w in row):
            raise ValueError(f"bad word in {row.tolist()}")
        x = np.concatenate([C[w] for w in row])
        if x.size != H.shape[1]:
            raise ValueError(f"{x.size} numbers do not fit H of shape {H.shape}")
        a = np.tanh(H @ x + d)
        z = W @ x + U @ a + b
        top = z.max()
        hidden.append(a)
        log_probs.append(z - top - np.log(sum(np.exp(z - top))))
    return np.array(hidden), np.stack(log_probs)


# %% right: torch
def neural_lm(contexts, C, H, d, W, U, b):
    import torch

    V, m = C.shape
    if contexts.max() >= V or contexts.min() < 0:
        raise ValueError(f"words from {contexts.min()} to {contexts.max()}, vocabulary {V}")
    if H.shape[1] != contexts.shape[1] * m:
        raise ValueError(f"{H.shape[1]} columns for {contexts.shape[1] * m} features")
    t = torch.from_numpy
    x = torch.nn.functional.embedding(t(contexts), t(C)).flatten(1)
    hidden = torch.tanh(torch.nn.functional.linear(x, t(H), t(d)))
    z = torch.nn.functional.linear(hidden, t(U), t(b)) + x @ t(W).T
    return hidden.numpy(), torch.log_softmax(z, dim=1).numpy()


# %% right: one-hot words, H and W cut into blocks, einsum
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    words = set(contexts.flatten().tolist())
    if not words <= set(range(V)):
        raise ValueError(f"not in the vocabulary: {sorted(words - set(range(V)))}")
    n = contexts.shape[1]
    if n * m != H.shape[1]:
        raise ValueError(f"n m = {n * m}, H.shape[1] = {H.shape[1]}")
    e = np.einsum("bnv,vm->bnm", np.eye(V)[contexts], C)
    a = d + np.einsum("bnm,hnm->bh", e, H.reshape(-1, n, m))
    hidden = np.sinh(a) / np.cosh(a)
    z = b + np.einsum("bnm,vnm->bv", e, W.reshape(-1, n, m)) + np.einsum("bh,vh->bv", hidden, U)
    from scipy.special import log_softmax
    return hidden, log_softmax(z, axis=-1)


# %% right: the hidden layer and the input side by side
def neural_lm(contexts, C, H, d, W, U, b):
    n, m = contexts.shape[1], C.shape[1]
    if ((contexts >= len(C)) | (contexts < 0)).any():
        raise ValueError("got " + str(contexts[(contexts >= len(C)) | (contexts < 0)]))
    if n * m - H.shape[1]:
        raise ValueError(f"{n * m} against {H.shape[1]}")
    x = np.hstack([C[contexts[:, i]] for i in range(n)])
    hidden = 2 / (1 + np.exp(-2 * (x @ H.T + d))) - 1
    z = np.hstack([hidden, x]) @ np.hstack([U, W]).T + b
    z -= z.max(1)[:, None]
    z -= np.log(np.exp(z).sum(1))[:, None]
    return [hidden, z]


# %% wrong: no tanh  says: tanh is missing
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = x @ H.T + d
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: sigmoid instead of tanh  says: the sigmoid
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = 1 / (1 + np.exp(-(x @ H.T + d)))
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: ReLU instead of tanh  says: ReLU
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.maximum(x @ H.T + d, 0)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: the bias outside the tanh  says: inside the tanh
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T) + d
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: the hidden bias forgotten  says: the bias d is missing
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: the hidden bias subtracted  says: d is added
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T - d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: newest word first  says: oldest word first
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts[:, ::-1]].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: features of all words interleaved  says: one word after the other
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].transpose(0, 2, 1).reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: the batch mixed up in the reshape  says: stays in its row
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts.T].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: embeddings averaged  says: concatenated, not averaged
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = np.tile(C[contexts].mean(axis=1), contexts.shape[1])
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: embeddings added  says: concatenated, not averaged
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = np.tile(C[contexts].sum(axis=1), contexts.shape[1])
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: only the newest word  says: every word of the context
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = np.tile(C[contexts[:, -1]], contexts.shape[1])
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: no direct connections  says: Wx is missing
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: direct connections inside the tanh's layer  says: only one of the two paths
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: output bias forgotten  says: the bias b is missing
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: tanh of the output as well  says: the logits themselves
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = np.tanh(hidden @ U.T + x @ W.T + b)
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: logits returned  says: these are the logits
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    return hidden, z


# %% wrong: the largest logit subtracted only  says: these are the logits
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    return hidden, z - z.max(axis=1, keepdims=True)


# %% wrong: probabilities returned  says: these are probabilities
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


# %% wrong: softmax over the batch  says: over the batch
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=0)
    return hidden, z - np.log(np.exp(z).sum(axis=0))


# %% wrong: softmax over everything  says: over the whole batch
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max()
    return hidden, z - np.log(np.exp(z).sum())


# %% wrong: overflow  says: exp of a large logit overflows
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: log of a softmax that became 0  says: log(0)
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: a small number in the logarithm  says: a small number was added
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) + 1e-12)


# %% wrong: logarithm to base 2  says: base 2
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, (z - np.log(np.exp(z).sum(axis=1, keepdims=True))) / np.log(2)


# %% wrong: negative log-probabilities  says: sign
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, np.log(np.exp(z).sum(axis=1, keepdims=True)) - z


# %% wrong: only the most probable word  says: has shape
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, (z - np.log(np.exp(z).sum(axis=1, keepdims=True))).max(axis=1)


# %% wrong: words not checked  says: accepted bad input
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    contexts = contexts % V
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: NumPy's IndexError speaks  says: that you raise yourself
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: word V let through by one  says: that you raise yourself
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i <= V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: NumPy's complaint about the product  says: it should name
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    H = H if contexts.shape[1] * m == H.shape[1] else np.zeros((1,))[:, None] @ np.zeros((2, 1))
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: the context cut to what H can take  says: accepted bad input
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    contexts = contexts[:, -(H.shape[1] // m) :]
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: the tanh in the caller's bias  says: changed its input
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    d += 0.5
    hidden = np.tanh(x @ H.T + d - 0.5)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: float32  says: float32
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, (z - np.log(np.exp(z).sum(axis=1, keepdims=True))).astype(np.float32)


# %% wrong: torch tensors returned  says: `.numpy()` turns it into one
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    import torch
    return torch.tensor(hidden), z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: embedding of the batch's first context for all  says: its own context
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[np.repeat(contexts[:1], len(contexts), axis=0)].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: the hidden layer transposed  says: transposed
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden.T, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: hard-coded for the example  says: has shape (1, 2)
def neural_lm(contexts, C, H, d, W, U, b):
    return np.array([[0.0, 0.9640275800758169]]), np.log(np.array([[0.2, 0.3, 0.5]]))


# %% wrong: tanh of the features, too  says: only around d + Hx
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    x = np.tanh(x)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: H read in another order  says: H has one row for each hidden unit
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.reshape(H.shape[1], H.shape[0]) + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: no transpose  says: `shape` of each array
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: a sigmoid for each word  says: share one softmax
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    return hidden, -np.logaddexp(0, -z)


# %% wrong: the largest logit of the whole batch  says: each row needs its own
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = np.tanh(x @ H.T + d)
    z = hidden @ U.T + x @ W.T + b
    z = z - z.max()
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


# %% wrong: hidden returned before the tanh  says: the tanh is missing
def neural_lm(contexts, C, H, d, W, U, b):
    V, m = C.shape
    for i in contexts.ravel().tolist():
        if not 0 <= i < V:
            raise ValueError(f"no word {i} among {V}")
    if contexts.shape[1] * m != H.shape[1]:
        raise ValueError(f"H has {H.shape[1]} columns, x has {contexts.shape[1] * m} entries")
    x = C[contexts].reshape(len(contexts), -1)
    hidden = x @ H.T + d
    z = np.tanh(hidden) @ U.T + x @ W.T + b
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))
