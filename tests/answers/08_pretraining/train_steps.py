# %% right: both bugs mended
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% right: torch's optimiser and clip_grad_norm_
def train_steps(embedding, output, batches, lr, max_norm):
    E, U = (torch.nn.Parameter(torch.tensor(m)) for m in (embedding, output))
    sgd = torch.optim.SGD([E, U], lr=lr)
    norms = []
    for inputs, labels in batches:
        sgd.zero_grad()
        F.cross_entropy(E[torch.tensor(inputs)] @ U, torch.tensor(labels)).backward()
        total = torch.linalg.vector_norm(torch.cat([E.grad.flatten(), U.grad.flatten()]))
        if total > max_norm:
            for p in (E, U):
                p.grad.mul_(max_norm / total)
        norms.append(total.item())
        sgd.step()
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% right: mended in place, last lines forgotten
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        E.grad = U.grad = None
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            for weights in (E, U):
                norm = norms[-1]
                if norm > max_norm:
                    weights.grad *= max_norm / norm
                weights -= lr * weights.grad
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# Mend the function above. When it is right, delete the lines below this comment.
# YOUR CODE HERE
raise NotImplementedError


# %% right: by hand in NumPy
def train_steps(embedding, output, batches, lr, max_norm):
    E, U, norms = embedding.copy(), output.copy(), []
    for x, y in batches:
        z = E[x] @ U
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(y)), y] -= 1
        p /= len(y)
        gU, h = E[x].T @ p, p @ U.T
        gE = np.zeros_like(E)
        np.add.at(gE, x, h)
        norm = np.sqrt((gE**2).sum() + (gU**2).sum())
        norms.append(norm)
        factor = max_norm / norm if norm > max_norm else 1.0
        E, U = E - lr * factor * gE, U - lr * factor * gU
    return E, U, np.array(norms)


# %% right: torch's optimiser and torch's clipping
def train_steps(embedding, output, batches, lr, max_norm):
    E, U = (torch.nn.Parameter(torch.tensor(m)) for m in (embedding, output))
    sgd = torch.optim.SGD([E, U], lr=lr)
    norms = np.zeros(len(batches))
    for i, (inputs, labels) in enumerate(batches):
        F.cross_entropy(E[torch.tensor(inputs)] @ U, torch.tensor(labels)).backward()
        norms[i] = torch.nn.utils.clip_grad_norm_([E, U], max_norm)
        sgd.step()
        sgd.zero_grad()
    return E.detach().numpy(), U.detach().numpy(), norms


# %% right: autograd.grad
def train_steps(embedding, output, batches, lr, max_norm):
    E, U, norms = torch.tensor(embedding), torch.tensor(output), []
    for inputs, labels in batches:
        E, U = E.requires_grad_(), U.requires_grad_()
        loss = F.cross_entropy(E[inputs] @ U, torch.as_tensor(labels))
        g = torch.autograd.grad(loss, (E, U))
        norm = torch.hypot(g[0].norm(), g[1].norm())
        factor = (max_norm / norm.clamp(min=1e-300)).clamp(max=1.0)
        E, U = (E - lr * factor * g[0]).detach(), (U - lr * factor * g[1]).detach()
        norms.append(float(norm))
    return E.numpy(), U.numpy(), np.asarray(norms)


