# %% right: np.where
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% right: copies and boolean indices
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if special.shape != ids.shape:
        raise ValueError(f"{ids.shape} and {special.shape}")
    inputs = ids.copy()
    labels = np.full_like(ids, -100)
    chosen = np.logical_and(u < 0.15, np.logical_not(special))
    labels[chosen] = ids[chosen]
    keep = chosen & (a >= 0.8) & (a < 0.9)
    change = chosen & ~keep
    inputs[change] = random_ids[change]
    inputs[chosen & (a < 0.8)] = mask_id
    return inputs, labels


# %% right: loops
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"{list(ids.shape)} against {list(special.shape)}")
    inputs, labels = ids.copy(), ids.copy()
    B, T = ids.shape
    for b in range(B):
        for t in range(T):
            if special[b, t] or u[b, t] >= 0.15:
                labels[b, t] = -100
            elif a[b, t] < 0.8:
                inputs[b, t] = mask_id
            elif not a[b, t] < 0.9:
                inputs[b, t] = random_ids[b, t]
    return inputs, labels


# %% right: np.select
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(str((ids.shape, special.shape)))
    open_ = (u >= 0.15) | special
    inputs = np.select([open_, a < 0.8, a < 0.9], [ids, np.full_like(ids, mask_id), ids], default=random_ids)
    return inputs, ids * ~open_ - 100 * open_


# %% wrong: a border too far  says: the borders: chosen where u < 0.15, not where u ≤ 0.15.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u <= 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: borders of the second draw  says: the borders: [MASK] where a < 0.8, unchanged where 0.8 ≤ a < 0.9, random from 0.9 on.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a <= 0.8)
    random = chosen & (a > 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: 80/10/10 of all tokens  says: 80/10/10 is about the *chosen* tokens; the others stay as they are.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = ~special & (a < 0.8)
    random = ~special & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: labels everywhere  says: only chosen tokens have a label; the others get −100.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = ids.copy()
    return inputs, labels


# %% wrong: labels everywhere but at special tokens  says: only chosen tokens have a label; the others get −100.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(special, -100, ids)
    return inputs, labels


# %% wrong: labels only where the token is masked  says: every chosen token has a label, also one that was replaced by a random word or left as it is.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(hidden, ids, -100)
    return inputs, labels


# %% wrong: labels only where the token was changed  says: every chosen token has a label, also one that was left as it is.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(inputs != ids, ids, -100)
    return inputs, labels


# %% wrong: labels after the masking  says: the labels hold the *original* ids, not what stands there now.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, inputs, -100)
    return inputs, labels


# %% wrong: labels inverted  says: the labels are inverted: −100 belongs to the tokens that are *not* chosen.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, -100, ids)
    return inputs, labels


# %% wrong: 80/10/10 of all tokens and labels for all  says: 80/10/10 is about the *chosen* tokens; the others stay as they are.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: labels of 0  says: places without a label get −100: 0 is the id of a word.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, 0)
    return inputs, labels


# %% wrong: labels of −1  says: places without a label get −100, which torch's loss ignores.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -1)
    return inputs, labels


# %% wrong: special tokens chosen  says: special tokens are never chosen.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15)
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: only special tokens chosen  says: `special` is True at tokens that are *never* chosen.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: 85 % chosen  says: 15 % are chosen: u < 0.15.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u >= 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: always the mask  says: a chosen token is replaced by [MASK] only where a < 0.8.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen
    random = (u > 2) & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: mask and random exchanged  says: 80 % become [MASK] and 10 % a random word; here it is the other way round.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(random, mask_id, ids)
    inputs = np.where(hidden, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: random and unchanged exchanged  says: random words where a ≥ 0.9, unchanged where 0.8 ≤ a < 0.9; here it is the other way round.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.8) & (a < 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: 20 % random  says: where 0.8 ≤ a < 0.9 the token is left as it is.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.8)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: 20 % unchanged  says: where a ≥ 0.9 the token is replaced by a random word.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: mask overwritten by random words  says: the ranges overlap: random words only where a ≥ 0.9.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a < 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: first 10 % random  says: [MASK] where a < 0.8: the ranges are shifted.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a >= 0.2)
    random = chosen & (a < 0.1)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: one draw for both  says: what is done to a chosen token is decided by the second draw, a.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (u < 0.12)
    random = chosen & (u >= 0.135)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: draws exchanged  says: the draws are exchanged: u chooses, a says what is done.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    u, a = a, u
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: random words taken in order  says: the random word of a place stands at the same place in `random_ids`.
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs[random] = random_ids.ravel()[: random.sum()]
    labels = np.where(chosen, ids, -100)
    return inputs, labels


# %% wrong: text changed in place  says: in place
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    labels = np.where(chosen, ids, -100)
    ids[hidden], ids[random] = mask_id, random_ids[random]
    inputs = ids
    return inputs, labels


# %% wrong: labels before inputs  says: what belongs here stands where
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    if ids.shape != special.shape:
        raise ValueError(f"expected special of shape {ids.shape}, got {special.shape}")
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return labels, inputs


# %% wrong: shapes not checked  says: the contract asks for a ValueError
def mask_tokens(ids, special, u, a, random_ids, mask_id):
    chosen = (u < 0.15) & ~special
    hidden = chosen & (a < 0.8)
    random = chosen & (a >= 0.9)
    inputs = np.where(hidden, mask_id, ids)
    inputs = np.where(random, random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels
