# %% right: kl_div
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% right: spelt out with logsumexp
def distillation_loss(z, v, labels, T, alpha):
    if not T > 0:
        raise ValueError(f"T is {T}")
    v = v.clone().detach()
    lp = v / T - torch.logsumexp(v / T, dim=1, keepdim=True)
    lq = z / T - torch.logsumexp(z / T, dim=1, keepdim=True)
    kl = torch.sum(torch.exp(lp) * (lp - lq), dim=1)
    right = z[torch.arange(len(z)), labels] - torch.logsumexp(z, dim=1)
    return (alpha * T * T * kl - (1 - alpha) * right).mean()


# %% right: cross-entropy minus entropy
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError("temperature " + str(T))
    with torch.no_grad():
        p = torch.softmax(v / T, dim=1)
        entropy = torch.special.entr(p).sum(dim=1).mean()
    soft = F.cross_entropy(z / T, p) - entropy
    hard = F.nll_loss(F.log_softmax(z, dim=1), labels)
    return soft * alpha * T**2 + hard * (1 - alpha)


# %% right: row by row
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0.0:
        raise ValueError(f"{T} <= 0")
    total = torch.zeros((), dtype=z.dtype)
    for s, t, y in zip(z, v.detach(), labels):
        p, q = torch.log_softmax(t / T, dim=0), torch.log_softmax(s / T, dim=0)
        total = total + alpha * T**2 * torch.dot(p.exp(), p - q)
        total = total - (1 - alpha) * torch.log_softmax(s, dim=0)[y]
    return total / len(z)


# %% wrong: T² forgotten  says: the factor T² of the soft part is missing.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * soft + (1 - alpha) * hard


# %% wrong: T in place of T²  says: the soft part has the factor T², not T.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T * soft + (1 - alpha) * hard


# %% wrong: divided by T²  says: the soft part is *multiplied* by T²: it makes up for a gradient that shrinks.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha / T**2 * soft + (1 - alpha) * hard


# %% wrong: T² on the hard part too  says: T² belongs to the soft part alone.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return T**2 * (alpha * soft + (1 - alpha) * hard)


# %% wrong: T on the teacher only  says: both distributions are softened: T divides the student's logits, too.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = z.log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: T on the student only  says: both distributions are softened: T divides the teacher's logits, too.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = v.detach().log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: no temperature at all  says: the logits of the soft part are divided by T.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = z.log_softmax(dim=-1)
    log_p = v.detach().log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: logits times T  says: the logits are *divided* by T: a high temperature makes distributions flatter.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z * T).log_softmax(dim=-1)
    log_p = (v.detach() * T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: T on the hard part  says: the hard part is the ordinary cross-entropy, without T.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z / T, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: KL reversed  says: the KL is turned round: KL(teacher ‖ student) is a mean under the *teacher's* probabilities.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_p, log_q, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: cross-entropy in place of KL  says: this is the cross-entropy with the teacher; the KL is 0 where both agree: the teacher's entropy is missing.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = -(log_p.exp() * log_q).sum(dim=-1).mean()
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: mean over the vocabulary too  says: divide by N, not by N · V: that is `reduction="batchmean"`, not "mean".
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="mean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: sum over the rows  says: the soft part is a mean over the N rows.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="sum", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: sum over the rows in the hard part  says: the hard part is a mean over the N rows, too.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels, reduction="sum")
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: alpha exchanged  says: α weighs the *soft* part, 1 − α the hard one.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return (1 - alpha) * T**2 * soft + alpha * hard


# %% wrong: parts added without weights  says: the two parts have the weights α and 1 − α.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return T**2 * soft + hard


# %% wrong: hard part at full weight  says: the hard part has the weight 1 − α.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + hard


# %% wrong: labels forgotten  says: the hard part, with the labels, is missing.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft


# %% wrong: teacher's labels  says: the hard part uses the labels, not what the teacher finds most likely.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, v.argmax(dim=-1))
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: hard part of the teacher  says: the hard part is the *student's* loss.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(v.detach(), labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: student and teacher exchanged  says: student and teacher are exchanged.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    z, v = v, z
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: probabilities where logs are asked  says: `F.kl_div` takes *logarithms* of the student's probabilities as its first argument.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q.exp(), log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: square of the difference  says: the soft part is a KL, not a squared difference of probabilities.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = (log_p.exp() - log_q.exp()).square().sum(dim=-1).mean()
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: square of the difference of logits  says: the soft part is a KL, not a squared difference of logits.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = (v.detach() - z).square().sum(dim=-1).mean()
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: logs to base 2  says: in nats: natural logarithms.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft / math.log(2) + (1 - alpha) * hard


# %% wrong: softmax over the rows  says: the softmax runs over the vocabulary, the last dimension.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=0)
    log_p = (v.detach() / T).log_softmax(dim=0)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: teacher trained  says: no gradient flows to the teacher: `detach` its logits.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: student detached  says: no gradient reaches the student through the soft part.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z.detach() / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: log of a softmax  says: finite numbers
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = (z / T).softmax(dim=-1).log()
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: log of a softmax with a small number  says: log(q + ε) is wrong where q is small: use `log_softmax`.
def distillation_loss(z, v, labels, T, alpha):
    if T <= 0:
        raise ValueError(f"expected a temperature above 0, got {T}")
    log_q = ((z / T).softmax(dim=-1) + 1e-10).log()
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: temperature not checked  says: the contract asks for a ValueError
def distillation_loss(z, v, labels, T, alpha):
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v.detach() / T).log_softmax(dim=-1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(z, labels)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% wrong: log_target is missing  says: `log_target=True`
def distillation_loss(z, v, labels, T, alpha):
    if T<=0: raise ValueError(T)
    v=v.detach()
    soft=F.kl_div((z/T).log_softmax(-1),(v/T).log_softmax(-1),reduction="batchmean")
    hard=F.cross_entropy(z,labels)
    return alpha*T**2*soft+(1-alpha)*hard


# %% wrong: a number without a gradient  says: no gradient reaches the student: return the tensor
def distillation_loss(z, v, labels, T, alpha):
    if T<=0: raise ValueError(T)
    soft = F.kl_div((z / T).log_softmax(-1),(v / T).log_softmax(-1),reduction="batchmean",log_target=True)
    hard = F.cross_entropy(z, labels)
    return (alpha * T**2 * soft + (1 - alpha) * hard).item()