# %% wrong: only the clipping mended  says: the gradient of the batches before is still in `.grad`: `backward` *adds* to what is there.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: only the zeroing mended  says: each matrix was clipped by a norm of its own; one norm belongs to the whole gradient, so that its direction stays.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            for weights in (E, U):
                norm = weights.grad.norm()
                if norm > max_norm:
                    weights.grad *= max_norm / norm
                weights -= lr * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: nothing mended  says: is not right
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            for weights in (E, U):
                norm = weights.grad.norm()
                if norm > max_norm:
                    weights.grad *= max_norm / norm
                weights -= lr * weights.grad
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: zeroed once, before the loop  says: the gradient of the batches before is still in `.grad`: `backward` *adds* to what is there.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    E.grad = U.grad = None
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: one of the two zeroed  says: only one of the two gradients is emptied.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
            E.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: zeroed between backward and step  says: the weights did not move: was the gradient emptied before it was used, or a matrix left out of the step?
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            E.grad.zero_()
            U.grad.zero_()
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: no clipping  says: the gradient is not clipped before the step.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: always scaled  says: a gradient that is short enough stays as it is; here it was made longer.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = max_norm / norms[-1]
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: clipped by value  says: the entries were clipped one by one; the whole gradient is scaled by one factor.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * weights.grad.clamp(-max_norm, max_norm)
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: clipped by the larger norm  says: the norm goes over all entries of both matrices: √(Σ g_E² + Σ g_U²).
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / max(E.grad.norm(), U.grad.norm()).item())
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: clipped by the sum of the norms  says: the norm goes over all entries of both matrices: √(Σ g_E² + Σ g_U²).
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / (E.grad.norm() + U.grad.norm()).item())
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: clipped by the squared norm  says: the root of the sum of squares is missing in the factor.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1] ** 2)
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: the norm after clipping  says: the norms are those *before* clipping.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    norms = [min(n, max_norm) for n in norms]
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: the squared norm  says: the norms are squared; take the root.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    norms = [n**2 for n in norms]
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: the sum of the norms returned  says: ‖g‖ is the root of the sum of *all* squares, not the sum of two norms.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            total = math.sqrt(E.grad.square().sum() + U.grad.square().sum())
            norms.append(float(E.grad.norm() + U.grad.norm()))
            scale = min(1.0, max_norm / total)
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: clipped after the step  says: the gradient is not clipped before the step.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: the weights clipped  says: the gradient is clipped, not the weights.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * weights.grad
                weights.grad = None
                weights *= min(1.0, max_norm / weights.norm().item())
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: sum instead of the mean  says: the loss is a mean over the pairs of the batch, not a sum.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y, reduction="sum")
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: uphill  says: the step goes uphill; the gradient is subtracted.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights += lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: U not trained  says: the weights did not move: was the gradient emptied before it was used, or a matrix left out of the step?
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad * (weights is E)
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: all batches at once  says: there is one step for each batch.
def train_steps(embedding, output, batches, lr, max_norm):
    E, U = torch.tensor(embedding, requires_grad=True), torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        F.cross_entropy(E[torch.tensor(inputs)] @ U, torch.tensor(labels)).backward()
        norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
    with torch.no_grad():
        scale = min(1.0, max_norm / norms[-1])
        E -= lr * scale * E.grad
        U -= lr * scale * U.grad
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: losses returned  says: the third result is the norm of each step's gradient, not its loss.
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms, losses = [], []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(losses)


# %% wrong: only the last norm  says: single number
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.tensor(embedding, requires_grad=True)
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), norms[-1]


# %% wrong: Adam instead  says: is not right
def train_steps(embedding, output, batches, lr, max_norm):
    E, U = (torch.nn.Parameter(torch.tensor(m)) for m in (embedding, output))
    adam = torch.optim.Adam([E, U], lr=lr)
    norms = []
    for inputs, labels in batches:
        adam.zero_grad()
        F.cross_entropy(E[torch.tensor(inputs)] @ U, torch.tensor(labels)).backward()
        norms.append(torch.nn.utils.clip_grad_norm_([E, U], max_norm).item())
        adam.step()
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)


# %% wrong: trains the arrays in place  says: changed its input
def train_steps(embedding, output, batches, lr, max_norm):
    E = torch.from_numpy(embedding).requires_grad_()
    U = torch.tensor(output, requires_grad=True)
    norms = []
    for inputs, labels in batches:
        x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
        loss = F.cross_entropy(E[x] @ U, y)
        loss.backward()
        with torch.no_grad():
            norms.append(math.sqrt(E.grad.square().sum() + U.grad.square().sum()))
            scale = min(1.0, max_norm / norms[-1]) if norms[-1] else 1.0
            for weights in (E, U):
                weights -= lr * scale * weights.grad
                weights.grad = None
    return E.detach().numpy(), U.detach().numpy(), np.array(norms)
