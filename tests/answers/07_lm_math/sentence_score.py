# %% right: loop over neighbours, logs added
def sentence_score(bigram, sentence):
    V = len(bigram)
    for word in sentence:
        if not 1 <= word < V:
            raise ValueError(f"expected words from 1 to {V - 1}, got {word}")
    padded = [0, *sentence, 0]
    log_prob = 0.0
    for previous, word in zip(padded, padded[1:]):
        p = bigram[previous, word]
        log_prob += math.log(p) if p > 0 else -math.inf
    return log_prob, math.exp(-log_prob / (len(sentence) + 1))


# %% right: whole arrays
def sentence_score(bigram, sentence):
    ids = np.array([0] + list(sentence) + [0], dtype=int)
    bad = [w for w in sentence if w <= 0 or w >= bigram.shape[0]]
    if bad:
        raise ValueError(f"no such word: {bad}")
    with np.errstate(divide="ignore"):
        logs = np.log(bigram[ids[:-1], ids[1:]])
    return logs.sum(), np.exp(-logs.mean())


# %% right: NumPy's warning left alone
def sentence_score(bigram, sentence):
    if any(w not in range(1, len(bigram)) for w in sentence):
        raise ValueError(f"bad word in {sentence}")
    total = np.log(bigram[0][sentence[0]] if sentence else bigram[0][0])
    for i in range(len(sentence)):
        end = sentence[i + 1] if i + 1 < len(sentence) else 0
        total = total + np.log(bigram[sentence[i]][end])
    return [total, np.exp(-total / (len(sentence) + 1))]


# %% right: torch, logarithm to base 2 and back
def sentence_score(bigram, sentence):
    import torch

    if sentence and (min(sentence) < 1 or max(sentence) >= len(bigram)):
        raise ValueError(f"words {min(sentence)} to {max(sentence)} do not fit")
    ids = torch.tensor([0, *sentence, 0])
    bits = -torch.log2(torch.from_numpy(bigram)[ids[:-1], ids[1:]])
    return -bits.sum() * math.log(2), 2 ** bits.mean().item()


# %% right: product of small groups, geometric mean
def sentence_score(bigram, sentence):
    V = bigram.shape[0]
    for w in sentence:
        if w < 1 or w > V - 1:
            raise ValueError("word %d" % w)
    ids = [0] + sentence + [0]
    N = len(ids) - 1
    inverse = 1.0
    for a, b in zip(ids[:-1], ids[1:]):
        if bigram[a, b] == 0:
            return float("-inf"), float("inf")
        inverse *= (1 / bigram[a, b]) ** (1 / N)
    return -N * math.log(inverse), inverse


# %% right: scipy xlogy over pair counts
def sentence_score(bigram, sentence):
    from scipy.special import xlogy

    counts = np.zeros(bigram.shape)
    previous = 0
    for word in sentence:
        if word <= 0 or word >= len(counts):
            raise ValueError(f"got word {word}")
        counts[previous, word] += 1
        previous = word
    counts[previous, 0] += 1
    log_prob = xlogy(counts, bigram).sum()
    return log_prob, np.exp(-log_prob / counts.sum())


# %% right: product of roots
def sentence_score(bigram, sentence):
    s = np.asarray([0] + sentence + [0])
    for w in s[1:-1]:
        if not 0 < w < bigram.shape[0]:
            raise ValueError(w)
    p = bigram[s[:-1], s[1:]]
    return np.sum(np.log(p)), np.prod(p ** (-1 / p.size))


# %% wrong: the end is not predicted  says: the end mark is a prediction, too
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence]
    logs = [np.log(bigram[a, b]) for a, b in zip(padded, padded[1:])]
    return np.sum(logs), np.exp(-np.sum(logs) / max(1, len(logs)))


# %% wrong: the first word is free  says: the first word is a prediction, too
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [*sentence, 0]
    logs = [np.log(bigram[a, b]) for a, b in zip(padded, padded[1:])]
    return np.sum(logs), np.exp(-np.sum(logs) / max(1, len(logs)))


# %% wrong: only the words' neighbours  says: neither the first word nor the end
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    logs = [np.log(bigram[a, b]) for a, b in zip(sentence, sentence[1:])]
    return np.sum(logs), np.exp(-np.sum(logs) / max(1, len(logs)))


# %% wrong: rows and columns exchanged  says: rows and columns are exchanged
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[b, a] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: perplexity over the words without the end mark  says: over N = T + 1 predictions
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), np.exp(-np.sum(logs) / max(1, len(sentence)))


# %% wrong: perplexity over T + 2  says: over N = T + 1 predictions
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), np.exp(-np.sum(logs) / len(padded))


# %% wrong: logarithm to base 2  says: base 2
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log2([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), 2 ** -np.mean(logs)


# %% wrong: logarithm to base 10  says: base 10
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log10([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), 10 ** -np.mean(logs)


# %% wrong: nats into a power of 2  says: the logarithm and the power have different bases
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), 2 ** -np.mean(logs)


# %% wrong: bits into a power of e  says: the logarithm and the power have different bases
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    p = [bigram[a, b] for a, b in zip(padded, padded[1:])]
    return np.sum(np.log(p)), np.exp(-np.mean(np.log2(p)))


# %% wrong: negative log-probability returned  says: the sign
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return -np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: the minus of the exponent forgotten  says: the minus in the exponent is missing
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), np.exp(np.mean(logs))


# %% wrong: the product first, then its logarithm  says: a product of thousands of probabilities
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    product, previous = 1.0, 0
    for word in [*sentence, 0]:
        product *= bigram[previous, word]
        previous = word
    N = len(sentence) + 1
    return np.log(product), np.exp(-np.log(product) / N)


