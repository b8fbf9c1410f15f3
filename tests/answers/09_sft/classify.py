# %% right: places times mask
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% right: from behind
def classify(hidden, real, weight, bias):
    for b, row in enumerate(real):
        if not row.any():
            raise ValueError(f"row {b} is empty")
    last = real.shape[1] - 1 - real.flip(1).argmax(1)
    return F.linear(hidden[range(len(hidden)), last], weight, bias)


# %% right: a loop
def classify(hidden, real, weight, bias):
    logits = []
    for b in range(len(hidden)):
        places = torch.nonzero(real[b]).flatten()
        if places.numel() == 0:
            raise ValueError(f"{b}")
        logits.append(weight @ hidden[b, places[-1]] + bias)
    return torch.stack(logits)


# %% right: gather, all classes first
def classify(hidden, real, weight, bias):
    B, T, _ = hidden.shape
    if (real.max(1).values == 0).any():
        raise ValueError("nothing in row " + str(real.max(1).values.argmin().item()))
    places = torch.where(real == 1, torch.arange(T), torch.full((T,), -1)).max(1).values
    scores = torch.einsum("btc,kc->btk", hidden, weight) + bias
    return scores.gather(1, places.view(B, 1, 1).expand(B, 1, scores.shape[2])).squeeze(1)


# %% wrong: the last place  says: this takes the last place of each row, which may be padding.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[:, -1]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the first place  says: the first token has seen nothing but itself; the last real one has seen the text.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[:, 0]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the first real token  says: this takes the *first* real token; only the last has seen the text.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = real.argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the mean of the real tokens  says: this is the mean over the real tokens; the last one alone is asked.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = (hidden * real[..., None]).sum(1) / real.sum(1, keepdim=True)  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the mean of all places  says: this is a mean over all places, padding included; the last real token is asked.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden.mean(1)  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the sum  says: this is a sum over the tokens; the last real one is asked.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = (hidden * real[..., None]).sum(1)  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the largest  says: this takes the largest number of each channel; the last real token is asked.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden.masked_fill(real[..., None] == 0, -1e9).max(1).values  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: counted, not found  says: the number of real tokens says where the last one stands only when padding is on the right.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = real.sum(1) - 1
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the place before the first padding  says: the first padding need not stand behind the text, and there may be none.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = real.argmin(1) - 1
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: one before  says: this is the token before the last real one.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1) - 1
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: one after  says: this is the place behind the last real token.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    last = (last + 1).clamp(max=real.shape[1] - 1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: the longest row for all  says: each row has a last real token of its own.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    last = last.max().expand(len(real))
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: no bias  says: the bias is missing.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T


# %% wrong: bias subtracted  says: the bias is added.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T - bias


# %% wrong: W not transposed  says: z = W h: each row of W belongs to a class.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight + bias


# %% wrong: probabilities  says: logits are asked; leave out the softmax.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return (pooled @ weight.T + bias).softmax(-1)


# %% wrong: log-probabilities  says: logits are asked; leave out the log-softmax.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return (pooled @ weight.T + bias).log_softmax(-1)


# %% wrong: the class  says: expected a NumPy array of shape
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return (pooled @ weight.T + bias).argmax(-1)


# %% wrong: normalised  says: the vector is used as it is; it was divided by its length.
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    pooled = F.normalize(pooled, dim=1)
    return pooled @ weight.T + bias


# %% wrong: logits of every place  says: expected a NumPy array of shape
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return hidden @ weight.T + bias


# %% wrong: empty rows not refused  says: accepted bad input
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: message without the row  says: it should name 1
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    return pooled @ weight.T + bias


# %% wrong: float32  says: has dtype float32
def classify(hidden, real, weight, bias):
    empty = (real.sum(1) == 0).nonzero()
    if len(empty):
        raise ValueError(f"expected a real token in each row, got none in row {int(empty[0])}")
    last = (real * torch.arange(real.shape[1])).argmax(1)
    pooled = hidden[torch.arange(len(hidden)), last]  # (B, C)
    z = pooled @ weight.T + bias
    return z.float()
