"""What a score costs in labelled examples, read off a curve; plain Python, no library."""

from collections.abc import Sequence


def labels_needed(
    sizes: Sequence[float | int],
    values: Sequence[float | int],
    goal: float | int,
    low: bool = False,
) -> float | None:
    """The number of labelled examples at which a curve first reaches a score.

    Between two measured sizes the curve is straight in log(size):
    n = n₀ (n₁ / n₀)^((goal − v₀) / (v₁ − v₀)).

    Args:
        sizes: S growing numbers of examples.
        values: the score at each of them.
        goal: the score that is asked for.
        low: whether a score is better the smaller it is, such as a perplexity.

    Returns:
        None if the curve never reaches the score; the first size if it starts there.

    Raises:
        ValueError: if sizes and values differ in number.
    """
    if len(sizes) != len(values):
        raise ValueError(f"expected {len(sizes)} values, one for each size, got {len(values)}")
    sign = -1 if low else 1
    for j, value in enumerate(values):
        if sign * value >= sign * goal:
            if j == 0:
                return float(sizes[0])
            part = (goal - values[j - 1]) / (value - values[j - 1])
            return float(sizes[j - 1] * (sizes[j] / sizes[j - 1]) ** part)
    return None
