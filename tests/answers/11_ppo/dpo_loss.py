# %% right: two rewards and logsigmoid
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% right: ratios of ratios, softplus
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    with torch.no_grad():
        prior = ref_w - ref_l
    m = beta * ((log_p_w - log_p_l) - prior)
    return F.softplus(-m).mean(), (torch.sign(m.detach()) + 1).mean() / 2


# %% right: cross-entropy of two classes
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    rewards = beta * torch.stack([log_p_w - ref_w.data, log_p_l - ref_l.data], dim=1)
    loss = F.cross_entropy(rewards, torch.zeros(len(rewards), dtype=torch.long))
    better, equal = rewards[:, 0] > rewards[:, 1], rewards[:, 0] == rewards[:, 1]
    return loss, (better.sum() + 0.5 * equal.sum()).item() / len(rewards)


# %% right: a loop with logaddexp
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    total, won, N = 0.0, 0.0, len(log_p_w)
    for i in range(N):
        m = beta * (log_p_w[i] - ref_w[i].item() - log_p_l[i] + ref_l[i].item())
        total = total + torch.logaddexp(torch.zeros_like(m), -m)
        won += 1.0 if m > 0 else 0.5 if m == 0 else 0.0
    return total / N, won / N


# %% wrong: w and l exchanged  says: the margin is r_w − r_l, with r = β (log p − log p_ref): a sign is turned.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_l - reward_w
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: no reference  says: the reference is missing: a reward is β times log p *minus* log p_ref.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w)
    reward_l = beta * (log_p_l)
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: reference added  says: the reference is subtracted from log p, that of w from w, that of l from l.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w + ref_w.detach())
    reward_l = beta * (log_p_l + ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: reference exchanged  says: the reference is subtracted from log p, that of w from w, that of l from l.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_l.detach())
    reward_l = beta * (log_p_l - ref_w.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: reference minus policy  says: the margin is r_w − r_l, with r = β (log p − log p_ref): a sign is turned.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (ref_w.detach() - log_p_w)
    reward_l = beta * (ref_l.detach() - log_p_l)
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: β forgotten  says: β is missing.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = (log_p_w - ref_w.detach())
    reward_l = (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: divided by β  says: the rewards are multiplied by β, not divided.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = 1 / beta * (log_p_w - ref_w.detach())
    reward_l = 1 / beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: β outside of the logarithm  says: β stands inside of σ.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = (log_p_w - ref_w.detach())
    reward_l = (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -beta * F.logsigmoid(margin).mean(), accuracy


# %% wrong: β on one side  says: β belongs to both rewards.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = log_p_l - ref_l.detach()
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: sigmoid without logarithm  says: the logarithm of σ is missing.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -torch.sigmoid(margin).mean(), accuracy


# %% wrong: 1 − σ  says: the loss is −log σ(m), not 1 − σ(m).
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return (1 - torch.sigmoid(margin)).mean(), accuracy


# %% wrong: hinge  says: the loss is −log σ(m), not a hinge.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return F.relu(1 - margin).mean(), accuracy


# %% wrong: square, as in IPO  says: the loss is −log σ(m); a square of the margin is another method (IPO).
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return ((margin - 0.5) ** 2).mean(), accuracy


# %% wrong: only the preferred  says: the rejected answer takes part: the margin is r_w − r_l.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: both for themselves  says: σ is of the difference of the two rewards, not of each of them.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -(F.logsigmoid(reward_w) + F.logsigmoid(-reward_l)).mean(), accuracy


# %% wrong: mean inside  says: the mean comes last, over the losses of the pairs.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin.mean()), accuracy


# %% wrong: sum  says: a mean over the pairs is asked, not their sum.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).sum(), accuracy


# %% wrong: sign  says: the size is right and the sign is wrong
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return F.logsigmoid(margin).mean(), accuracy


# %% wrong: log of sigmoid  says: log of 0
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -torch.log(torch.sigmoid(margin)).mean(), accuracy


# %% wrong: a small number added  says: is not right
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -torch.log(torch.sigmoid(margin) + 1e-10).mean(), accuracy


# %% wrong: probabilities  says: log-probabilities are compared, not probabilities.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w.exp() - ref_w.detach().exp())
    reward_l = beta * (log_p_l.exp() - ref_l.detach().exp())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: accuracy: ties lost  says: m = 0 counts half in the accuracy; here it counts as lost.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = (margin > 0).double().mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: accuracy: ties won  says: m = 0 counts half in the accuracy; here it counts as won.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = (margin >= 0).double().mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: accuracy: a number  says: the accuracy is a share, not a number of pairs.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).sum()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: accuracy: log p alone  says: the accuracy compares the implicit rewards, not the probabilities of the policy.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    bare = log_p_w - log_p_l
    accuracy = ((bare > 0).double() + (bare == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: accuracy: mean of σ  says: the accuracy counts pairs; this is the mean probability.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = torch.sigmoid(margin).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: reference not detached  says: the reference is a constant: here a gradient flows into it; detach it.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w)
    reward_l = beta * (log_p_l - ref_l)
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: policy detached  says: no gradient arrives at the policy.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w.detach() - ref_w.detach())
    reward_l = beta * (log_p_l.detach() - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy


# %% wrong: only the preferred is trained  says: the gradient flows to both answers: the rejected one becomes less likely.
def dpo_loss(log_p_w, log_p_l, ref_w, ref_l, beta):
    reward_w = beta * (log_p_w - ref_w.detach())
    reward_l = beta * (log_p_l.detach() - ref_l.detach())
    margin = reward_w - reward_l
    accuracy = ((margin > 0).double() + (margin == 0).double() / 2).mean()
    return -F.logsigmoid(margin).mean(), accuracy
