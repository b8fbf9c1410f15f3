# %% right: slices with a step
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% right: two loops
def sinusoidal_positions(T, C):
    if C % 2 == 1:
        raise ValueError("odd width " + str(C))
    P = np.empty((T, C))
    for t in range(T):
        for c in range(C):
            i = c // 2
            angle = t / 10000 ** (2 * i / C)
            P[t, c] = math.cos(angle) if c % 2 else math.sin(angle)
    return P


# %% right: exponentials and a stack
def sinusoidal_positions(T, C):
    if C & 1:
        raise ValueError(f"C = {C}")
    i = np.arange(C // 2)
    angles = np.outer(np.arange(T), np.exp(-2 * i * np.log(10000) / C))
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, C)


# %% right: complex numbers
def sinusoidal_positions(T, C):
    if C % 2 != 0:
        raise ValueError(f"{C} is odd")
    turn = np.exp(1j * np.arange(T)[:, None] / np.power(1e4, np.arange(0, C, 2)[None] / C))
    return np.dstack([turn.imag, turn.real]).reshape(T, -1)


# %% right: torch, then NumPy
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    angles = torch.arange(T, dtype=torch.float64)[:, None] / 10000 ** (torch.arange(0, C, 2, dtype=torch.float64) / C)
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1).numpy()


# %% wrong: sines in one half, cosines in the other  says: sine and cosine of an angle stand in *neighbouring* columns; here all sines come first.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, : C // 2] = np.sin(angles)
    P[:, C // 2 :] = np.cos(angles)
    return P


# %% wrong: sine and cosine exchanged  says: the even columns are sines, the odd ones cosines; here it is the other way round.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 1::2] = np.sin(angles)
    P[:, 0::2] = np.cos(angles)
    return P


# %% wrong: exponent without the factor 2  says: the exponent is 2i/C with i = 0 … C/2 − 1; the factor 2 is missing.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(C // 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: an angle of its own for each column  says: columns 2i and 2i + 1 share one angle: both have the exponent 2i/C.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    angles = np.arange(T)[:, None] / 10000.0 ** (np.arange(C) / C)
    P = np.sin(angles)
    P[:, 1::2] = np.cos(angles[:, 1::2])
    return P


# %% wrong: exponent 2c/C with the column c  says: the exponent is 2i/C, and i counts *pairs* of columns: column c belongs to i = c // 2.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    angles = np.arange(T)[:, None] / 10000.0 ** (2 * np.arange(C) / C)
    P = np.sin(angles)
    P[:, 1::2] = np.cos(angles[:, 1::2])
    return P


# %% wrong: divided by C/2 − 1  says: the last exponent is (C − 2)/C, not 1: divide by C.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(C // 2) / max(1, C // 2 - 1))  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: positions from 1  says: the first position is t = 0.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(1, T + 1)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: multiplied in place of divided  says: the angle is t divided by 10000^(2i/C): later columns turn more slowly.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: pairs in reverse  says: the first pair of columns turns fastest; here the pairs are in reverse order.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds[::-1]  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: base of 1000  says: the base is 10000.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 1000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: base e  says: the base is 10000.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = np.e ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: sines only  says: every second column is a cosine.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.sin(angles)
    return P


# %% wrong: cosines only  says: every second column is a sine.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.cos(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: full turns  says: the angle is in radians as it stands; there is no 2π in it.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds * 2 * np.pi  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: degrees  says: the angle is in radians as it stands.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * np.deg2rad(speeds)  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: scaled by the length  says: t is the position itself, not a share of the length T.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] / T * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: whole-number division  says: 2i/C is no whole number: `//` makes it 0.
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) // C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: transposed  says: it looks transposed
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P.T


# %% wrong: as a tensor  says: is a torch tensor
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return torch.from_numpy(P)


# %% wrong: float32  says: has dtype float32
def sinusoidal_positions(T, C):
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C), dtype=np.float32)
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles)
    return P


# %% wrong: odd width accepted  says: the contract asks for a ValueError
def sinusoidal_positions(T, C):
    speeds = 10000.0 ** (-np.arange(0, C, 2) / C)  # (C/2,)
    angles = np.arange(T)[:, None] * speeds  # (T, C/2)
    P = np.zeros((T, C))
    P[:, 0::2] = np.sin(angles)
    P[:, 1::2] = np.cos(angles[:, : C // 2])
    return P
