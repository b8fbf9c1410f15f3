"""Metrics: how good are predictions and texts? Each task of the field has its own.

    labels   accuracy, precision, recall and F1, exact match         one label for each thing
    spans    entities from BIO tags, their F1; exact match and F1 of answers     parts of a text
    overlap  BLEU, chrF, ROUGE                           a text against one that a person wrote

All are between 0 and 1. Words are given as lists: how a text is cut into words changes every score
that counts them, and is not decided here.
"""

from llmbook_utils.metrics.labels import Scores, accuracy, exact_match, precision_recall_f1
from llmbook_utils.metrics.overlap import bleu, chrf, rouge_l, rouge_n, sentence_bleu
from llmbook_utils.metrics.spans import (
    Span,
    entity_scores,
    entity_scores_by_kind,
    spans,
    squad_exact,
    squad_f1,
)

__all__ = [
    "Scores",
    "Span",
    "accuracy",
    "bleu",
    "chrf",
    "entity_scores",
    "entity_scores_by_kind",
    "exact_match",
    "precision_recall_f1",
    "rouge_l",
    "rouge_n",
    "sentence_bleu",
    "spans",
    "squad_exact",
    "squad_f1",
]
