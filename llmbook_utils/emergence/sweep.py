"""The experiments of chapter 5 over more settings and seeds than a chapter has time for.

``sweep()`` returns plain lists of plain dictionaries, which ``llmbook_utils.sweeps`` keeps in a
file. Every row is one model, or one setting of the grokking networks:

    phone_book  entries × steps × width × seed: exact match of the first k digits, accuracy at each
                place, nats, ln p of the whole number, Brier score, bits stored a parameter
    addition    three digits, layers × width × seed, at the end of training: the same metrics
    grokking    share of the sums shown × weight decay × seed: when the training data were known,
                and when the test was (null: never)
"""

from collections.abc import Iterator
from typing import Any

from jaxtyping import Float, Int
from torch import Tensor

from llmbook_utils.emergence import addition, grokking, phone_book
from llmbook_utils.metrics import sharpness

Rows = list[dict[str, Any]]
SEEDS = (0, 1, 2, 3, 4)


def sweep(quick: bool = False) -> dict[str, Rows]:
    """All rows, about ten minutes on one thread; ``quick`` does a few steps of each, for a test."""
    return {
        "phone_book": list(_phone_book(quick)),
        "addition": list(_addition(quick)),
        "grokking": list(_grokking(quick)),
    }


def metrics(
    digits: Int[Tensor, "N K"], log_p: Float[Tensor, "N K 10"]
) -> dict[str, float | list[float]]:
    """Every metric of one model's answers; lists have an entry for each k or place, from 1 to K.

    The Brier score is of the ten digits, their probabilities scaled to sum 1.
    """
    K = digits.shape[1]
    correct = log_p.argmax(-1) == digits
    true_log_p = log_p.gather(-1, digits[..., None]).squeeze(-1)
    p = log_p.softmax(-1).flatten(0, 1)
    return {
        "exact": [_short(sharpness.exact_digits(correct, k)) for k in range(1, K + 1)],
        "accuracy": [_short(a) for a in correct.float().mean(0).tolist()],
        "nats": _short(sharpness.nats_per_digit(true_log_p)),
        "whole": _short(sharpness.answer_log_probability(true_log_p)),
        "brier": _short(sharpness.brier(p, digits.flatten())),
    }


def _short(value: float) -> float:
    """Four places are plenty, and keep the file small."""
    return round(value, 4)


def _phone_book(quick: bool) -> Iterator[dict[str, Any]]:
    """Two books, and the smaller one for four lengths of training."""
    settings = [(128, 100), (128, 200), (128, 400), (128, 1000), (256, 600)]
    for entries, steps in [(16, 5)] if quick else settings:
        seeds, widths = SEEDS[:3], phone_book.WIDTHS[:2] if quick else phone_book.WIDTHS
        book = phone_book.book(entries)
        for recall in phone_book.learn(book, widths, seeds, steps, quiet=quick):
            for i, seed in enumerate(seeds):
                yield {
                    "entries": entries,
                    "steps": steps,
                    "width": recall.width,
                    "parameters": recall.parameters,
                    "seed": seed,
                    **metrics(recall.digits, recall.log_p[i]),
                    "bits_per_parameter": _short(recall.bits_per_parameter[i].item()),
                }


def _addition(quick: bool) -> Iterator[dict[str, Any]]:
    """Three digits: what one layer and two have reached after 1000 steps."""
    steps = 5 if quick else 1000
    for layers in (1, 2):
        for width in (8,) if quick else (8, 16, 24, 32, 48):
            done = addition.watch(
                width, SEEDS, steps, every=steps, layers=layers, digits=3, quiet=quick
            )
            for i, seed in enumerate(SEEDS):
                yield {
                    "steps": steps,
                    "layers": layers,
                    "width": width,
                    "parameters": done.parameters,
                    "seed": seed,
                    **metrics(done.digits, done.log_p[i, -1]),
                }


def _grokking(quick: bool) -> Iterator[dict[str, Any]]:
    """When the test is understood: the fewer sums are shown, and the less decay, the later."""
    steps, seeds = 20 if quick else 2000, SEEDS[:3]
    for share in (0.5,) if quick else (0.4, 0.5, 0.6, 0.7, 0.8):
        for decay in (0.5,) if quick else (0.1, 0.25, 0.5, 1.0, 2.0):
            curves = grokking.learn(
                share=share, weight_decay=decay, steps=steps, seeds=seeds, quiet=quick
            )
            known = grokking.first_step(curves.step, curves.train_accuracy, 0.99)
            understood = grokking.first_step(curves.step, curves.test_accuracy, 0.95)
            for i, seed in enumerate(seeds):
                yield {
                    "steps": steps,
                    "share": share,
                    "weight_decay": decay,
                    "seed": seed,
                    "known": known[i],
                    "understood": understood[i],
                    "test_accuracy": _short(curves.test_accuracy[i, -1].item()),
                }
