"""Simulated raters who compare answers, and do not quite agree.

Each rater has tastes: she weights the parts of the gold reward in her own way,

    u_r(y) = Σ_k (1 + σ z_rk) · part_k(y),    z_rk standard normal, drawn once for each rater,

and prefers answer a to answer b with the probability of Bradley & Terry (1952) at temperature τ:

    p_r(a ≻ b) = 1 / (1 + exp(−(u_r(a) − u_r(b)) / τ)).

A whole ranking is drawn as in Plackett–Luce (Plackett 1975), whose pairs follow Bradley–Terry.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from llmbook_utils.corpus.reward import PARTS, Reward


class Raters:
    """A panel of raters.

    Args:
        number: how many there are.
        disagreement: σ, how far their tastes lie apart; 0: all have the gold weights.
        temperature: τ, how much chance there is in a comparison; above 0.
        seed: of their tastes.

    Attributes:
        tastes: 1 + σ z_rk, a row for each of the R raters, a column for each part of the reward.
    """

    def __init__(
        self,
        number: int = 5,
        disagreement: float | int = 0.3,
        temperature: float | int = 0.5,
        seed: int = 0,
    ) -> None:
        if number < 1:
            raise ValueError(f"expected at least 1 rater, got {number}")
        if disagreement < 0 or temperature <= 0:
            raise ValueError(
                "expected a disagreement of at least 0 and a temperature above 0, "
                f"got {disagreement} and {temperature}"
            )
        self.number, self.disagreement, self.temperature = number, disagreement, temperature
        z = np.random.default_rng(seed).standard_normal((number, len(PARTS)))
        self.tastes = 1 + disagreement * z

    def utilities(self, reward: Reward) -> Float[np.ndarray, " R"]:
        """u_r of an answer, for each rater."""
        return self.tastes @ np.array([reward.parts[part] for part in PARTS])

    def preference(self, a: Reward, b: Reward) -> float:
        """p(a ≻ b) of a rater drawn at random, exactly.

        No prediction of such comparisons can be right more often than max(p, 1 − p) on average.
        """
        difference = (self.utilities(a) - self.utilities(b)) / self.temperature
        return float(np.mean((1 + np.tanh(difference / 2)) / 2))

    def prefers(self, a: Reward, b: Reward, rng: np.random.Generator) -> bool:
        """One rater, drawn at random, compares two answers: whether she prefers a."""
        return bool(self.rank([a, b], rng)[0] == 0)

    def rank(self, answers: Sequence[Reward], rng: np.random.Generator) -> Int[np.ndarray, " K"]:
        """One rater, drawn at random, ranks K answers: their numbers, the best first.

        Drawn by adding a Gumbel variable to each u/τ and sorting (Yellott 1977).
        """
        rater = int(rng.integers(self.number))
        scores = np.array([self.utilities(answer)[rater] for answer in answers])
        noisy = scores / self.temperature + rng.gumbel(size=len(answers))
        return np.argsort(-noisy)
