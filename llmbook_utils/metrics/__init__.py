"""Metrics: how good are predictions and texts? Each task of the field has its own.

    labels   accuracy, precision, recall and F1                      one label for each thing
    spans    entities from BIO tags, their F1; exact match and F1 of answers     parts of a text
    overlap  BLEU, chrF, ROUGE                           a text against one that a person wrote
    sharpness  all digits right, each digit, Brier score, nats       one answer, sharp or smooth

Those of the first three are all between 0 and 1. Words are given as lists: how a text is cut into
words changes every score that counts them, and is not decided here. ``sharpness`` also holds the
bootstrap and a test that tells a threshold from noise.
"""

from llmbook_utils.metrics.labels import Scores, accuracy, precision_recall_f1
from llmbook_utils.metrics.overlap import bleu, chrf, rouge_l, rouge_n, sentence_bleu
from llmbook_utils.metrics.sharpness import (
    Interval,
    Threshold,
    answer_log_probability,
    bootstrap,
    brier,
    digit_accuracy,
    exact_digits,
    find_threshold,
    independent_exact,
    nats_per_digit,
)
from llmbook_utils.metrics.spans import Span, entity_scores, spans, squad_exact, squad_f1

__all__ = [
    "Interval",
    "Scores",
    "Span",
    "Threshold",
    "accuracy",
    "answer_log_probability",
    "bleu",
    "bootstrap",
    "brier",
    "chrf",
    "digit_accuracy",
    "entity_scores",
    "exact_digits",
    "find_threshold",
    "independent_exact",
    "nats_per_digit",
    "precision_recall_f1",
    "rouge_l",
    "rouge_n",
    "sentence_bleu",
    "spans",
    "squad_exact",
    "squad_f1",
]
