# %% right: collate and answer_loss
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% right: torch's loss, Adam's averages shorter
def fine_tune(model, chats, steps, lr, pad):
    x, y = collate(chats, pad)
    x, y = torch.tensor(x), torch.tensor(y)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, betas=(0.9, 0.99), weight_decay=0.0)
    losses = np.zeros(steps)
    for s in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), ignore_index=-100)
        losses[s] = loss.item()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return losses


# %% right: a batch of its own
def fine_tune(model, chats, steps, lr, pad):
    T = max(len(ids) for ids, _ in chats)
    ids = torch.full((len(chats), T), pad)
    learnt = torch.zeros(len(chats), T, dtype=torch.bool)
    for row, mask, (i, m) in zip(ids, learnt, chats):
        row[: len(i)] = torch.as_tensor(i)
        mask[: len(m)] = torch.as_tensor(m).bool()
    opt = torch.optim.AdamW(list(model.parameters()), lr, weight_decay=0.1)
    losses = []
    model.train()
    for step in range(steps):
        for p in model.parameters():
            p.grad = None
        logits = model(ids[:, :-1])[learnt[:, 1:]]
        loss = -logits.log_softmax(-1).gather(1, ids[:, 1:][learnt[:, 1:]][:, None]).mean()
        loss.backward()
        opt.step()
        losses.append(float(loss))
    return np.asarray(losses, dtype=np.float64)


# %% wrong: no step  says: the model is the same as before
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: a copy is trained  says: the model is the same as before
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    model = copy.deepcopy(model)
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: no backward  says: the model is the same as before
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: uphill  says: the gradient is *subtracted*
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        (-loss).backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: one step only  says: one for each step
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(1):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: one step too many  says: one for each step
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps + 1):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: the last loss only  says: expected a NumPy array of floats
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses[-1]


# %% wrong: losses after the update  says: before the first step
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(answer_loss(model(inputs), labels).item())
    return np.array(losses)


# %% wrong: everything is learnt  says: mean over the answers' tokens alone
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    labels = torch.where(labels == -100, inputs.roll(-1, 1), labels)
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: shifted again  says: mean over the answers' tokens alone
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs)[:, :-1], labels[:, 1:])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: the sum of the losses  says: mean over the answers' tokens alone
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels) * (labels != -100).sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: only the first chat  says: of all chats
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats[:1], pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: plain gradient descent  says: AdamW with the given rate
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: a rate of a thousandth  says: AdamW with the given rate
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr / 1000)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: a rate a hundred times too large
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=100 * lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: only the last norm is trained  says: AdamW with the given rate
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.norm.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: tensors in a list  says: expected a NumPy array of floats
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss)
    return losses


# %% wrong: nothing returned  says: expected a NumPy array of floats
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    np.array(losses)


# %% wrong: losses in reverse order  says: before the first step
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses[::-1])


# %% wrong: trained on the pads' and prompts' ids alone  says: mean over the answers' tokens alone
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    labels = torch.where(labels == -100, inputs.roll(-1, 1), -100)
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)


# %% wrong: <end> is not learnt  says: mean over the answers' tokens alone
def fine_tune(model, chats, steps, lr, pad):
    inputs, labels = map(torch.from_numpy, collate(chats, pad))
    labels[:, -1] = -100
    adam = torch.optim.AdamW(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = answer_loss(model(inputs), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses)
