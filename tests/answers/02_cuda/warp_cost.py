# %% right: sets and counts
def warp_cost(stride, offset):
    elements = set(offset + stride * l for l in range(32))
    banks = {}
    for e in elements:
        banks[e % 32] = banks.get(e % 32, 0) + 1
    return len({e // 8 for e in elements}), max(banks.values())


# %% right: by formula
import math


def warp_cost(stride, offset):
    if stride == 0:
        return 1, 1
    first = {(offset + stride * lane) // 8 for lane in range(32)}
    return len(first), math.gcd(stride, 32)


# %% right: NumPy
def warp_cost(stride, offset):
    elements = np.unique(offset + stride * np.arange(32))
    return np.unique(elements * 4 // 32).size, np.bincount(elements % 32).max()


# %% right: a list of two, by loops
def warp_cost(stride, offset):
    sectors, seen, best = [], [], 0
    for lane in range(32):
        e = offset + lane * stride
        if e >> 3 not in sectors: sectors.append(e >> 3)
        if e not in seen: seen.append(e)
    for bank in range(32):
        best = max(best, len([e for e in seen if e & 31 == bank]))
    return [len(sectors), best]


# %% wrong: the stride is the number of wavefronts says: neighbouring lanes use neighbouring banks
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    return len({x // 8 for x in e}), min(stride, 32)


# %% wrong: gcd without the broadcast says: share one round
import math


def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    return len({x // 8 for x in e}), math.gcd(stride, 32)


# %% wrong: sectors from the span says: one more border
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return max(1, 4 * stride), max(banks)


# %% wrong: all sectors between the first and the last says: no lane touches
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return max(e) // 8 - min(e) // 8 + 1, max(banks)


# %% wrong: the offset is ignored says: one more border
def warp_cost(stride, offset):
    e = {stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return len({x // 8 for x in e}), max(banks)


# %% wrong: the offset is in bytes says: one more border
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return len({(offset // 4 + 4 * stride * l) // 32 for l in range(32)}), max(banks)


# %% wrong: elements taken for bytes says: a sector holds 8 floats
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return len({x // 16 for x in e}), max(banks)


# %% wrong: sectors of 128 bytes says: a sector holds 8 floats
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return len({4 * x // 128 for x in e}), max(banks)


# %% wrong: one sector for each lane says: count different sectors
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return 32, max(banks)


# %% wrong: banks by byte address says: not its byte address
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [len({x // 4 for x in e if 4 * x % 32 == b}) for b in range(32)]
    return len({x // 8 for x in e}), max(banks)


# %% wrong: how many banks are used says: served in one round
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    return len({x // 8 for x in e}), len({x % 32 for x in e})


# %% wrong: lanes counted, not elements says: broadcast
def warp_cost(stride, offset):
    e = [offset + stride * l for l in range(32)]
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return len({x // 8 for x in e}), max(banks)


# %% wrong: in the other order says: return sectors, wavefronts
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return max(banks), len({x // 8 for x in e})


# %% wrong: the sectors only says: expected a tuple (sectors, wavefronts)
def warp_cost(stride, offset):
    return len({(offset + stride * l) // 8 for l in range(32)})


# %% wrong: conflicts, not wavefronts says: count wavefronts
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(32)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return len({x // 8 for x in e}), max(banks) - 1


# %% wrong: 30 lanes says: a warp has 32 lanes
def warp_cost(stride, offset):
    e = {offset + stride * l for l in range(1, 31)}
    banks = [sum(x % 32 == b for x in e) for b in range(32)]
    return len({x // 8 for x in e}), max(banks)


# %% wrong: hard-coded for the example says: is not right
def warp_cost(stride, offset):
    return 1, 1
