# %% right: np.where at the end
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% right: a loop over the free entries
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(len(theta)):
        if not free[i]:
            continue
        g = gradient[i]
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        update = (m[i] / (1 - 0.9 ** t)) / (math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8)
        theta[i] = theta[i] - lr * decay * theta[i] - lr * update
    return theta, m, v


# %% right: index arrays
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    theta, m, v = np.array(theta), np.array(m), np.array(v)
    k = np.flatnonzero(free)
    m[k] += 0.1 * (gradient[k] - m[k])
    v[k] += (1 - 0.999) * (gradient[k] ** 2 - v[k])
    theta[k] = theta[k] * (1 - lr * decay) - lr / (1 - 0.9**t) * m[k] / (np.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
    return theta, m, v


# %% right: torch's AdamW on the free part
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    part = torch.tensor(theta[free], requires_grad=True)
    part.grad = torch.tensor(gradient[free])
    optimizer = torch.optim.AdamW([part], lr=lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=decay)
    optimizer.state[part] = {
        "step": torch.tensor(float(t - 1)),
        "exp_avg": torch.tensor(m[free]),
        "exp_avg_sq": torch.tensor(v[free]),
    }
    optimizer.step()
    theta, m, v = theta.copy(), m.copy(), v.copy()
    theta[free] = part.detach().numpy()
    m[free], v[free] = optimizer.state[part]["exp_avg"].numpy(), optimizer.state[part]["exp_avg_sq"].numpy()
    return theta, m, v


# %% wrong: mask on the gradient  says: a mask on the gradient is not enough: the memory m and the weight decay still move what is frozen.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    gradient = gradient * free
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        new_theta,
        new_m,
        new_v,
    )


# %% wrong: mask on the gradient and on the decay  says: the memory m goes on pushing a frozen weight.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    gradient = gradient * free
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta * free - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        new_theta,
        new_m,
        new_v,
    )


# %% wrong: decay moves the frozen  says: weight decay pulls at the frozen weights, too.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta - lr * decay * theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: mask on the update, memory goes on  says: a frozen entry keeps its m and v exactly.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        new_m,
        new_v,
    )


# %% wrong: memory decays with gradient 0  says: a frozen entry keeps its m and v exactly; here they fade.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, 0.9 * m),
        np.where(free, new_v, 0.999 * v),
    )


# %% wrong: memory of the frozen emptied  says: a frozen entry keeps its m and v exactly; here they are set to 0.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        new_m * free,
        new_v * free,
    )


# %% wrong: frozen weights set to zero  says: frozen weights keep their value; here they are 0.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        new_theta * free,
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: mask inverted  says: True means free.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, theta, new_theta),
        np.where(free, m, new_m),
        np.where(free, v, new_v),
    )


# %% wrong: no mask  says: nothing is frozen here.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        new_theta,
        new_m,
        new_v,
    )


# %% wrong: no bias correction  says: m̂ and v̂ are missing: divide by 1 − 0.9ᵗ and 1 − 0.999ᵗ.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m
    v_hat = new_v
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: step counted from zero  says: t is the number of this step, from 1 on: 0.9ᵗ, not 0.9ᵗ⁻¹.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9 ** (t - 1))
    v_hat = new_v / (1 - 0.999 ** (t - 1))
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: step counted one too far  says: t is the number of this step: 0.9ᵗ, not 0.9ᵗ⁺¹.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9 ** (t + 1))
    v_hat = new_v / (1 - 0.999 ** (t + 1))
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: betas exchanged  says: m has 0.9, v has 0.999.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.999 * m + 0.001 * gradient
    new_v = 0.9 * v + 0.1 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: gradient at full size in m  says: the new gradient enters m with the factor 0.1.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: v without the square  says: v is the mean of the *squared* gradients.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * np.abs(gradient)
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: no root  says: the root of v̂ is missing.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (v_hat + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: decay through the gradient  says: this adds the decay to the gradient (L2), so that Adam rescales it; AdamW subtracts η · decay · θ from θ.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    gradient = gradient + decay * theta
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: decay without the learning rate  says: the decay is multiplied by the learning rate.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: no decay  says: the weight decay is missing.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: decay after the step  says: the decay acts on θ before the step.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    new_theta = new_theta - lr * decay * new_theta
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: uphill  says: the step goes uphill; it is subtracted.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta + lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: plain gradient step  says: this is plain gradient descent: m̂ / (√v̂ + ε) is asked.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * gradient
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: old memory used  says: m and v take the new gradient in before they are used.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = m / (1 - 0.9**t)
    v_hat = v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: returns the corrected memory  says: return m and v, not m̂ and v̂.
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, m_hat, m),
        np.where(free, v_hat, v),
    )


# %% wrong: returns the free part  says: has shape (3,)
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        new_theta[free],
        new_m[free],
        new_v[free],
    )


# %% wrong: in place  says: changed its input
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    m *= 1 - 0.1 * free
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_m, m),
        np.where(free, new_v, v),
    )


# %% wrong: the weights alone  says: expected a tuple (theta, m, v)
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return np.where(free, new_theta, theta)


# %% wrong: m and v exchanged  says: what belongs here stands where
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    new_m = 0.9 * m + 0.1 * gradient
    new_v = 0.999 * v + 0.001 * gradient**2
    m_hat = new_m / (1 - 0.9**t)
    v_hat = new_v / (1 - 0.999**t)
    new_theta = theta - lr * decay * theta - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return (
        np.where(free, new_theta, theta),
        np.where(free, new_v, v),
        np.where(free, new_m, m),
    )


# %% wrong: hard-coded for the example
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    return np.where(free, 0.9, 1.0) + 0 * theta, np.where(free, 0.3, 0.0), v * 0 + 0.009 * free


# %% wrong: epsilon under the root  says: not to v̂ under it
def masked_step(theta, gradient, m, v, t, free, lr, decay):
    nm = 0.9*m + 0.1*gradient
    nv = 0.999*v + 0.001*gradient**2
    mh = nm/(1-0.9**t); vh = nv/(1-0.999**t)
    nt = theta - lr*decay*theta - lr*mh/np.sqrt(vh+1e-8)
    return np.where(free, nt, theta), np.where(free, nm, m), np.where(free, nv, v)
