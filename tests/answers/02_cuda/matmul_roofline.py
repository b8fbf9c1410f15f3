# %% right: count and divide
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% right: the closed form
def matmul_roofline(n, tile, peak, bandwidth):
    intensity = n * tile / (4 * n + 2 * tile)
    ridge = peak / bandwidth
    if intensity >= ridge:
        return intensity, peak, "compute"
    return intensity, intensity * bandwidth, "memory"


# %% right: by time, NumPy numbers, a list
def matmul_roofline(n, tile, peak, bandwidth):
    reads = np.float64(2 * n * n) * (n // tile)
    moved = 4.0 * (reads + n * n)
    flops = np.float64(n * n) * (n + n)
    t = np.array([moved / bandwidth, flops / peak])
    return [flops / moved, flops / t.max(), ["memory", "compute"][int(t[0] <= t[1])]]


# %% wrong: multiplications only says: half of it
def matmul_roofline(n, tile, peak, bandwidth):
    I = n**3 / (4 * (2 * n**3 / tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: elements instead of bytes says: FLOP per element
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (2 * n**3 / tile + n**2)
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: C is forgotten says: C is written too
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * 2 * n**3 / tile)
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: everything is read once says: a perfect cache
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * 3 * n**2)
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: no tiles says: the tiles are forgotten
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: only A is read says: both A *and* B
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (n**3 / tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: turned over says: turn it over
def matmul_roofline(n, tile, peak, bandwidth):
    I = (4 * (2 * n**3 / tile + n**2)) / (2 * n**3)
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: C is written in every round says: C is written once
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * 3 * n**3 / tile)
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: a tile saves t squared says: a factor t, not t²
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile**2 + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: read t times says: not t times
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**2 * tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: float64 says: 4 bytes for a float32
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (8 * (2 * n**3 / tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: the larger of the two says: the smaller of the two
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = max(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: the slope only says: the smaller of the two
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = I * bandwidth
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: the peak only says: the smaller of the two
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = peak
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: bound the other way round says: the other way round
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "memory" if I * bandwidth > peak else "compute"


# %% wrong: a share of the peak says: a share of the peak
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof / peak, "memory" if I * bandwidth < peak else "compute"


# %% wrong: bandwidth over intensity says: multiply the intensity
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = min(peak, bandwidth / I)
    return I, roof, "memory" if I * bandwidth < peak else "compute"


# %% wrong: in capital letters says: copy the spelling
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    roof = min(peak, I * bandwidth)
    return I, roof, "Memory" if I * bandwidth < peak else "Compute"


# %% wrong: no bound says: expected a tuple (intensity, attainable, bound)
def matmul_roofline(n, tile, peak, bandwidth):
    I = (2 * n**3) / (4 * (2 * n**3 / tile + n**2))
    return I, min(peak, I * bandwidth)


# %% wrong: hard-coded for the example says: is not right
def matmul_roofline(n, tile, peak, bandwidth):
    return 3.556, 355.6, "memory"
