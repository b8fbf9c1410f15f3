"""Byte-pair encoding (BPE): which neighbours become one token, learned and applied.

It began as a compressor (Gage 1994: replace the most frequent pair of bytes by a byte that is not
in use) and became the way to cut words into subwords (Sennrich, Haddow & Birch 2016, algorithm 1).
Here the symbols are bytes, as in GPT-2 (Radford et al. 2019): tokens 0 to 255 are the bytes, and
merge number r makes token 256 + r.

How it departs from the papers: where pairs are equally frequent, the smallest ids go first (the
papers leave it open). What is left out: dropout of merges, parallel training.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

Pair = tuple[int, int]


def learn_merges(pieces: Mapping[bytes, int], limit: int | None = None) -> list[Pair]:
    """The merges that BPE learns from pieces and how often each occurs.

    One merge after the other, as in Sennrich et al. (2016); but the counts of pairs are kept, and
    changed only in the pieces that contain the merged pair. The most frequent pair comes from a
    heap that may hold old counts: one that is out of date is put back with its present count.

    Args:
        limit: the largest number of merges; None: until every piece is one token.
    """
    words = [list(piece) for piece in pieces]
    times = list(pieces.values())
    counts: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)  # pair → the words that contain it
    for number, word in enumerate(words):
        for pair in pairwise(word):
            counts[pair] += times[number]
            where[pair].add(number)

    heap = [(-count, pair) for pair, count in counts.items()]  # equal counts: smallest ids first
    heapq.heapify(heap)
    merges: list[Pair] = []
    while heap and (limit is None or len(merges) < limit):
        count, best = heapq.heappop(heap)
        if -count != counts[best]:
            if counts[best] > 0:
                heapq.heappush(heap, (-counts[best], best))
            continue
        new = 256 + len(merges)
        merges.append(best)
        changed: set[Pair] = set()
        for number in where.pop(best):
            word = words[number]
            words[number] = merged = merge(word, best, new)
            for pair in pairwise(word):
                counts[pair] -= times[number]
            for pair in pairwise(merged):
                counts[pair] += times[number]
                if new in pair:
                    where[pair].add(number)
                    changed.add(pair)
        del counts[best]
        for pair in changed:
            heapq.heappush(heap, (-counts[pair], pair))
    return merges


def merge(ids: Sequence[int], pair: Pair, new: int) -> list[int]:
    """``ids`` with each occurrence of ``pair``, from left to right, replaced by the id ``new``."""
    merged: list[int] = []
    i = 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def apply_merges(piece: bytes, ranks: Mapping[Pair, int]) -> list[int]:
    """The tokens of a piece: its bytes, merged; the earliest merge first, from left to right.

    The candidates wait in a heap, so that n bytes take O(n log n) steps even where a piece is a
    whole file. ``ids`` keeps its length: a token that was merged into its left neighbour is marked
    −1, and ``left`` and ``right`` lead past it.

    Args:
        ranks: each merge with its number.
    """
    ids, end = list(piece), len(piece)
    left, right = list(range(-1, end - 1)), list(range(1, end + 1))
    heap = [(ranks[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in ranks]
    heapq.heapify(heap)
    while heap:
        rank, i = heapq.heappop(heap)
        j = right[i]
        if j == end or ranks.get((ids[i], ids[j])) != rank:
            continue  # one of the two has been merged with another token in the meantime
        ids[i], ids[j] = 256 + rank, -1
        right[i] = following = right[j]
        if following < end:
            left[following] = i
            if (ids[i], ids[following]) in ranks:
                heapq.heappush(heap, (ranks[ids[i], ids[following]], i))
        if (before := left[i]) >= 0 and (ids[before], ids[i]) in ranks:
            heapq.heappush(heap, (ranks[ids[before], ids[i]], before))
    return [token for token in ids if token >= 0]


def token_bytes(merges: Sequence[Pair]) -> list[bytes]:
    """The bytes of each token: the 256 bytes, then what each merge makes.

    Raises:
        ValueError: if a merge uses a token that does not exist before it, or makes one that exists.
    """
    tokens = [bytes([byte]) for byte in range(256)]
    seen = set(tokens)
    for rank, (a, b) in enumerate(merges):
        if not (0 <= a < 256 + rank and 0 <= b < 256 + rank):
            raise ValueError(
                f"expected merge {rank} to use ids from 0 to {255 + rank}, got ({a}, {b})"
            )
        token = tokens[a] + tokens[b]
        if token in seen:
            raise ValueError(f"expected merge {rank} to make a new token, got {token!r} again")
        seen.add(token)
        tokens.append(token)
    return tokens
