# %% right: vectorised
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return (error**2).mean(), 2 / y.size * error


# %% right: plain Python loop
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"shapes {y_hat.shape} and {y.shape} differ")
    N = y_hat.size
    gradient = np.zeros_like(y_hat)
    loss = 0.0
    for index in np.ndindex(y_hat.shape):
        difference = float(y_hat[index]) - float(y[index])
        loss += difference * difference / N
        gradient[index] = 2 * difference / N
    return loss, gradient


# %% right: torch autograd, returned as NumPy
def mse(y_hat, y):
    import torch

    if tuple(y_hat.shape) != tuple(y.shape):
        raise ValueError("got shapes " + str(list(y_hat.shape)) + " and " + str(list(y.shape)))
    prediction = torch.tensor(y_hat, requires_grad=True)
    loss = torch.nn.functional.mse_loss(prediction, torch.tensor(y))
    loss.backward()
    return loss.item(), prediction.grad.numpy()


# %% right: in place on a copy, with a helper and a list for the pair
def _difference(a, b):
    c = a.copy()
    c -= b
    return c


def mse(y_hat, y):
    if np.shape(y_hat) != np.shape(y):
        raise ValueError("expected equal shapes, got %s and %s" % (y_hat.shape, y.shape))
    e = _difference(y_hat, y)
    return (np.dot(e.ravel(), e.ravel()) / e.size, e * 2 / e.size)


# %% right: einsum and np.float64
def mse(y_hat, y):
    if np.shape(y_hat) != np.shape(y):
        raise ValueError("shapes " + str(np.shape(y_hat)) + " and " + str(np.shape(y)))
    e = (y_hat - y).reshape(-1)
    return np.einsum("i,i->", e, e) / e.size, (2.0 / e.size) * (y_hat - y)


# %% right: nested recursion over the axes
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"{list(y_hat.shape)} is not {list(y.shape)}")
    n = y.size
    def go(a, b):
        if a.ndim == 0:
            d = float(a) - float(b)
            return d * d, np.array(2 * d / n)
        parts = [go(p, q) for p, q in zip(a, b)]
        return sum(p[0] for p in parts), np.stack([p[1] for p in parts])
    total, g = go(y_hat, y)
    return total / n, g


# %% wrong: sum instead of mean  says: the mean divides it by N
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return (error**2).sum(), 2 * error


# %% wrong: factor one half  says: no factor 1/2
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return (error**2).mean() / 2, error / error.size


# %% wrong: divides by the rows only  says: N counts all entries
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return (error**2).sum() / len(y), 2 * error / len(y)


# %% wrong: gradient with the sign of y  says: the sign is flipped
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    return ((y - y_hat) ** 2).mean(), 2 * (y - y_hat) / y.size


# %% wrong: gradient without the mean  says: the factor 1/N is missing
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    return ((y_hat - y) ** 2).mean(), 2 * (y_hat - y)


# %% wrong: gradient without the 2  says: the factor 2 from the square is missing
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    return ((y_hat - y) ** 2).mean(), (y_hat - y) / y.size


# %% wrong: root mean squared error  says: leave out the square root
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return np.sqrt((error**2).mean()), 2 * error / error.size


# %% wrong: absolute error  says: square the differences
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return np.abs(error).mean(), np.sign(error) / error.size


# %% wrong: no return  says: did you forget `return`
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    loss, gradient = (error**2).mean(), 2 * error / error.size


# %% wrong: changes the predictions in place  says: changed its input
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    y_hat -= y
    return (y_hat**2).mean(), 2 * y_hat / y.size


# %% wrong: accepts shapes that broadcast  says: accepted bad input
def mse(y_hat, y):
    error = y_hat - y
    return (error**2).mean(), 2 * error / error.size


# %% wrong: hard-coded for the example  says: this is the answer of the example
def mse(y_hat, y):
    return 5.0, np.array([1.0, 3.0])


# %% wrong: returns the loss only  says: expected a tuple (loss, gradient)
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    return ((y_hat - y) ** 2).mean()


# %% wrong: gradient flattened to a vector  says: has shape
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = (y_hat - y).ravel()
    return (error**2).mean(), 2 * error / error.size


# %% wrong: float32 gradient  says: dtype float32
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return (error**2).mean(), (2 * error / error.size).astype(np.float32)


# %% wrong: gradient as a list  says: `np.array(…)`
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return (error**2).mean(), (2 * error / error.size).tolist()


# %% wrong: compares lengths instead of shapes  says: accepted bad input
def mse(y_hat, y):
    if len(y_hat) != len(y):
        raise ValueError(f"expected {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return (error**2).mean(), 2 * error / error.size


# %% wrong: gradient first  says: stands where `gradient` should be
def mse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"expected y of shape {y_hat.shape}, got {y.shape}")
    error = y_hat - y
    return 2 * error / error.size, (error**2).mean()


# %% wrong: gradient divides by the rows only  says: divides by the number of rows
def mse(y_hat, y):
    if y_hat.shape != y.shape: raise ValueError(f"{y_hat.shape} {y.shape}")
    e = y_hat - y
    return np.mean(e**2), 2 * e / len(e)


# %% wrong: square of the mean error  says: the square of the mean
def mse(y_hat, y):
    if y_hat.shape != y.shape: raise ValueError(f"{y_hat.shape} {y.shape}")
    e = y_hat - y
    return np.mean(e)**2, 2 * e / e.size


# %% wrong: gradient averaged to one number  says: is the single number
def mse(y_hat, y):
    if y_hat.shape != y.shape: raise ValueError(f"{y_hat.shape} {y.shape}")
    e = y_hat - y
    return np.mean(e**2), np.mean(2 * e)


# %% wrong: sizes compared, message has sizes only  says: it should name 1
def mse(y_hat, y):
    if y_hat.shape != y.shape: raise ValueError(f"{y_hat.size} entries against {y.size}")
    e = y_hat - y
    return np.mean(e**2), 2 * e / e.size


# %% wrong: the whole loss in the gradient  says: not its derivative
def mse(y_hat, y):
    if y_hat.shape != y.shape: raise ValueError(f"{y_hat.shape} {y.shape}")
    e = y_hat - y
    return np.mean(e**2), e**2 / e.size


# %% wrong: prints and returns None for a perfect fit  says: did you forget `return`
def mse(y_hat, y):
    if y_hat.shape != y.shape: raise ValueError(f"{y_hat.shape} {y.shape}")
    e = y_hat - y
    loss = np.mean(e**2)
    if loss > 0:
        return loss, 2 * e / e.size
