# %% right: both mended
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% right: logsigmoid
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    loss = -F.logsigmoid(r_w - r_l).mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% right: stacked the other way
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l], dim=1).log_softmax(dim=1)  # two logits: softmax is σ
    loss = -log_p[:, 0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% right: gradient by hand
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    i = torch.arange(len(w))
    h_w = torch.stack([h[n - 1] for h, n in zip(chosen, chosen_length.tolist())])
    h_l = torch.stack([h[n - 1] for h, n in zip(rejected, rejected_length.tolist())])
    d = (h_w - h_l) @ w
    slope = -((1 - torch.sigmoid(d))[:, None] * (h_w - h_l)).mean(0)
    return w - rate * slope[i], F.softplus(-d).mean()


# %% right: with one's own functions
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()

    def read(h, n):
        place = torch.arange(h.shape[1])
        return last_token_scores(h @ w, (place < n[:, None]).long(), 0)

    loss = pairwise_loss(read(chosen, chosen_length), read(rejected, rejected_length))
    loss.backward()
    return (w - rate * w.grad).detach(), loss.detach()


# %% wrong: as it was  says: is not right
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows, last = torch.arange(len(chosen)), chosen_length - 1
    r_w = chosen[rows, last] @ w
    r_l = rejected[rows, last] @ w
    log_p = torch.cat([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[: len(rows)].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: only the length mended  says: the softmax is over the whole batch: all answers compete with each other. It belongs over the two answers of one comparison.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.cat([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[: len(rows)].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: only the softmax mended  says: the rejected texts have lengths of their own; here they are read where the *chosen* ones end.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows, last = torch.arange(len(chosen)), chosen_length - 1
    r_w = chosen[rows, last] @ w
    r_l = rejected[rows, last] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: first pad token  says: one position too far: the last real token stands at length − 1.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length.clamp(max=chosen.shape[1] - 1)] @ w
    r_l = rejected[rows, rejected_length.clamp(max=chosen.shape[1] - 1)] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: last column  says: this reads the last column, which is padding for the shorter texts.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, -1] @ w
    r_l = rejected[rows, -1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: the shorter of the two lengths  says: each text is read at its own last token, not both at the same position.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    chosen_length = rejected_length = torch.minimum(chosen_length, rejected_length)
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: mean over the text  says: the vector at the last token is asked, not the mean over the text.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    place = torch.arange(chosen.shape[1])
    r_w, r_l = (((h @ w) * (place < n[:, None])).sum(1) / n for h, n in ((chosen, chosen_length), (rejected, rejected_length)))
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: softmax over the winners  says: the winners compete with each other here, and the losers do not occur: the softmax is over the two answers of one comparison, dim=0.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=1)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: winner and loser exchanged  says: this trains for the rejected answers.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[1].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: both rows in the loss  says: the loser's log-probability does not belong into the loss: it would hold the two together.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p.mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: uphill  says: the step goes uphill: subtract the gradient.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() + rate * slope, loss.detach()


# %% wrong: sum  says: the mean over the comparisons is asked, not the sum.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].sum()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: no step  says: the weights did not move.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach(), loss.detach()


# %% wrong: loss after the step  says: the loss *before* the step is asked.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    w = w.detach() - rate * slope
    d = (chosen[rows, chosen_length - 1] - rejected[rows, rejected_length - 1]) @ w
    return w, F.softplus(-d).mean()


# %% wrong: difference instead of σ  says: −log σ of the difference is asked, not the difference itself.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[rows, rejected_length - 1] @ w
    loss = -(r_w - r_l).mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()


# %% wrong: last column of the losers only  says: this reads the last column, which is padding for the shorter texts.
def reward_step(w, chosen, chosen_length, rejected, rejected_length, rate):
    w = w.clone().requires_grad_()
    rows = torch.arange(len(chosen))
    r_w = chosen[rows, chosen_length - 1] @ w
    r_l = rejected[:, -1] @ w
    log_p = torch.stack([r_w, r_l]).log_softmax(dim=0)  # two logits: softmax is σ
    loss = -log_p[0].mean()
    (slope,) = torch.autograd.grad(loss, w)
    return w.detach() - rate * slope, loss.detach()
