# %% right: one system of equations each
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% right: inverse matrices
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"{strength} is negative")
    D = np.zeros_like(H_A)
    np.fill_diagonal(D, H_A.diagonal())
    losses = []
    for M in (np.zeros_like(H_A), H_A, strength * H_A, strength * D):
        t = np.linalg.inv(H_B + M) @ (H_B @ b + M @ a)
        losses.append(0.5 * (t - a) @ H_A @ (t - a) + 0.5 * (t - b) @ H_B @ (t - b))
    return losses


# %% right: torch, as a step from a
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError("negative strength %r" % strength)
    HA, HB, a, b = (torch.tensor(v) for v in (H_A, H_B, a, b))

    def loss(M):
        step = torch.linalg.solve(HB + M, HB @ (b - a))
        return float(0.5 * step @ HA @ step + 0.5 * (step + a - b) @ HB @ (step + a - b))

    return loss(0 * HA), loss(HA), loss(strength * HA), loss(strength * HA.diagonal().diag())


# %% right: least squares with lstsq
def predict_ewc(H_A, a, H_B, b, strength):
    if not strength >= 0:
        raise ValueError(f"strength {strength}")
    total = lambda t: 0.5 * np.einsum("i,ij,j", t - a, H_A, t - a) + 0.5 * np.einsum("i,ij,j", t - b, H_B, t - b)
    at = lambda M: np.linalg.lstsq(H_B + M, H_B @ b + M @ a, rcond=None)[0]
    return total(b), total(at(H_A)), total(at(strength * H_A)), total(at(strength * H_A * np.eye(len(a))))


# %% wrong: only the loss of A  says: the sum of both losses is asked; this is task A's alone.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: only the loss of B  says: the sum of both losses is asked; this is task B's alone.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return (theta - b) @ H_B @ (theta - b) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: half forgotten  says: the ½ of the losses is missing.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b))


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: mean of the losses  says: the sum of the two losses is asked, not their mean.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 4


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: penalty included  says: what counts at the end are the two losses; the penalty is no loss of a task.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        theta = np.linalg.solve(H_B + M, H_B @ b + M @ a)
        return both(theta) + (theta - a) @ M @ (theta - a) / 2


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: naive ends at a  says: naive ends where B's loss is smallest, at b.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(a), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: joint half way  says: joint weighs the two minima with their curvatures; the middle between a and b is not it.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), both((a + b) / 2), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: joint with the strength  says: joint is on the plain sum of both losses; λ belongs to the penalty.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(strength * H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: joint with the diagonal  says: joint has the data of A, so its whole curvature.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(np.diag(np.diag(H_A))), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: full without the strength  says: λ is missing in front of the penalty.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(H_A), end(np.diag(np.diag(H_A)))


# %% wrong: half the strength  says: the ½ belongs to the parabola of B as well: the gradient is H_B (θ − b) + λ H_A (θ − a).
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength / 2 * H_A), end(strength / 2 * np.diag(np.diag(H_A)))


# %% wrong: twice the strength  says: the gradient of λ/2 (θ − a)ᵀ H (θ − a) is λ H (θ − a), without a 2.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(2 * strength * H_A), end(2 * strength * np.diag(np.diag(H_A)))


# %% wrong: diagonal of B too  says: only the penalty's curvature is cut to its diagonal; B is learnt as it is.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), both(np.linalg.solve(np.diag(np.diag(H_B)) + strength * np.diag(np.diag(H_A)), np.diag(np.diag(H_B)) @ b + strength * np.diag(np.diag(H_A)) @ a))


# %% wrong: diagonal measured by itself  says: the losses at the end have their whole curvature; only the penalty has the diagonal.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), (lambda t, D: (t - a) @ D @ (t - a) / 2 + (t - b) @ H_B @ (t - b) / 2)(np.linalg.solve(H_B + strength * np.diag(np.diag(H_A)), H_B @ b + strength * np.diag(np.diag(H_A)) @ a), np.diag(np.diag(H_A)))


# %% wrong: curvature of B in the penalty  says: the penalty has the curvature of the *old* task, H_A.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_B), end(strength * np.diag(np.diag(H_B)))


# %% wrong: anchored at zero  says: the penalty pulls towards a, not towards 0.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), both(np.linalg.solve(H_B + strength * H_A, H_B @ b)), both(np.linalg.solve(H_B + strength * np.diag(np.diag(H_A)), H_B @ b))


# %% wrong: identity for the diagonal  says: all weights are held alike here, as in L2; the diagonal of H_A is asked.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.eye(len(a)))


# %% wrong: trace for the diagonal  says: each weight has its own entry of the diagonal, not the mean of all.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(H_A).mean() * np.eye(len(a)))


# %% wrong: inverse of the diagonal  says: a large curvature holds a weight firmly: multiply by it.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(1 / np.diag(H_A)))


# %% wrong: the off-diagonal part  says: the diagonal is asked, not what is left without it.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * (H_A - np.diag(np.diag(H_A))))


# %% wrong: weights mixed entry by entry  says: this weighs entry by entry, as if the curvatures had a diagonal only: solve the system of equations.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both((np.diag(H_B) * b + np.diag(M) * a) / np.diag(H_B + M))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: relative to naive  says: the losses themselves are asked, not their share of naive.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    n = both(b)
    return n / n, end(H_A) / n, end(strength * H_A) / n, end(strength * np.diag(np.diag(H_A))) / n


# %% wrong: above joint  says: the losses themselves are asked, not what they are above joint.
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    j = end(H_A)
    return both(b) - j, 0.0, end(strength * H_A) - j, end(strength * np.diag(np.diag(H_A))) - j


# %% wrong: inverse of H_A  says: LinAlgError
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(np.linalg.inv(M) @ H_B + np.eye(len(a)), np.linalg.inv(M) @ H_B @ b + a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: full and diagonal exchanged  says: what belongs here stands where
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * np.diag(np.diag(H_A))), end(strength * H_A)


# %% wrong: the weights instead of the losses  says: is a mean or a sum missing?
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return np.linalg.solve(H_B + M, H_B @ b + M @ a)


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: three numbers  says: expected a tuple (naive, joint, full, diagonal)
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")


    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: no check  says: accepted bad input
def predict_ewc(H_A, a, H_B, b, strength):
    

    def both(theta):
        return ((theta - a) @ H_A @ (theta - a) + (theta - b) @ H_B @ (theta - b)) / 2


    def end(M):  # where the gradient H_B (θ − b) + M (θ − a) is 0
        return both(np.linalg.solve(H_B + M, H_B @ b + M @ a))


    return both(b), end(H_A), end(strength * H_A), end(strength * np.diag(np.diag(H_A)))


# %% wrong: hard-coded for the example
def predict_ewc(H_A, a, H_B, b, strength):
    return 2.0, 2 / 3, 2 / 3, 0.75


# %% wrong: np.diag once: a vector is added  says: the diagonal *matrix* is
def predict_ewc(H_A, a, H_B, b, strength):
    if strength < 0: raise ValueError(f"strength {strength}")
    def both(t): return ((t-a)@H_A@(t-a) + (t-b)@H_B@(t-b))/2
    def end(M): return both(np.linalg.solve(H_B+M, H_B@b + M@a))
    return both(b), end(H_A), end(strength*H_A), end(strength*np.diag(H_A))
