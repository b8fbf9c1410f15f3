"""From a model's probabilities to a drawn word: what the figure ``NextWordExplorer`` shows.

``static/next_word_explorer.js`` is the twin of this module and of ``llmbook_utils.ngram.NGram``; a
test runs both and compares them.
"""

import numpy as np
from jaxtyping import Float

from llmbook_utils.interactive.polynomial import uniform


def sharpened(p: Float[np.ndarray, " V"], temperature: float) -> Float[np.ndarray, " V"]:
    """p^(1/T), scaled to sum 1: below T = 1 the likely gets likelier, above it the unlikely."""
    if not temperature > 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    q = (p / p.max()) ** (1 / temperature)
    return q / q.sum()


def truncated(p: Float[np.ndarray, " V"], top_k: int, top_p: float) -> Float[np.ndarray, " V"]:
    """Only the ``top_k`` likeliest words (0: all); of these the likeliest that hold ``top_p``.

    A word stays in the top-p set if those likelier than it hold less than ``top_p`` together
    (Holtzman et al. 2020); of equals the first one counts as likelier.
    """
    order = np.argsort(-p, kind="stable")
    kept = order[:top_k] if top_k else order
    before = np.cumsum(p[kept]) - p[kept]
    q = np.zeros_like(p)
    stays = kept[before < top_p * p[kept].sum()]
    q[stays] = p[stays]
    return q / q.sum()


def drawn(p: Float[np.ndarray, " V"], n: int, seed: int) -> list[int]:
    """Draw n words: each the first whose cumulative probability passes a uniform number."""
    numbers, cumulative = uniform(seed), np.cumsum(p)
    places = [int(np.searchsorted(cumulative, next(numbers), side="right")) for _ in range(n)]
    last = int(np.flatnonzero(p)[-1])  # where rounding leaves the sum below 1
    return [min(place, last) for place in places]
