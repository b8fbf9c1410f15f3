# %% right: softmax regression in NumPy
def train_and_predict(train_x, train_y, test_x):
    x, onehot = train_x / 16, np.eye(10)[train_y]
    w, b = np.zeros((64, 10)), np.zeros(10)
    for _ in range(600):
        z = x @ w + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        error = (p - onehot) / len(x)
        w -= 2.0 * x.T @ error
        b -= 2.0 * error.sum(axis=0)
    return (test_x / 16 @ w + b).argmax(axis=1)


# %% right: small network in torch, mini-batches, no fixed seed
def train_and_predict(train_x, train_y, test_x):
    import torch

    mean, std = train_x.mean(), train_x.std()
    x = torch.tensor((train_x - mean) / std).float()
    y = torch.tensor(train_y).long()
    model = torch.nn.Sequential(torch.nn.Linear(64, 50), torch.nn.Tanh(), torch.nn.Linear(50, 10))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for epoch in range(15):
        for rows in torch.randperm(len(x)).split(50):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimiser.step()
    print("trained", file=__import__("sys").stderr)
    return model(torch.tensor((test_x - mean) / std).float()).argmax(1).numpy()


# %% right: nearest neighbours
def train_and_predict(train_x, train_y, test_x):
    labels = np.empty(len(test_x), dtype=np.int32)
    for n, row in enumerate(test_x):
        near = np.argsort(((train_x - row) ** 2).sum(axis=1))[:3]
        labels[n] = np.bincount(train_y[near]).argmax()
    return labels


# %% right: a ready-made classifier
def train_and_predict(train_x, train_y, test_x):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=20).fit(train_x / 16, train_y).predict(test_x / 16)


# %% wrong: never trained  says: of the 597 labels are right
def train_and_predict(train_x, train_y, test_x):
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    return model(torch.tensor(test_x / 16).float()).argmax(dim=1).numpy()


# %% wrong: one step only  says: of the 597 labels are right
def train_and_predict(train_x, train_y, test_x):
    x, onehot = train_x / 16, np.eye(10)[train_y]
    w = 0.5 * x.T @ (onehot - 0.1) / len(x)
    return (test_x / 16 @ w).argmax(axis=1)


# %% wrong: returns logits  says: has shape (1, 10)
def train_and_predict(train_x, train_y, test_x):
    x, onehot = train_x / 16, np.eye(10)[train_y]
    w = np.zeros((64, 10))
    for _ in range(600):
        p = np.exp(x @ w - (x @ w).max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        w -= 2.0 * x.T @ (p - onehot) / len(x)
    return test_x / 16 @ w


# %% wrong: labels counted from 1  says: with -1 on every label they would be right
def train_and_predict(train_x, train_y, test_x):
    x, onehot = train_x / 16, np.eye(10)[train_y]
    w = np.zeros((64, 10))
    for _ in range(600):
        p = np.exp(x @ w - (x @ w).max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        w -= 2.0 * x.T @ (p - onehot) / len(x)
    return (test_x / 16 @ w).argmax(axis=1) + 1


# %% wrong: a learning rate that explodes  says: every example gets the same label
def train_and_predict(train_x, train_y, test_x):
    x, onehot = train_x, np.eye(10)[train_y]
    w = np.zeros((64, 10))
    for _ in range(50):
        p = np.exp(x @ w)
        p /= p.sum(axis=1, keepdims=True)
        w -= 10.0 * x.T @ (p - onehot) / len(x)
    return (test_x @ w).argmax(axis=1)


# %% wrong: regression on the number of the class  says: at least 93% are asked
def train_and_predict(train_x, train_y, test_x):
    x = np.column_stack([train_x / 16, np.ones(len(train_x))])
    w = np.linalg.lstsq(x, train_y.astype(float), rcond=None)[0]
    guess = np.column_stack([test_x / 16, np.ones(len(test_x))]) @ w
    return np.clip(np.rint(guess), 0, 9).astype(int)


# %% wrong: argmax over the batch  says: has shape
def train_and_predict(train_x, train_y, test_x):
    x, onehot = train_x / 16, np.eye(10)[train_y]
    w = np.zeros((64, 10))
    for _ in range(600):
        p = np.exp(x @ w - (x @ w).max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        w -= 2.0 * x.T @ (p - onehot) / len(x)
    return (test_x / 16 @ w).argmax(axis=0)


# %% wrong: class means only  says: at least 93% are asked
def train_and_predict(train_x, train_y, test_x):
    means = np.stack([train_x[train_y == k].mean(axis=0) for k in range(10)])
    return ((test_x[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)


# %% wrong: looks the answers up in the original data  says: pixels reordered and digits renamed
def train_and_predict(train_x, train_y, test_x):
    from sklearn.datasets import load_digits

    data = load_digits()
    known = {row.tobytes(): label for row, label in zip(data.data, data.target)}
    return np.array([known.get(np.ascontiguousarray(row).tobytes(), 0) for row in test_x])


# %% wrong: the test set standardised with its own statistics  says: labels are right
def train_and_predict(train_x, train_y, test_x):
    def standardise(a):
        return (a - a.mean(axis=0)) / (a.std(axis=0) + 1e-9)

    x, onehot = standardise(train_x), np.eye(10)[train_y]
    w = np.zeros((64, 10))
    for _ in range(300):
        z = x @ w
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        w -= 0.5 * x.T @ (p - onehot) / len(x)
    return (standardise(test_x) @ w).argmax(axis=1)


# %% wrong: floating-point labels  says: expected integers
def train_and_predict(train_x, train_y, test_x):
    near = ((test_x[:, None] - train_x[None]) ** 2).sum(axis=2).argmin(axis=1)
    return train_y[near].astype(float)


# %% wrong: returns a torch tensor  says: a torch tensor
def train_and_predict(train_x, train_y, test_x):
    import torch

    near = torch.cdist(torch.tensor(test_x), torch.tensor(train_x)).argmin(dim=1)
    return torch.tensor(train_y)[near]


# %% wrong: returns the training labels  says: has shape (300,)
def train_and_predict(train_x, train_y, test_x):
    return train_y
