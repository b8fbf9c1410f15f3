# %% right: the largest marked place
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% right: rows in a loop
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    r = torch.zeros(mask.shape, dtype=torch.float64)
    with torch.no_grad():
        for b in range(len(mask)):
            places = torch.nonzero(mask[b]).flatten().tolist()
            for t in places:
                r[b, t] = beta * (log_reference[b, t] - log_p[b, t])
            r[b, places[-1]] += scores[b] if ended[b] else no_end
    return r


# %% right: last: the next one is not marked
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    following = torch.cat([mask[:, 1:], torch.zeros_like(mask[:, :1])], dim=1)
    last = (mask & ~following).double()
    final = scores * ended + no_end * ~ended
    kl = torch.where(mask, log_p.detach() - log_reference, 0.0)
    return final[:, None] * last - beta * kl


# %% right: scatter_add at first + length − 1
@torch.no_grad()
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    final = scores.clone()
    final[~ended] = no_end
    index = mask.int().argmax(1) + mask.sum(1) - 1
    penalty = (log_reference - log_p).masked_fill(~mask, 0.0).mul(beta)
    return penalty.scatter_add(1, index.unsqueeze(1), final.unsqueeze(1))


# %% wrong: KL rewarded  says: leaving the reference costs: −β times the difference; here it is paid for.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: KL reversed  says: leaving the reference costs: −β times the difference; here it is paid for.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_reference - log_p).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: no KL  says: the KL term is missing.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = torch.zeros_like(log_reference) * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: β forgotten  says: β is missing.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -1.0 * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: β on the score, too  says: β is the price of the KL; the score is added as it is.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = beta * torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: absolute difference  says: the difference keeps its sign: a token that the policy finds *less* likely earns something.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach().abs() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: k2 instead of k1  says: the plain difference (k1) is asked, not its square.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * ((log_p - log_reference).detach() ** 2 / 2) * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: probabilities  says: log-probabilities are compared, not probabilities.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p.exp() - log_reference.exp()).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: KL in the padding  says: 0 where the mask is False: padding and prompt cost nothing.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach()
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: KL only at the last token  says: each token pays for itself; here the last one pays for all.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    kl = ((log_p - log_reference).detach() * mask).sum(dim=1)
    rewards = torch.zeros_like(log_reference)
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores - beta * kl
    return rewards


# %% wrong: KL shared out  says: each token pays for itself; here all pay the mean.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    kl = ((log_p - log_reference).detach() * mask).sum(dim=1, keepdim=True) / mask.sum(dim=1, keepdim=True)
    rewards = -beta * kl * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: score in the last column  says: the score belongs to the last token of the answer, not to the last column, which may be padding.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[:, -1] += scores
    return rewards


# %% wrong: score at the first token  says: the score belongs to the *last* token of the answer; this is the first.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = mask.int().argmax(dim=1)
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: score at every token  says: the score comes once, at the last token; here every token gets it.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards += scores[:, None] * mask
    return rewards


# %% wrong: score shared out  says: the score comes at the last token as a whole; here all tokens share it.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards += scores[:, None] * mask / mask.sum(dim=1, keepdim=True)
    return rewards


# %% wrong: one place too late  says: the score belongs to the last token; this is one place behind it.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = ((places * mask).argmax(dim=1) + 1).clamp(max=mask.shape[1] - 1)
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: one place too early  says: the score belongs to the last token; this is one place before it.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = ((places * mask).argmax(dim=1) - 1).clamp(min=0)
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: length − 1, prompt forgotten  says: the number of tokens minus 1 is the last place only if the answer begins in column 0; a prompt may come before.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = mask.sum(dim=1) - 1
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: score replaces the KL  says: the score is added to the last token's own −β(…); here it takes its place.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] = scores
    return rewards


# %% wrong: no_end added to the score  says: `no_end` takes the place of the score; here both are added.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = scores + torch.where(ended, 0.0, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: no_end for those that ended  says: `no_end` is for answers that did *not* end.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(~ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: no_end ignored  says: an answer that did not end gets `no_end` instead of its score.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: 0 instead of no_end  says: an answer that did not end gets `no_end`, not 0.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = scores * ended
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: scores centred  says: the scores are used as they are.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores - scores.mean(), no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: not detached  says: rewards are constants: no gradient flows through them. Detach the log-probabilities.
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference) * mask
    scores = torch.where(ended, scores, no_end)
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: in place  says: changed its input
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores[~ended] = no_end
    places = torch.arange(mask.shape[1])
    last = (places * mask).argmax(dim=1)  # the largest marked place
    rewards[torch.arange(len(last)), last] += scores
    return rewards


# %% wrong: every last column in every row  says: `rewards[:, last]` takes these columns in *every* row; one entry a row is
def shaped_rewards(scores, ended, log_p, log_reference, mask, beta, no_end):
    rewards = -beta * (log_p - log_reference).detach() * mask
    scores = torch.where(ended, scores, no_end)
    last = (torch.arange(mask.shape[1]) * mask).argmax(dim=1)
    rewards[:, last] += scores
    return rewards
