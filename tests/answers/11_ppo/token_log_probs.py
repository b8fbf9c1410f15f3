# %% right: log_softmax and gather
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% right: cross_entropy
def token_log_probs(logits, ids, mask):
    if torch.any(mask[:, 0]):
        raise ValueError("nothing predicts the first token")
    loss = F.cross_entropy(logits[:, :-1].transpose(1, 2), ids[:, 1:], reduction="none")
    return -loss * mask[:, 1:]


# %% right: loops
def token_log_probs(logits, ids, mask):
    B, T, V = logits.shape
    rows = []
    for b in range(B):
        if mask[b, 0]:
            raise ValueError(f"row {b} has no prompt")
        row = []
        for t in range(T - 1):
            z = logits[b, t] - logits[b, t].max()
            value = z[ids[b, t + 1]] - z.exp().sum().log()
            row.append(value if mask[b, t + 1] else 0.0 * value)
        rows.append(torch.stack(row))
    return torch.stack(rows)


# %% right: logit minus logsumexp, one-hot
def token_log_probs(logits, ids, mask):
    if mask[:, 0].sum() > 0:
        raise ValueError("mask[:, 0]")
    z, y = logits[:, :-1], ids[:, 1:]
    chosen = (z * F.one_hot(y, z.shape[-1])).sum(-1)
    out = chosen - torch.logsumexp(z, -1)
    return torch.where(mask[:, 1:], out, torch.zeros_like(out))


# %% right: gather all, shift afterwards
def token_log_probs(logits, ids, mask):
    if bool(mask[:, 0].any()):
        raise ValueError("a prompt is needed")
    every = torch.log_softmax(logits, -1)
    following = torch.roll(ids, -1, dims=1)
    picked = torch.take_along_dim(every, following.unsqueeze(-1), -1).squeeze(-1)[:, :-1]
    return picked.masked_fill(~mask[:, 1:], 0.0)


# %% wrong: detached  says: no gradient arrives at the logits: something was detached, or taken out of torch.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits.detach()[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: no shift, last column cut  says: the logits at position t are about token t + 1; here they judge the token that they have just read.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, :-1, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: no shift, first column cut  says: the logits at position t are about token t + 1; here they judge the token that they have just read.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, 1:].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: shifted the wrong way  says: the shift goes the wrong way: logits t with token t + 1, not logits t + 1 with token t.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, 1:].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, :-1, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: mask not shifted  says: the mask belongs to the tokens that are predicted, so it is shifted as they are: mask[:, 1:].
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, :-1], 0.0)


# %% wrong: no mask  says: prompt and padding are not part of the answer: 0 there.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p


# %% wrong: mask inverted  says: the mask is True at the answer; here the answer is thrown away.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(~mask[:, 1:], 0.0)


# %% wrong: padding −∞  says: contains -inf
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], -math.inf)


# %% wrong: logits, no softmax  says: these are logits; the softmax is missing.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1]
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: probabilities  says: these are probabilities; their logarithm is asked.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: sign  says: the size is right and the sign is wrong
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return (-log_p).where(mask[:, 1:], 0.0)


# %% wrong: softmax over time  says: the softmax runs over the vocabulary, the last axis, not over time.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=1)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: softmax over the batch  says: the softmax runs over the vocabulary, the last axis, not over the batch.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=0)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: of the likeliest token  says: this is the log-probability of the likeliest token; the one that was written is asked.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.max(dim=2).values
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: expected log-probability  says: this is the mean of log p over the vocabulary (minus the entropy); the token that was written is asked.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = (log_p.exp() * log_p).sum(dim=2)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: bits  says: the natural logarithm is asked, not bits.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return (log_p / math.log(2)).where(mask[:, 1:], 0.0)


# %% wrong: divided by the length  says: nothing is divided by the length of the answer.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    m = mask[:, 1:]
    return log_p.where(m, 0.0) / m.sum(dim=1, keepdim=True)


# %% wrong: summed so far  says: each token's own log-probability is asked, not the sum so far.
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0).cumsum(dim=1)


# %% wrong: softmax, then log  says: log of 0
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].softmax(dim=2).log()
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: a small number added  says: is not right
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = (logits[:, :-1].softmax(dim=2) + 1e-8).log()
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: as many columns as tokens  says: has shape
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    out = log_p.where(mask[:, 1:], 0.0)
    return torch.cat([torch.zeros_like(out[:, :1]), out], dim=1)


# %% wrong: summed over the answer  says: has shape
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0).sum(dim=1)


# %% wrong: float32  says: has dtype float32
def token_log_probs(logits, ids, mask):
    if mask[:, 0].any():
        raise ValueError("expected a prompt before every answer, got an answer at position 0")
    log_p = logits[:, :-1].float().log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)


# %% wrong: an answer without a prompt  says: accepted bad input
def token_log_probs(logits, ids, mask):
    log_p = logits[:, :-1].log_softmax(dim=2)
    log_p = log_p.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T − 1)
    return log_p.where(mask[:, 1:], 0.0)
