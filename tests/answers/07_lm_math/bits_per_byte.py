# %% right: totals
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% right: flat arrays
def bits_per_byte(texts, log_probs):
    flat = np.concatenate([np.asarray(row) for row in log_probs])
    size = len("".join(texts).encode())
    return -flat.sum() / (size * np.log(2)), np.exp(-flat.mean())


# %% right: mended in place, and the last line forgotten
def bits_per_byte(texts, log_probs):
    size = sum(len(bytes(text, "utf-8")) for text in texts)
    bits, tokens = 0.0, 0
    for row in log_probs:
        bits -= sum(row) / math.log(2)
        tokens += len(row)
    return bits / size, 2 ** (bits / tokens)


# Mend the function above. When it is right, delete the lines below this comment.
# YOUR CODE HERE
raise NotImplementedError


# %% right: weighted means of the documents
def bits_per_byte(texts, log_probs):
    sizes = np.array([len(text.encode("utf8")) for text in texts])
    lengths = np.array([len(row) for row in log_probs])
    means = np.array([-np.mean(row) for row in log_probs])
    nats = float(means @ lengths)
    return nats * math.log2(math.e) / sizes.sum(), math.exp(nats / lengths.sum())


# %% right: torch
def bits_per_byte(texts, log_probs):
    import torch

    flat = torch.cat([torch.tensor(row, dtype=torch.float64) for row in log_probs])
    bpb = -flat.sum() / math.log(2) / sum(len(t.encode()) for t in texts)
    return bpb, torch.exp(-flat.mean())


# %% wrong: nothing mended  says: nats, not bits
def bits_per_byte(texts, log_probs):
    rates, perplexities = [], []
    for text, row in zip(texts, log_probs):
        rates.append(-sum(row) / len(text))
        perplexities.append(math.exp(-sum(row) / len(row)))
    return sum(rates) / len(rates), sum(perplexities) / len(perplexities)


# %% wrong: only the bits mended  says: characters
def bits_per_byte(texts, log_probs):
    rates, perplexities = [], []
    for text, row in zip(texts, log_probs):
        rates.append(-sum(row) / math.log(2) / len(text))
        perplexities.append(math.exp(-sum(row) / len(row)))
    return sum(rates) / len(rates), sum(perplexities) / len(perplexities)


# %% wrong: only the bytes mended  says: nats, not bits
def bits_per_byte(texts, log_probs):
    rates, perplexities = [], []
    for text, row in zip(texts, log_probs):
        rates.append(-sum(row) / len(text.encode("utf-8")))
        perplexities.append(math.exp(-sum(row) / len(row)))
    return sum(rates) / len(rates), sum(perplexities) / len(perplexities)


# %% wrong: only the averages mended  says: nats, not bits
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text) for text in texts)
    return nats / size, math.exp(nats / tokens)


# %% wrong: bits and bytes mended, the rates still averaged  says: mean over the documents
def bits_per_byte(texts, log_probs):
    rates, perplexities = [], []
    for text, row in zip(texts, log_probs):
        rates.append(-sum(row) / math.log(2) / len(text.encode("utf-8")))
        perplexities.append(math.exp(-sum(row) / len(row)))
    return sum(rates) / len(rates), sum(perplexities) / len(perplexities)


# %% wrong: bits and averages mended, characters counted  says: characters
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: bytes and averages mended, nats left  says: nats, not bits
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / size, math.exp(nats / tokens)


# %% wrong: perplexities still averaged  says: a mean of perplexities
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, sum(math.exp(-sum(r) / len(r)) for r in log_probs) / len(log_probs)


# %% wrong: mean of the documents' losses  says: each document the same weight
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(sum(-sum(r) / len(r) for r in log_probs) / len(log_probs))


# %% wrong: perplexity per byte  says: per token
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / size)


# %% wrong: perplexity from bits  says: the logarithm and the power have different bases
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / math.log(2) / tokens)


