# %% right: logsigmoid
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -F.logsigmoid(chosen - rejected).mean()


# %% right: softplus
def pairwise_loss(chosen, rejected):
    if tuple(chosen.shape) != tuple(rejected.shape):
        raise ValueError(f"{tuple(chosen.shape)} against {tuple(rejected.shape)}")
    return F.softplus(rejected - chosen).mean()


# %% right: logaddexp
def pairwise_loss(chosen, rejected):
    if chosen.size() != rejected.size():
        raise ValueError(f"{list(chosen.size())}, {list(rejected.size())}")
    d = rejected - chosen
    return torch.logaddexp(torch.zeros_like(d), d).sum() / len(d)


# %% right: cross-entropy of two
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"chosen has {chosen.shape}, rejected {rejected.shape}")
    logits = torch.stack([chosen, rejected], dim=1)
    return F.cross_entropy(logits, torch.zeros(len(chosen), dtype=torch.long))


# %% right: binary cross-entropy with logits
def pairwise_loss(chosen, rejected):
    if chosen.numel() != rejected.numel() or chosen.ndim != rejected.ndim:
        raise ValueError(f"{chosen.shape} {rejected.shape}")
    d = chosen - rejected
    return F.binary_cross_entropy_with_logits(d, torch.ones_like(d))


# %% wrong: pair exchanged  says: the two are exchanged: r_w is the reward of the *preferred* answer, and the loss falls as it rises above r_l.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -F.logsigmoid(rejected - chosen).mean()


# %% wrong: sign forgotten  says: the sign is missing: log σ is negative, and the loss is −log σ.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return F.logsigmoid(chosen - rejected).mean()


# %% wrong: sum  says: the mean over the comparisons is asked, not the sum.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -F.logsigmoid(chosen - rejected).sum()


# %% wrong: negative reward difference  says: this is the plain difference of the rewards; −log σ of it is asked. The difference could be made as large as one likes.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -(chosen - rejected).mean()


# %% wrong: negative expected reward  says: this only pushes the winners' rewards up, and nothing is compared: the losers must count.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -chosen.mean() + 0 * rejected.sum()


# %% wrong: σ without the logarithm  says: this is 1 − σ, the mean probability of being wrong; the likelihood needs log σ.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return (1 - torch.sigmoid(chosen - rejected)).mean()


# %% wrong: log of the mean  says: the logarithm comes before the mean: each comparison has a log-probability.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -torch.sigmoid(chosen - rejected).mean().log()


# %% wrong: σ of the mean difference  says: each comparison goes through log σ; here the mean difference does, once.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -F.logsigmoid((chosen - rejected).mean())


# %% wrong: hinge  says: this is a hinge loss, max(0, 1 − d); it has no gradient from d = 1 on. −log σ(d) is asked.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return (1 - chosen + rejected).clamp(min=0).mean()


# %% wrong: squared  says: this is a squared error against a difference of 1; −log σ(d) is asked.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return ((chosen - rejected - 1) ** 2).mean()


# %% wrong: each for itself  says: this asks each reward to be high or low *by itself*; only the difference of the two may count.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -(F.logsigmoid(chosen) + F.logsigmoid(-rejected)).mean()


# %% wrong: bits  says: the natural logarithm is asked, not bits.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -F.logsigmoid(chosen - rejected).mean() / math.log(2)


# %% wrong: softmax over the batch  says: the softmax is over the two answers of one comparison; here all answers of the batch compete.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    both = torch.cat([chosen, rejected])
    return -both.log_softmax(dim=0)[: len(chosen)].mean()


# %% wrong: loser detached  says: no gradient arrives at the rejected answers: they must be pushed down.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -F.logsigmoid(chosen - rejected.detach()).mean()


# %% wrong: out of torch  says: no gradient arrives: something was detached, or taken out of torch.
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return F.softplus((rejected - chosen).detach()).mean()


# %% wrong: σ, then log  says: log of 0
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -torch.sigmoid(chosen - rejected).log().mean()


# %% wrong: a small number added  says: is not right
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -(torch.sigmoid(chosen - rejected) + 1e-12).log().mean()


# %% wrong: one for each comparison  says: is a mean or a sum missing
def pairwise_loss(chosen, rejected):
    if chosen.shape != rejected.shape:
        raise ValueError(f"expected equal shapes, got {chosen.shape} and {rejected.shape}")
    return -F.logsigmoid(chosen - rejected)


# %% wrong: shapes not checked  says: accepted bad input
def pairwise_loss(chosen, rejected):
    return -F.logsigmoid(chosen - rejected).mean()


# %% wrong: every winner against every loser  says: each winner is compared with every loser here; a comparison is one winner and its own loser.
def pairwise_loss(chosen, rejected):
    return -F.logsigmoid(chosen[:, None] - rejected).mean()
