# %% right: sum over N, backward each time
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% right: the sum's gradient, divided at the end
def accumulated_gradient(table, micro_batches):
    weights = torch.nn.Parameter(table.clone())
    total, count = 0.0, 0
    for x, y in micro_batches:
        loss = F.cross_entropy(weights[x].transpose(1, 2), y, ignore_index=-100, reduction="sum")
        loss.backward()
        total += loss.detach()
        count += (y != -100).sum()
    if count == 0:
        raise ValueError("no label counts")
    return total / count, weights.grad / count


# %% right: means weighted by their counts
def accumulated_gradient(table, micro_batches):
    counts = [(y >= 0).sum().item() for _, y in micro_batches]
    if not any(counts):
        raise ValueError(f"counts are {counts}")
    L, G = 0.0, torch.zeros_like(table)
    for (x, y), n in zip(micro_batches, counts):
        if n == 0:
            continue
        z = table.detach().clone().requires_grad_(True)
        loss = F.cross_entropy(z[x[y >= 0]], y[y >= 0])
        (g,) = torch.autograd.grad(loss, z)
        L += loss.item() * n / sum(counts)
        G += g * (n / sum(counts))
    return L, G


# %% right: closed form, p minus one-hot
def accumulated_gradient(table, micro_batches):
    V = len(table)
    pairs = torch.zeros(V, V, dtype=table.dtype)
    for x, y in micro_batches:
        keep = y != -100
        pairs += torch.bincount(x[keep] * V + y[keep], minlength=V * V).reshape(V, V)
    N = pairs.sum()
    if N == 0:
        raise ValueError("nothing to learn from")
    log_p = table.log_softmax(1)
    return -(pairs * log_p).sum() / N, (pairs.sum(1, keepdim=True) * log_p.exp() - pairs) / N


# %% right: all positions in one batch
def accumulated_gradient(table, micro_batches):
    x = torch.cat([a.flatten() for a, _ in micro_batches])
    y = torch.cat([b.flatten() for _, b in micro_batches])
    if (y == -100).all():
        raise ValueError("all labels are -100")
    table = table.clone().requires_grad_()
    loss = F.cross_entropy(table[x], y)
    loss.backward()
    return loss.detach(), table.grad


# %% wrong: mean of the means  says: this is the mean of the micro-batches' means; a label in a short one then weighs more. Divide the *sum* by N, the labels of all.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten()) / len(micro_batches)
        loss = loss.nan_to_num()
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: mean of the means, empty ones skipped  says: this is the mean of the micro-batches' means; a label in a short one then weighs more. Divide the *sum* by N, the labels of all.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        if (labels == -100).all():
            continue
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten()) / len(micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: sum of the means  says: the means of the micro-batches were added up; divide the sum over all labels by N.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        if (labels == -100).all():
            continue
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten())
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: NaN from a micro-batch without labels  says: the mean over no labels is 0/0: sum first, and divide by N at the end.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten()) * (labels != -100).sum() / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: sum  says: this is the sum; divide it by N.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum")
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: divided by the number of all positions  says: N counts the labels that are not −100; this divides by all positions.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / sum(y.numel() for _, y in micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: mean over positions, mean of the means  says: N counts the labels that are not −100; this divides by all positions.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / labels.numel() / len(micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: divided by the rows  says: divide by N, the number of labels that count, not by the number of rows.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / sum(len(y) for _, y in micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: means weighted by rows  says: weigh by the labels that count, not by rows or positions.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        if (labels == -100).all():
            continue
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten()) * len(labels) / sum(len(y) for _, y in micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: means weighted by positions  says: weigh by the labels that count, not by rows or positions.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        if (labels == -100).all():
            continue
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten()) * labels.numel() / sum(y.numel() for _, y in micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: divided by the number of micro-batches as well  says: dividing by N is enough; this also divides by the number of micro-batches.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N / len(micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: padding counted as token 0  says: labels of −100 carry no loss; here they are trained on as a token.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.clamp(min=0).flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: padding counted as token 0, all positions  says: labels of −100 carry no loss; here they are trained on as a token.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.clamp(min=0).flatten(), reduction="sum") / sum(y.numel() for _, y in micro_batches)
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: only the last micro-batch  says: the gradient holds the last micro-batch alone: call `backward` for each, and empty the gradient before the loop, not inside.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        table.grad = None
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: only the first micro-batch  says: only the first micro-batch was used.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
        break
    return total, table.grad


# %% wrong: graph of the last loss  says: the gradient holds the last micro-batch alone: call `backward` for each, and empty the gradient before the loop, not inside.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        total += loss.item()
    loss.backward()
    return total, table.grad


# %% wrong: loss of the last micro-batch  says: the loss is that of all micro-batches, not of the last.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return loss.item(), table.grad


# %% wrong: loss summed, gradient right  says: this is the sum; divide it by N.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total * N, table.grad


# %% wrong: gradient divided twice  says: the gradient was divided twice.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad / N


# %% wrong: gradient over the micro-batches  says: dividing by N is enough; this also divides by the number of micro-batches.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad / len(micro_batches)


# %% wrong: takes a step in between  says: the table must stay the same for all micro-batches; there is no step in between.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
        with torch.no_grad():
            table -= 0.1 * table.grad
    return total, table.grad


# %% wrong: new table returned  says: return the gradient, not a table after a step.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, (table - table.grad).detach()


# %% wrong: sign of the gradient  says: the sign is wrong
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, -table.grad


# %% wrong: transposed table  says: the logits after token x are *row* x of the table.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table.T[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: inputs and labels exchanged  says: the label is the token that is predicted, the input picks the row.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        keep = labels != -100
        loss = F.cross_entropy(table[labels[keep]], inputs[keep], reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: labels shifted once more  says: the labels are shifted already: labels[b, t] belongs to inputs[b, t].
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs[:, :-1]].flatten(0, 1), labels[:, 1:].flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: softmax before cross_entropy  says: `F.cross_entropy` wants logits; the softmax was applied twice.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1).softmax(1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: softmax over the positions  says: the softmax runs over the vocabulary, the last axis of table[inputs].
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        log_p = table[inputs].flatten(0, 1).log_softmax(0)
        y = labels.flatten()
        loss = -log_p[y >= 0, y[y >= 0]].sum() / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: largest gradient instead of the sum  says: the gradients of the micro-batches add up.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    G = []
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        G.append(torch.autograd.grad(loss, table)[0])
        total += loss.item()
    return total, torch.stack(G).amax(0)


# %% wrong: loss in bits  says: the logarithm is the natural one.
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total / math.log(2), table.grad / math.log(2)


# %% wrong: nothing to learn from: NaN  says: accepted bad input
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad


# %% wrong: the loss alone  says: expected a tuple (loss, gradient)
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total


# %% wrong: NumPy float32  says: has dtype float32
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    table = table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    return total, table.grad.float()


# %% wrong: changes the table  says: changed its input
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    given, table = table, table.clone().requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()  # adds to table.grad
        total += loss.item()
    given -= 0.1 * table.grad
    return total, table.grad


# %% wrong: no copy, so that a second call adds to the first  says: a second call with the same table gives twice the gradient: the table now carries the first one in `.grad`. Work on a copy (`table.clone()`).
def accumulated_gradient(table, micro_batches):
    N = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    if N == 0:
        raise ValueError("expected at least one label that counts, got none")
    Z = table.requires_grad_()
    total = 0.0
    for inputs, labels in micro_batches:
        loss = F.cross_entropy(Z[inputs].flatten(0, 1), labels.flatten(), reduction="sum") / N
        loss.backward()
        total += loss.item()
    return total, Z.grad
