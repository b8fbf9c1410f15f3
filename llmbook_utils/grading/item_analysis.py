"""How well each exercise tells students apart: the classical indices of test theory.

- The **item-rest correlation**: Pearson's r between the points in an exercise and the points in all
  the others (the exercise itself left out, so that it is not correlated with itself).
- The **discrimination index** D: the mean share of points that the best 27 % get in the exercise,
  less that of the worst 27 %. Kelley (1939), "The selection of upper and lower groups for the
  validation of test items", Journal of Educational Psychology 30(1), showed 27 % to be the best
  choice for normal scores; Ebel and Frisbie (1991), Essentials of Educational Measurement, call
  items below 0.2 poor.

Both say little about few students, and nothing about an exercise that everybody or nobody solves.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

POOR = 0.2  # below it an exercise is flagged (Ebel and Frisbie)
ENOUGH = 10  # students; with fewer nothing is flagged
GROUP = 0.27  # share of the class in the upper and in the lower group (Kelley)


@dataclass(frozen=True)
class Item:
    """An exercise, and what the class made of it."""

    name: str
    title: str
    most: float
    students: int  # with points in it
    full: int
    some: int
    none: int
    mean: float  # share of the points, 0 to 1
    rest: float | None = None  # item-rest correlation; None: it is not defined
    index: float | None = None  # D
    remark: str = ""  # why it is flagged

    def share(self, count: int) -> float:
        """Percent of the students with points in it."""
        return 100 * count / self.students if self.students else 0.0


def analyse(
    points: Sequence[Mapping[str, float]], items: Sequence[tuple[str, str, float]]
) -> list[Item]:
    """The indices of each item, (name, title, most points), from each student's points by item.

    A student without points in an item (a mark by hand that is not there yet) counts in the other
    items' success, and not at all in the indices.
    """
    complete = [each for each in points if all(name in each for name, _, _ in items)]
    totals = [sum(each[name] for name, _, _ in items) for each in complete]
    found = []
    for name, title, most in items:
        got = [each[name] for each in points if name in each]
        full = sum(value >= most for value in got)
        none = sum(value <= 0 < most for value in got)
        mean = statistics.fmean(got) / most if got and most else 0.0
        mine = [each[name] for each in complete]
        rest = _correlation(mine, [t - m for t, m in zip(totals, mine, strict=True)])
        item = (name, title, most, len(got), full, len(got) - full - none, none, mean)
        remark = _remark(len(got), full, none, len(complete), rest)
        found.append(Item(*item, rest, _index(mine, totals, most), remark))
    return found


def _correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    try:
        return statistics.correlation(x, y)
    except statistics.StatisticsError:  # fewer than two students, or all alike
        return None


def _index(mine: Sequence[float], totals: Sequence[float], most: float) -> float | None:
    size = round(GROUP * len(mine))
    if not size or not most:
        return None
    ranked = sorted(zip(totals, mine, strict=True), key=lambda pair: pair[0])
    lower, upper = ranked[:size], ranked[-size:]
    return (sum(value for _, value in upper) - sum(value for _, value in lower)) / size / most


def _remark(students: int, full: int, none: int, complete: int, rest: float | None) -> str:
    if students < ENOUGH:
        return ""
    if full == students:
        return "Everybody solves it, so it tells nobody apart."
    if none == students:
        return "Nobody solves it: is it too hard, or is a test wrong?"
    if complete < ENOUGH or rest is None or rest >= POOR:
        return ""
    if rest < 0:
        return "Who does well elsewhere does worse here: is the contract clear, is a test wrong?"
    return "It hardly goes with the rest: it may ask for something else, or leave much to chance."
