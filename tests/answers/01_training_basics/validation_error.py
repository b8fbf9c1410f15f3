# %% right: both bugs mended
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.mean((v @ w + average - val_y) ** 2)


# %% right: mended in place, and the last line forgotten
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x = (train_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = (val_x - mean) / std @ w + average
    return w, np.mean((prediction - val_y) ** 2)


# Mend the function above. When it is right, delete the lines below this comment.
# YOUR CODE HERE
raise NotImplementedError


# %% right: scikit-learn
def validation_error(train_x, train_y, val_x, val_y):
    from sklearn.linear_model import Ridge
    from sklearn.metrics import mean_squared_error
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train_x)
    model = Ridge(alpha=1.0).fit(scaler.transform(train_x), train_y)
    error = mean_squared_error(val_y, model.predict(scaler.transform(val_x)))
    return model.coef_, error


# %% right: explicit inverse and column loop
def validation_error(train_x, train_y, val_x, val_y):
    x, v = np.empty_like(train_x), np.empty_like(val_x)
    for d in range(train_x.shape[1]):
        m, s = np.mean(train_x[:, d]), np.std(train_x[:, d])
        x[:, d], v[:, d] = (train_x[:, d] - m) / s, (val_x[:, d] - m) / s
    ybar = np.mean(train_y)
    w = np.linalg.inv(x.T.dot(x) + np.identity(x.shape[1])).dot(x.T).dot(train_y - ybar)
    residuals = v.dot(w) + ybar - val_y
    return w, float(residuals.dot(residuals) / len(val_y))


# %% right: lstsq with extra rows
def validation_error(train_x, train_y, val_x, val_y):
    mu, sd = np.mean(train_x, 0), np.std(train_x, 0)
    X, V = (train_x - mu) / sd, (val_x - mu) / sd
    D = X.shape[1]
    w, *_ = np.linalg.lstsq(np.r_[X, np.eye(D)], np.r_[train_y - train_y.mean(), np.zeros(D)], rcond=None)
    return w, ((V @ w + train_y.mean() - val_y) ** 2).mean()


# %% right: singular values
def validation_error(train_x, train_y, val_x, val_y):
    mu, sd = train_x.mean(0), train_x.std(0)
    X = (train_x - mu) / sd
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    w = Vt.T @ (s / (s**2 + 1) * (U.T @ (train_y - train_y.mean())))
    r = (val_x - mu) / sd @ w + train_y.mean() - val_y
    return w, np.asarray(r @ r / r.size)


# %% right: torch, loops for the error
def validation_error(train_x, train_y, val_x, val_y):
    tx, ty, vx = map(torch.tensor, (train_x, train_y, val_x))
    m, s = tx.mean(0), tx.std(0, unbiased=False)
    x = (tx - m) / s
    w = torch.linalg.solve(x.T @ x + torch.eye(x.shape[1], dtype=x.dtype), x.T @ (ty - ty.mean()))
    pred = (vx - m) / s @ w + ty.mean()
    return w.numpy(), sum((float(p) - float(y)) ** 2 for p, y in zip(pred, val_y)) / len(val_y)


# %% wrong: nothing mended  says: still know the validation set
def validation_error(train_x, train_y, val_x, val_y):
    everything = np.concatenate([train_x, val_x])
    mean, std = everything.mean(axis=0), everything.std(axis=0)
    x = (train_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = x @ w + average
    return w, np.mean((prediction - train_y) ** 2)


# %% wrong: only the error mended  says: still know the validation set
def validation_error(train_x, train_y, val_x, val_y):
    everything = np.concatenate([train_x, val_x])
    mean, std = everything.mean(axis=0), everything.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.mean((v @ w + average - val_y) ** 2)


# %% wrong: only the leak mended  says: this is the error on the training set
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x = (train_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.mean((x @ w + average - train_y) ** 2)


# %% wrong: each set with its own statistics  says: with its own statistics
def validation_error(train_x, train_y, val_x, val_y):
    x = (train_x - train_x.mean(axis=0)) / train_x.std(axis=0)
    v = (val_x - val_x.mean(axis=0)) / val_x.std(axis=0)
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.mean((v @ w + average - val_y) ** 2)


# %% wrong: the validation set not standardised  says: the validation set is not standardised
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x = (train_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.mean((val_x @ w + average - val_y) ** 2)


# %% wrong: standardisation left out  says: not standardised any more
def validation_error(train_x, train_y, val_x, val_y):
    average = train_y.mean()
    w = np.linalg.solve(train_x.T @ train_x + np.eye(train_x.shape[1]), train_x.T @ (train_y - average))
    return w, np.mean((val_x @ w + average - val_y) ** 2)


# %% wrong: mean of the validation targets  says: the mean of the training targets
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - train_y.mean()))
    return w, np.mean((v @ w + val_y.mean() - val_y) ** 2)


# %% wrong: fitted on the validation set  says: from the validation set
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = val_x.mean(axis=0), val_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.mean((v @ w + average - val_y) ** 2)


# %% wrong: standard deviation of a sample  says: plain `np.std`
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0, ddof=1)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.mean((v @ w + average - val_y) ** 2)


# %% wrong: root mean squared error  says: the root of the mean squared error
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    return w, np.sqrt(np.mean((v @ w + average - val_y) ** 2))


# %% wrong: standardises the caller's data in place  says: changed its input
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    train_x -= mean
    train_x /= std
    average = train_y.mean()
    w = np.linalg.solve(train_x.T @ train_x + np.eye(len(mean)), train_x.T @ (train_y - average))
    return w, np.mean(((val_x - mean) / std @ w + average - val_y) ** 2)


# %% wrong: mean of training, std of everything  says: still knows the validation set
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), np.concatenate([train_x, val_x]).std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = v @ w + average
    return w, np.mean((prediction - val_y) ** 2)


# %% wrong: fits on both sets  says: fitted on both sets
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average)) if False else np.linalg.solve(np.r_[x, v].T @ np.r_[x, v] + np.eye(x.shape[1]), np.r_[x, v].T @ (np.r_[train_y, val_y] - average))
    prediction = v @ w + average
    return w, np.mean((prediction - val_y) ** 2)


# %% wrong: no ridge  says: plain least squares
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + 1e-12 * np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = v @ w + average
    return w, np.mean((prediction - val_y) ** 2)


# %% wrong: mean absolute error  says: mean absolute value
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = v @ w + average
    return w, np.mean(abs(prediction - val_y))


# %% wrong: divides by the training rows  says: not of training rows
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = v @ w + average
    return w, np.sum((prediction - val_y) ** 2) / len(train_y)


# %% wrong: weights in the units of the raw columns  says: belong to the raw columns
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = v @ w + average
    return w / std, np.mean((prediction - val_y) ** 2)


# %% wrong: global std  says: its own standard deviation
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std()
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = v @ w + average
    return w, np.mean((prediction - val_y) ** 2)


# %% wrong: validation error against its own mean  says: centred with its own mean
def validation_error(train_x, train_y, val_x, val_y):
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    x, v = (train_x - mean) / std, (val_x - mean) / std
    average = train_y.mean()
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ (train_y - average))
    prediction = (v - v.mean(axis=0)) @ w + average
    return w, np.mean((prediction - val_y) ** 2)