# %% wrong: two to the power of nats  says: the logarithm and the power have different bases
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, 2 ** (nats / tokens)


# %% wrong: bits per token  says: per token
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / tokens, math.exp(nats / tokens)


# %% wrong: multiplied by log 2  says: divide by log 2
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats * math.log(2) / size, math.exp(nats / tokens)


# %% wrong: end marks left out of the tokens  says: the end mark is a token
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) - 1 for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: end marks left out of both  says: the end mark
def bits_per_byte(texts, log_probs):
    log_probs = [row[:-1] for row in log_probs]
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: a byte for each end mark  says: the end mark is no byte
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts) + len(texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: UTF-16  says: UTF-8
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-16-le")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: tokens guessed from words  says: per token
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(text.split()) + 1 for text in texts)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: bits for the whole text  says: divide by the number of bytes
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2), math.exp(nats / tokens)


# %% wrong: inverted: bytes per bit  says: upside down
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return size / (nats / math.log(2)), math.exp(nats / tokens)


# %% wrong: sign lost  says: sign
def bits_per_byte(texts, log_probs):
    nats = sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: median over documents  says: mean over the documents
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return float(np.median([-sum(r) / math.log(2) / len(t.encode()) for t, r in zip(texts, log_probs)])), math.exp(nats / tokens)


# %% wrong: only the last document  says: only one of the documents
def bits_per_byte(texts, log_probs):
    nats = -sum(log_probs[-1])
    return nats / math.log(2) / len(texts[-1].encode()), math.exp(nats / len(log_probs[-1]))


# %% wrong: only the first document  says: only one of the documents
def bits_per_byte(texts, log_probs):
    nats = -sum(log_probs[0])
    return nats / math.log(2) / len(texts[0].encode()), math.exp(nats / len(log_probs[0]))


# %% wrong: rows joined in place  says: changed its input
def bits_per_byte(texts, log_probs):
    for row in log_probs[1:]:
        log_probs[0].extend(row)
    nats, tokens = -sum(log_probs[0]), len(log_probs[0])
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: hard-coded for the example  says: the answer of the example
def bits_per_byte(texts, log_probs):
    return 1.0, 2 ** (10 / 6)


# %% wrong: results exchanged  says: stands where
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return math.exp(nats / tokens), nats / math.log(2) / size


# %% wrong: spaces not counted  says: spaces are bytes
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.replace(" ", "").encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: Latin-1  says: characters were counted
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("latin-1", "replace")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: a byte-order mark in every text  says: byte-order mark
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8-sig")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: texts joined by line breaks  says: the texts alone
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = len("\n".join(texts).encode("utf-8"))
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: base 10  says: base 2
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(10) / size, math.exp(nats / tokens)


# %% wrong: log2 of the nats  says: one nat is
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return math.log2(nats) / size, math.exp(nats / tokens)


# %% wrong: geometric mean of the documents' perplexities  says: each document the same weight
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.prod(math.exp(-sum(r) / len(r)) for r in log_probs) ** (1 / len(texts))


# %% wrong: two to the power of bits per byte  says: a perplexity per byte
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, 2 ** (nats / math.log(2) / size)


# %% wrong: empty documents skipped  says: case: an empty document
def bits_per_byte(texts, log_probs):
    log_probs = [row for text, row in zip(texts, log_probs) if text]
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return nats / math.log(2) / size, math.exp(nats / tokens)


# %% wrong: rates weighted by characters  says: mean over the documents
def bits_per_byte(texts, log_probs):
    nats = -sum(sum(row) for row in log_probs)
    tokens = sum(len(row) for row in log_probs)
    size = sum(len(text.encode("utf-8")) for text in texts)
    return sum(-sum(r) / math.log(2) / max(1, len(t.encode())) * len(t) for t, r in zip(texts, log_probs)) / sum(map(len, texts)), math.exp(nats / tokens)
