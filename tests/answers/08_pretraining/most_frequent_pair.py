# %% right: dictionary
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% right: Counter and sort
from collections import Counter


def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"{len(words)} words but {len(counts)} counts")
    total = Counter()
    for word, count in zip(words, counts):
        for i in range(len(word) - 1):
            total[word[i], word[i + 1]] += count
    if len(total) == 0:
        raise ValueError("nothing to merge")
    (pair, n), *_ = sorted(total.items(), key=lambda item: (-item[1], item[0][0], item[0][1]))
    return np.array(list(pair)), n


# %% right: a table of all pairs
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError("got lengths %d and %d" % (len(words), len(counts)))
    if max(len(word) for word in words) < 2:
        raise ValueError("no word has two tokens")
    size = max(map(max, words)) + 1
    table = np.zeros((size, size))
    for word, count in zip(words, counts):
        np.add.at(table, (word[:-1], word[1:]), count)
    a, b = np.unravel_index(np.argmax(table), table.shape)
    return np.array([a, b]), table[a, b]


# %% right: np.unique over all places
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"lengths {len(words)}, {len(counts)}")
    places = [pair for word, count in zip(words, counts) for pair in list(zip(word[:-1], word[1:])) * count]
    if not places:
        raise ValueError("no pair left")
    pairs, n = np.unique(np.array(places), axis=0, return_counts=True)
    return pairs[n.argmax()], n.max()


# %% wrong: counts ignored  says: a word that occurs 5 times counts 5 times: add counts[w], not 1.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + 1
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: across words  says: a pair never reaches from one word into the next.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    flat = [(t, c) for w, c in zip(words, counts) for t in w]
    for (a, c), (b, _) in zip(flat, flat[1:]):
        n[a, b] = n.get((a, b), 0) + c
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: each word once  says: a pair counts at every place where it stands in a word, not once for each word.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in set(zip(word, word[1:])):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: overlaps skipped  says: overlapping places count too: 4 4 4 holds the pair (4, 4) twice.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        i, last = 0, None
        while i < len(word) - 1:
            pair = (word[i], word[i + 1])
            if pair == last and pair[0] == pair[1]:
                last = None
            else:
                n[pair] = n.get(pair, 0) + count
                last = pair
            i += 1
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: counted as by str.count  says: overlapping places count too: 4 4 4 holds the pair (4, 4) twice.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for a, b in set(zip(word, word[1:])):
            i = found = 0
            while i < len(word) - 1:
                if (word[i], word[i + 1]) == (a, b):
                    found, i = found + 1, i + 2
                else:
                    i += 1
            n[a, b] = n.get((a, b), 0) + found * count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: only every second place  says: every two neighbours are a pair; this takes steps of two.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word[::2], word[1::2]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: last pair of a word missed  says: the last pair of each word is missing.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word[:-1], word[1:-1]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: the rarest  says: this is the rarest pair; BPE merges the most frequent one.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (n[pair], pair))
    return np.array(best), n[best]


# %% wrong: order of the pair ignored  says: the order matters: (a, b) and (b, a) are two pairs.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            pair = tuple(sorted(pair))
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: the pair reversed  says: the pair is [a, b] with a on the left.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best[::-1]), n[best]


# %% wrong: tie: the first seen  says: on a tie the pair with the smaller first token wins, and then the one with the smaller second.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = max(n, key=n.get)
    return np.array(best), n[best]


# %% wrong: tie: the last seen  says: on a tie the pair with the smaller first token wins, and then the one with the smaller second.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = sorted(n, key=n.get)[-1]
    return np.array(best), n[best]


# %% wrong: tie: the largest pair  says: on a tie the pair with the smaller first token wins, and then the one with the smaller second.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = max(n, key=lambda pair: (n[pair], pair))
    return np.array(best), n[best]


# %% wrong: tie: by the second token  says: on a tie the pair with the smaller first token wins, and then the one with the smaller second.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair[1], pair[0]))
    return np.array(best), n[best]


# %% wrong: tie: the first token only  says: on a tie the pair with the smaller first token wins, and then the one with the smaller second.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair[0]))
    return np.array(best), n[best]


# %% wrong: tie: the larger second token  says: on a tie the pair with the smaller first token wins, and then the one with the smaller second.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair[0], -pair[1]))
    return np.array(best), n[best]


# %% wrong: number of pairs returned  says: n is how often the winning pair occurs, not how many pairs there are.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), len(n)


# %% wrong: the total of all counts  says: n is how often the winning pair occurs, not how many places there are.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), sum(n.values())


# %% wrong: share instead of count  says: n is a count, not a share.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best] / sum(n.values())


# %% wrong: score of WordPiece  says: this is the pair with the best n(a, b) / (n(a) n(b)), as in WordPiece; BPE takes the largest n.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    single = {}
    for word, count in zip(words, counts):
        for t in word:
            single[t] = single.get(t, 0) + count
    score = {p: n[p] / single[p[0]] / single[p[1]] for p in n}
    best = min(score, key=lambda pair: (-score[pair], pair))
    return np.array(best), n[best]
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: most frequent tokens  says: these are the two most frequent tokens; count neighbours.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    single = {}
    for word, count in zip(words, counts):
        for t in word:
            single[t] = single.get(t, 0) + count
    a, b = sorted(single, key=lambda t: (-single[t], t))[:2]
    return np.array([a, b]), n.get((a, b), 0)
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: longer words count more  says: the length of a word plays no part.
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count * len(word)
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: a tuple returned  says: turns it into an array
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return best, n[best]


# %% wrong: the pair alone  says: expected a tuple (pair, n)
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best)


# %% wrong: no pair: None  says: accepted bad input
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        return np.array([0, 0]), 0
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: no pair: crashes  says: that you raise yourself
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    best = sorted(n.items(), key=lambda kv: (-kv[1], kv[0]))[0][0]
    return np.array(best), n[best]


# %% wrong: lengths not compared  says: accepted bad input
def most_frequent_pair(words, counts):
    n = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]


# %% wrong: merges on the way  says: changed its input
def most_frequent_pair(words, counts):
    if len(words) != len(counts):
        raise ValueError(f"expected {len(words)} counts, one for each word, got {len(counts)}")
    n = {}
    for word, count in zip(words, counts):
        while len(word) > 1:
            pair = (word.pop(0), word[0])
            n[pair] = n.get(pair, 0) + count
    if not n:
        raise ValueError("expected a word of at least two tokens, got none")
    best = min(n, key=lambda pair: (-n[pair], pair))
    return np.array(best), n[best]
