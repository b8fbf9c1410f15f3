# %% right: einsum
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% right: loops
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    N, M = centres.shape[0], contexts.shape[0]
    if N != M:
        raise ValueError(f"{N} centres, {M} contexts")
    total = 0
    for n in range(N):
        v = inputs[centres[n]]
        total = total + F.softplus(-(v @ outputs[contexts[n]]))
        for m in negatives[n]:
            total = total + F.softplus(v @ outputs[m])
    return total / N


# %% right: binary cross-entropy on K + 1 scores
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if contexts.shape != centres.shape:
        raise ValueError(f"got {tuple(centres.shape)} and {tuple(contexts.shape)}")
    words = torch.cat([contexts[:, None], negatives], dim=1)
    scores = (outputs[words] @ inputs[centres][:, :, None]).squeeze(2)
    labels = torch.zeros_like(scores)
    labels[:, 0] = 1.0
    losses = F.binary_cross_entropy_with_logits(scores, labels, reduction="none")
    return losses.sum() / len(centres)


# %% right: log-add-exp
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if centres.numel() != contexts.numel():
        raise ValueError(f"{centres.numel()} != {contexts.numel()}")
    v, u, m = F.embedding(centres, inputs), F.embedding(contexts, outputs), F.embedding(negatives, outputs)
    zero = torch.zeros((), dtype=v.dtype)
    loss = torch.logaddexp(zero, -(u * v).sum(-1))
    loss = loss + torch.logaddexp(zero, torch.bmm(m, v.unsqueeze(2)).squeeze(2)).sum(1)
    return loss.mean(dim=0)


# %% wrong: negatives with the wrong sign  says: the score of a negative must go *down*: log σ(−u · v), with a minus sign inside.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: minus sign before the sum of the negatives  says: both terms are logarithms of probabilities, and both are added: the sign of the negatives' term is flipped.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) - F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: mean over the negatives  says: add up each pair's negatives; the mean is over the pairs alone.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).mean(dim=1)
    return -per_pair.mean()


# %% wrong: mean over all terms  says: divide by the number of pairs N, not by the number of terms N (K + 1).
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean() / (1 + negatives.shape[1])


# %% wrong: sum over the pairs  says: the loss is the mean over the pairs, not their sum.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.sum()


# %% wrong: no minus sign  says: a loss is −log p: the minus sign is missing.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return per_pair.mean()


# %% wrong: negatives left out  says: only the true pairs are counted; the negatives are missing.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near)
    return -per_pair.mean()


# %% wrong: true pairs left out  says: only the negatives are counted; the true pairs are missing.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: one table for both  says: a word has two vectors: neighbours and negatives are looked up in `outputs`.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (inputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", inputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: negatives from the inputs  says: a word has two vectors: negatives are looked up in `outputs`.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", inputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: tables swapped  says: the tables are swapped: centres are looked up in `inputs`, neighbours and negatives in `outputs`.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = outputs[centres]  # (N, D)
    near = (inputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", inputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: negatives against the context  says: each negative is multiplied with the vector of the *centre*, not of the neighbour.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], outputs[contexts])  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: the first pair's negatives for all  says: each pair has negatives of its own: row n of `negatives`.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives[:1]].expand(len(v), -1, -1), v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: only the first negative  says: each pair has K negatives; only the first is used.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives[:, :1]], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: log of sigma  says: log of a sigmoid that has become 0 is −∞: use `F.logsigmoid`.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = torch.sigmoid(near).log() + (1 - torch.sigmoid(far)).log().sum(dim=1)
    return -per_pair.mean()


# %% wrong: log of sigma with a small number  says: log(σ + ε) is wrong where σ is small: use `F.logsigmoid`.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = (torch.sigmoid(near) + 1e-10).log() + (torch.sigmoid(-far) + 1e-10).log().sum(dim=1)
    return -per_pair.mean()


# %% wrong: scores clamped  says: the scores were clamped; use them as they are.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    near, far = near.clamp(-10, 10), far.clamp(-10, 10)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: no logarithm  says: these are probabilities; their logarithm is asked.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = torch.sigmoid(near) + torch.sigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: softmax over the vocabulary  says: this is the softmax over the whole vocabulary; negative sampling replaces it by K + 1 yes-or-no questions.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    return F.cross_entropy(inputs[centres] @ outputs.T, contexts)


# %% wrong: softmax over the samples  says: this is a softmax over the pair and its negatives; each of them is a yes-or-no question of its own.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = torch.cat([near[:, None], far], dim=1).log_softmax(dim=1)[:, 0]
    return -per_pair.mean()


# %% wrong: divided by the root of D  says: the scores are plain dot products; nothing is divided by √D.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    near, far = near / v.shape[1] ** 0.5, far / v.shape[1] ** 0.5
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: cosine instead of dot product  says: the score is the dot product, not the cosine: the vectors keep their lengths.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = F.normalize(inputs[centres], dim=1)  # (N, D)
    near = (F.normalize(outputs[contexts], dim=1) * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", F.normalize(outputs[negatives], dim=2), v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: negatives that equal the context dropped  says: a negative counts also where it equals the true neighbour by chance.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).where(negatives != contexts[:, None], 0.0).sum(dim=1)
    return -per_pair.mean()


# %% wrong: no gradient  says: no gradient arrives at the table: something was detached, or taken out of torch.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs.detach()[centres]  # (N, D)
    near = (outputs.detach()[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs.detach()[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: as a number  says: no gradient arrives at the table: something was detached, or taken out of torch.
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean().item()


# %% wrong: different lengths accepted  says: the contract asks for a ValueError
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    contexts = contexts[: len(centres)]
    centres, negatives = centres[: len(contexts)], negatives[: len(contexts)]
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair.mean()


# %% wrong: one loss for each pair  says: is a mean or a sum missing?
def skip_gram_loss(centres, contexts, negatives, inputs, outputs):
    if len(centres) != len(contexts):
        raise ValueError(f"expected {len(centres)} contexts, got {len(contexts)}")
    v = inputs[centres]  # (N, D)
    near = (outputs[contexts] * v).sum(dim=1)  # (N,)
    far = torch.einsum("nkd,nd->nk", outputs[negatives], v)  # (N, K)
    per_pair = F.logsigmoid(near) + F.logsigmoid(-far).sum(dim=1)
    return -per_pair
