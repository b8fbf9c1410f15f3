# %% right: the places that count
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts])


# %% right: sum over N
def answer_loss(logits, labels):
    N = int((labels != -100).sum())
    if N == 0:
        raise ValueError("no label counts")
    total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum")
    return total / N


# %% right: log-softmax and gather
def answer_loss(logits, labels):
    counts = labels.ne(-100)
    if counts.sum() == 0:
        raise ValueError("nothing to learn")
    log_p = logits.log_softmax(-1).gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return -(log_p * counts).sum() / counts.sum()


# %% right: logsumexp, written out
def answer_loss(logits, labels):
    losses = []
    for row, answer in zip(logits, labels):
        for z, y in zip(row, answer.tolist()):
            if y != -100:
                losses.append(torch.logsumexp(z, 0) - z[y])
    if not losses:
        raise ValueError("no answer in this batch")
    return torch.stack(losses).mean()


# %% right: mean by torch
def answer_loss(logits, labels):
    if (labels == -100).all():
        raise ValueError("only -100")
    return F.cross_entropy(logits.transpose(1, 2), labels)


# %% wrong: mean of the rows' means  says: this is the mean of the rows' means; a token of a short answer then weighs more. Take one mean over all tokens that count.
def answer_loss(logits, labels):
    if not (labels != -100).any():
        raise ValueError("nothing counts")
    rows = [F.cross_entropy(z, y) for z, y in zip(logits, labels) if (y != -100).any()]
    return torch.stack(rows).mean()


# %% wrong: mean of the rows' means, empty ones as 0  says: this is the mean of the rows' means, a row without an answer counted as 0. Take one mean over all tokens that count.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("nothing counts")
    each = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    return (each.sum(1) / counts.sum(1).clamp(min=1)).mean()


# %% wrong: row means with NaN  says: a row without an answer has the mean 0/0; sum first, and divide by N at the end.
def answer_loss(logits, labels):
    if not (labels != -100).any():
        raise ValueError("nothing counts")
    return torch.stack([F.cross_entropy(z, y) for z, y in zip(logits, labels)]).mean()


# %% wrong: mean over all places  says: divide by N, the labels that count, and not by all places.
def answer_loss(logits, labels):
    if not (labels != -100).any():
        raise ValueError("nothing counts")
    return F.cross_entropy(logits.transpose(1, 2), labels, reduction="none").mean()


# %% wrong: divided by the rows  says: divide by N, the labels that count, and not by the number of rows.
def answer_loss(logits, labels):
    if not (labels != -100).any():
        raise ValueError("nothing counts")
    return F.cross_entropy(logits.transpose(1, 2), labels, reduction="sum") / len(labels)


# %% wrong: the sum  says: this is the sum; divide it by N.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts], reduction="sum")


# %% wrong: shifted again  says: the labels are shifted already: z[b, t] belongs to y[b, t]. This shifts a second time.
def answer_loss(logits, labels):
    if not (labels != -100).any():
        raise ValueError("nothing counts")
    z, y = logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten()
    return F.cross_entropy(z, y)


# %% wrong: −100 trained on as token 0  says: labels of −100 carry no loss; here they are learnt as token 0.
def answer_loss(logits, labels):
    if not (labels != -100).any():
        raise ValueError("nothing counts")
    return F.cross_entropy(logits.flatten(0, 1), labels.clamp(min=0).flatten())


# %% wrong: token 0 left out  says: token 0 is a token like any other; only −100 carries no loss.
def answer_loss(logits, labels):
    counts = labels > 0
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts])


# %% wrong: only the first row  says: all rows count, not only the first.
def answer_loss(logits, labels):
    logits, labels = logits[:1], labels[:1]
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts])


# %% wrong: only the last label of each row  says: every label that counts counts, not only the last one of a row.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    for row in counts:
        row[: int(row.nonzero().max()) if row.any() else 0] = False
    return F.cross_entropy(logits[counts], labels[counts])


# %% wrong: softmax twice  says: `F.cross_entropy` wants logits; the softmax was taken twice.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts].softmax(-1), labels[counts])


# %% wrong: softmax over the places  says: the softmax runs over the vocabulary, the last axis, and not over the places.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("nothing counts")
    log_p = logits.log_softmax(1).gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    return -log_p[counts].mean()


# %% wrong: softmax over the batch  says: the softmax runs over the vocabulary, the last axis, and not over the rows.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("nothing counts")
    log_p = logits.log_softmax(0).gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    return -log_p[counts].mean()


# %% wrong: no softmax  says: the logits are not log-probabilities yet: the softmax is missing.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.nll_loss(logits[counts], labels[counts])


# %% wrong: probability in place of its logarithm  says: the loss is −log p, and not 1 − p.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return 1 - logits[counts].softmax(-1).gather(1, labels[counts][:, None]).mean()


# %% wrong: log of the mean probability  says: the logarithm comes before the mean: mean of −log p.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return -logits[counts].softmax(-1).gather(1, labels[counts][:, None]).mean().log()


# %% wrong: bits  says: nats are asked: the natural logarithm.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts]) / math.log(2)


# %% wrong: perplexity  says: the loss is asked, not its exp.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts]).exp()


# %% wrong: label smoothing  says: the label alone counts; this smooths it over the whole vocabulary.
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts], label_smoothing=0.1)


# %% wrong: sign  says: the sign is wrong
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return -F.cross_entropy(logits[counts], labels[counts])


# %% wrong: detached  says: no gradient flows: the result is cut off from the logits (`.detach()`, `.item()`, `float(…)`, NumPy).
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts]).detach()


# %% wrong: a Python number  says: no gradient flows: the result is cut off from the logits (`.detach()`, `.item()`, `float(…)`, NumPy).
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts]).item()


# %% wrong: exp of large logits  says: look for exp of a large number
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return (
        logits[counts].exp().sum(-1).log() - logits[counts].gather(1, labels[counts][:, None])[:, 0]
    ).mean()


# %% wrong: a loss for each place  says: is a mean or a sum missing?
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        raise ValueError("expected at least one label that counts, got none")
    return F.cross_entropy(logits[counts], labels[counts], reduction="none")


# %% wrong: NaN without an answer  says: accepted bad input
def answer_loss(logits, labels):
    counts = labels != -100
    return F.cross_entropy(logits[counts], labels[counts])


# %% wrong: 0 without an answer  says: accepted bad input
def answer_loss(logits, labels):
    counts = labels != -100
    if not counts.any():
        return logits.sum() * 0
    return F.cross_entropy(logits[counts], labels[counts])
