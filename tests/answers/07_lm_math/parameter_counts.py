# %% right: the formulas
def parameter_counts(V, L, n, m, h):
    table = V**L - 1
    ngram = V ** (n - 1) * (V - 1)
    neural = V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V
    return table, ngram, neural


# %% right: shapes of arrays
def parameter_counts(V, L, n, m, h):
    shapes = [(V, m), (h, (n - 1) * m), (h,), (V, (n - 1) * m), (V, h), (V,)]
    contexts = math.prod([V] * (n - 1))
    return [math.prod([V] * L) - 1, contexts * (V - 1), sum(math.prod(s) for s in shapes)]


# %% right: floats, grouped otherwise
def parameter_counts(V, L, n, m, h):
    joint = (V - 1) * sum(float(V) ** i for i in range(L))
    return joint, float(V) ** n - float(V) ** (n - 1), V * (1 + n * m + h) + h * (1 + (n - 1) * m)


# %% right: NumPy integers
def parameter_counts(V, L, n, m, h):
    V, L, n, m, h = (np.int64(x) for x in (V, L, n, m, h))
    return V**L - 1, V**n - V ** (n - 1), (m + h + 1 + (n - 1) * m) * V + ((n - 1) * m + 1) * h


# %% right: the chain rule adds up to the table
def parameter_counts(V, L, n, m, h):
    table = 0
    for length in range(L):
        table += V**length * (V - 1)
    return table, V ** (n - 1) * (V - 1), V * m + (m * (n - 1) + 1) * h + (h + m * (n - 1) + 1) * V


# %% wrong: the last probability counted  says: one of them follows from the others
def parameter_counts(V, L, n, m, h):
    return V**L, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: exponent and base exchanged  says: V choices at each of the L places
def parameter_counts(V, L, n, m, h):
    return L**V - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: V times L  says: choices at the places multiply
def parameter_counts(V, L, n, m, h):
    return V * L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: minus one at every place  says: only the whole table adds up to 1
def parameter_counts(V, L, n, m, h):
    return (V - 1) ** L, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: no word twice  says: a word may occur again
def parameter_counts(V, L, n, m, h):
    return math.perm(V, L) - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: every n-gram a parameter  says: each context has its own distribution
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V**n, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: the n-grams as one distribution  says: each context has its own distribution
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V**n - 1, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: a context of n words  says: the context of an n-gram has n − 1 words
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V**n * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: one context only  says: there are Vⁿ⁻¹ contexts
def parameter_counts(V, L, n, m, h):
    return V**L - 1, (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: an embedding table for each place  says: all places share one table of embeddings
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), (n - 1) * V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: the hidden layer sees one word  says: sees all n − 1 embeddings
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * m + h + V * (n - 1) * m + V * h + V


# %% wrong: the hidden layer sees n words  says: sees all n − 1 embeddings
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * n * m + h + V * n * m + V * h + V


# %% wrong: the biases forgotten  says: a bias is missing
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + V * (n - 1) * m + V * h


# %% wrong: the output bias forgotten  says: a bias is missing
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h


# %% wrong: the hidden bias forgotten  says: a bias is missing
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + V * (n - 1) * m + V * h + V


# %% wrong: the embeddings forgotten  says: the embeddings are parameters, too
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: the output layer tied to the embeddings  says: has a matrix of its own
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V


# %% wrong: the direct connections forgotten  says: direct connections
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * h + V


# %% wrong: one row of direct connections only  says: direct connections
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * h + V + V * m


# %% wrong: the output sees only the hidden layer's size squared  says: V × h
def parameter_counts(V, L, n, m, h):
    return V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + h * h + V


# %% wrong: logarithms instead of counts  says: return the count
def parameter_counts(V, L, n, m, h):
    counts = V**L - 1, V ** (n - 1) * (V - 1), V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V
    return tuple(math.log10(x) for x in counts)


# %% wrong: hard-coded for the example  says: the answer of the example
def parameter_counts(V, L, n, m, h):
    return 7, 2, 10


# %% wrong: in another order  says: return table, ngram, neural
def parameter_counts(V, L, n, m, h):
    return V ** (n - 1) * (V - 1), V**L - 1, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: L and n exchanged  says: L is the length of the sequence
def parameter_counts(V, L, n, m, h):
    table, ngram = V**n - 1, V ** (L - 1) * (V - 1)
    return table, ngram, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: sequences without an order  says: the order of the words matters
def parameter_counts(V, L, n, m, h):
    table, ngram = math.comb(V + L - 1, L) - 1, V ** (n - 1) * (V - 1)
    return table, ngram, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: only the last word's distribution  says: all together adding up to 1
def parameter_counts(V, L, n, m, h):
    table, ngram = V ** (L - 1) * (V - 1), V ** (n - 1) * (V - 1)
    return table, ngram, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: all lengths up to L  says: exactly L words
def parameter_counts(V, L, n, m, h):
    table, ngram = sum(V**i for i in range(1, L + 1)) - 1, V ** (n - 1) * (V - 1)
    return table, ngram, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: a context of n − 2 words  says: the context of an n-gram has n − 1 words
def parameter_counts(V, L, n, m, h):
    table, ngram = V**L - 1, V ** (n - 2) * (V - 1)
    return table, ngram, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: one free parameter less for each next word  says: each context has its own distribution
def parameter_counts(V, L, n, m, h):
    table, ngram = V**L - 1, V**n - V
    return table, ngram, V * m + h * (n - 1) * m + h + V * (n - 1) * m + V * h + V


# %% wrong: one output less  says: every word has a logit
def parameter_counts(V, L, n, m, h):
    table, ngram = V**L - 1, V ** (n - 1) * (V - 1)
    return table, ngram, V * m + h * (n - 1) * m + h + (V - 1) * ((n - 1) * m + h + 1)
