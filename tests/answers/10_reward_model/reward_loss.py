# %% right: own functions
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    return ranking_loss(scores.reshape(N, K), ranking)


# %% right: without them
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    values = model(ids.flatten(0, 1)).view(N, K, T)
    last = ids.ne(pad).sum(-1, keepdim=True) - 1
    r = values.gather(2, last).squeeze(2).gather(1, ranking)
    gap = r.unsqueeze(2) - r.unsqueeze(1)
    i, j = torch.triu_indices(K, K, 1)
    return F.softplus(-gap[:, i, j]).mean()


# %% right: prompt by prompt
def reward_loss(model, ids, ranking, pad):
    total = 0.0
    for rows, order in zip(ids, ranking):
        scores = last_token_scores(model(rows), rows, pad)
        total = total + ranking_loss(scores[None], order[None])
    return total / len(ids)


# %% right: sorted before they are read
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    best_first = torch.take_along_dim(ids, ranking[:, :, None], dim=1).reshape(-1, T)
    length = (best_first != pad).sum(1)
    r = model(best_first)[torch.arange(N * K), length - 1].view(N, K)
    pairs = [(a, b) for a in range(K) for b in range(a + 1, K)]
    losses = [F.softplus(r[:, b] - r[:, a]).mean() for a, b in pairs]
    return sum(losses) / len(pairs)


# %% wrong: last column  says: the number is read in the last column, which is padding for the shorter texts.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = model(texts)[:, -1]
    return ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: first column  says: the number is read at the first token, before the answer.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = model(texts)[:, 0]
    return ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: mean over the text  says: one number a text, at its last token; here the mean over its tokens is taken.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    real = texts != pad
    scores = (model(texts) * real).sum(1) / real.sum(1)
    return ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: sum over the text  says: one number a text, at its last token; here all of them are added up.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = (model(texts) * (texts != pad)).sum(1)
    return ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: one too far  says: one position too far: the last token stands at length − 1.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    at = (texts != pad).sum(1).clamp(max=T - 1)
    scores = model(texts)[torch.arange(N * K), at]
    return ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: one length for the prompt  says: each answer has a length of its own; here the longest of the prompt decides.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    at = (ids != pad).sum(2).max(1).values.repeat_interleave(K) - 1
    scores = model(texts)[torch.arange(N * K), at]
    return ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: rows of different prompts mixed  says: the K answers of a prompt stand next to each other: reshape(N, K), not reshape(K, N) turned around.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    return ranking_loss(scores.reshape(K, N).T, ranking)


# %% wrong: ranking ignored  says: the ranking is not used: the answers do not stand in its order.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    return ranking_loss(scores.reshape(N, K), torch.arange(K).expand(N, K))


# %% wrong: ranking read as places  says: `ranking` holds the answers' numbers, the best first; here it was read as each answer's place.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    return ranking_loss(scores.reshape(N, K), ranking.argsort(1))


# %% wrong: worst first  says: the best answer stands first in the ranking.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    return ranking_loss(scores.reshape(N, K), ranking.flip(1))


# %% wrong: neighbours only  says: all pairs of a prompt count, not only neighbours.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    r = scores.reshape(N, K).gather(1, ranking)
    return pairwise_loss(r[:, :-1].flatten(), r[:, 1:].flatten())


# %% wrong: best against worst  says: all pairs of a prompt count, not only the best against the worst.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    r = scores.reshape(N, K).gather(1, ranking)
    return pairwise_loss(r[:, 0], r[:, -1])


# %% wrong: negative expected reward  says: this pushes all rewards up, whatever the raters said: it is the objective of a *policy*.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    return -scores.mean() + 0 * ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: softmax over the batch  says: answers of *different* prompts are compared here.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    r = scores.reshape(N, K).gather(1, ranking)
    return -r.flatten().log_softmax(0).view(N, K)[:, 0].mean()


# %% wrong: summed over prompts  says: the mean over the prompts is asked, not the sum.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, pad)
    return N * ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: detached  says: no gradient arrives in the model.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts).detach(), texts, pad)
    return ranking_loss(scores.reshape(N, K), ranking)


# %% wrong: pad id 0  says: the pad id is the argument `pad`, not always 0.
def reward_loss(model, ids, ranking, pad):
    N, K, T = ids.shape
    texts = ids.reshape(N * K, T)
    scores = last_token_scores(model(texts), texts, 0)
    return ranking_loss(scores.reshape(N, K), ranking)