# %% wrong: the probability instead of its logarithm  says: this is the probability itself
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    p = np.array([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.prod(p), np.exp(-np.mean(np.log(p)))


# %% wrong: the mean log-probability  says: this is the mean
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.mean(logs), np.exp(-np.mean(logs))


# %% wrong: perplexity without the root  says: the N-th root is missing
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), np.exp(-np.sum(logs))


# %% wrong: arithmetic mean of 1/p  says: an arithmetic mean
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    p = np.array([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.log(p).sum(), np.mean(1 / p)


# %% wrong: one over the mean probability  says: an arithmetic mean
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    p = np.array([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.log(p).sum(), 1 / np.mean(p)


# %% wrong: every word given the start  says: given the word before it
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    logs = np.log([bigram[0, b] for b in [*sentence, 0]])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: probabilities added  says: the chain rule multiplies
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    total = sum(bigram[a, b] for a, b in zip(padded, padded[1:]))
    return np.log(total), np.exp(-np.log(total) / (len(sentence) + 1))


# %% wrong: a small number inside the logarithm  says: a small number was added
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] + 1e-10 for a, b in zip(padded, padded[1:])])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: zeros clipped  says: clipped
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([max(bigram[a, b], 1e-12) for a, b in zip(padded, padded[1:])])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: zeros skipped  says: impossible
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    p = [bigram[a, b] for a, b in zip(padded, padded[1:])]
    logs = [math.log(x) for x in p if x > 0]
    return sum(logs), math.exp(-sum(logs) / len(p))


# %% wrong: math.log of zero crashes  says: math domain error
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    total = sum(math.log(bigram[a, b]) for a, b in zip(padded, padded[1:]))
    return total, math.exp(-total / (len(sentence) + 1))


# %% wrong: words are not checked  says: accepted bad input
def sentence_score(bigram, sentence):
    ids = np.array([0, *sentence, 0]) % len(bigram)
    with np.errstate(divide="ignore"):
        logs = np.log(bigram[ids[:-1], ids[1:]])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: NumPy's IndexError is left to speak  says: that you raise yourself
def sentence_score(bigram, sentence):
    ids = np.array([0, *sentence, 0])
    with np.errstate(divide="ignore"):
        logs = np.log(bigram[ids[:-1], ids[1:]])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: an end mark inside is let through  says: accepted bad input
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 0 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    ids = np.array([0, *sentence, 0])
    with np.errstate(divide="ignore"):
        logs = np.log(bigram[ids[:-1], ids[1:]])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: the end mark is appended to the caller's list  says: changed its input
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    sentence.append(0)
    sentence.insert(0, 0)
    with np.errstate(divide="ignore"):
        logs = np.log([bigram[a, b] for a, b in zip(sentence, sentence[1:])])
    return np.sum(logs), np.exp(-np.mean(logs))


# %% wrong: the loss instead of the perplexity  says: this is the loss
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.sum(logs), -np.mean(logs)


# %% wrong: hard-coded for the example  says: the answer of the example
def sentence_score(bigram, sentence):
    return -1.3862943611198906, 2.0


# %% wrong: only the perplexity  says: expected a tuple (log_prob, perplexity)
def sentence_score(bigram, sentence):
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.exp(-np.mean(logs))


# %% wrong: the two results exchanged  says: stands where
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    padded = [0, *sentence, 0]
    logs = np.log([bigram[a, b] for a, b in zip(padded, padded[1:])])
    return np.exp(-np.mean(logs)), np.sum(logs)


# %% wrong: words counted from 0  says: ids are used as they are
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    ids = np.array([0, *[w - 1 for w in sentence], 0])
    log_prob = np.log(bigram[ids[:-1], ids[1:]]).sum()
    return log_prob, np.exp(-log_prob / (len(ids) - 1))


# %% wrong: backwards  says: read backwards
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    ids = np.array([0, *sentence[::-1], 0])
    log_prob = np.log(bigram[ids[:-1], ids[1:]]).sum()
    return log_prob, np.exp(-log_prob / (len(ids) - 1))


# %% wrong: the column's mean, without a context  says: given the word before it
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    ids = np.array([0, *sentence, 0])
    log_prob = np.log(bigram.mean(axis=0)[ids[1:]]).sum()
    return log_prob, np.exp(-log_prob / (len(ids) - 1))


# %% wrong: 1/P divided by N  says: the N-th root is missing
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    ids = np.array([0, *sentence, 0])
    log_prob = np.log(bigram[ids[:-1], ids[1:]]).sum()
    return log_prob, np.exp(-log_prob) / (len(ids) - 1)


# %% wrong: an impossible sentence has perplexity 0  says: the worst perplexity there is
def sentence_score(bigram, sentence):
    for word in sentence:
        if not 1 <= word < len(bigram):
            raise ValueError(f"got word {word}")
    ids = np.array([0, *sentence, 0])
    log_prob = np.log(bigram[ids[:-1], ids[1:]]).sum()
    if np.isinf(log_prob):
        return log_prob, 0.0
    return log_prob, np.exp(-log_prob / (len(ids) - 1))


# %% wrong: only the largest word is checked  says: accepted bad input
def sentence_score(bigram, sentence):
    for word in sentence:
        if word >= len(bigram):
            raise ValueError(f"got word {word}")
    ids = np.array([0, *sentence, 0])
    log_prob = np.log(bigram[ids[:-1], ids[1:]]).sum()
    return log_prob, np.exp(-log_prob / (len(ids) - 1))
