"""What a model answers at each stage of its training, side by side, for anybody to read.

Nothing here moves: plain HTML, which is the same in JupyterLab, in the static book and in print. On
a wide page up to three stages stand beside each other; more are lines of one list, and on a phone
each answer stands below the name of its stage.
"""

import html
from collections.abc import Mapping, Sequence

from llmbook_utils.interactive.answers import (
    Answer,
    State,
    answer_html,
    kinds_in,
    legend_html,
    state_of,
    text_of,
)
from llmbook_utils.interactive.theme import STATIC, stylesheet

COLUMNS = 3  # so many stages stand side by side; more of them one below the other


class SamplesTable:
    """Answers of several models to the same questions.

    Args:
        questions: what was asked.
        stages: name of a model, "after SFT" say → its answer to each question; as text, or as
            `corpus.judged.judged` gives it, with colours and the gold reward.
        truths: the right value for each question, shown beside it.
        notes: name of a stage → a few words on it, written above the table.

    Raises:
        ValueError: if a stage has not one answer for each question.

    >>> SamplesTable(["Where does Mara live?"], {"after SFT": ["She lives in Oslo."]})
    Where does Mara live?
      after SFT: She lives in Oslo.
    """

    def __init__(
        self,
        questions: Sequence[str],
        stages: Mapping[str, Sequence[Answer]],
        truths: Sequence[str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        columns: dict[str, Sequence[Answer]] = {**stages, **({"truths": truths} if truths else {})}
        for name, answers in columns.items():
            if len(answers) != len(questions):
                raise ValueError(
                    f"expected {len(questions)} answers in {name!r}, got {len(answers)}"
                )
        self.questions, self.truths, self.notes = list(questions), truths, dict(notes or {})
        self.stages: dict[str, list[State]] = {
            name: [state_of(answer) for answer in answers] for name, answers in stages.items()
        }

    def __repr__(self) -> str:
        lines = []
        for place, question in enumerate(self.questions):
            lines.append(question + (f" ({self.truths[place]})" if self.truths else ""))
            for name, answers in self.stages.items():
                gold = answers[place]["gold"]
                worth = "" if gold is None else f"  [{gold:g}]"
                lines.append(f"  {name}: {text_of(answers[place])}{worth}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        style = stylesheet() + (STATIC / "alignment.css").read_text(encoding="utf-8")
        notes = "".join(
            f"<li><strong>{html.escape(name)}</strong>: {html.escape(text)}</li>"
            for name, text in self.notes.items()
        )
        notes = f'<ul class="xp-notes">{notes}</ul>' if notes else ""
        questions = "".join(self._question(place) for place in range(len(self.questions)))
        used = kinds_in(answer for answers in self.stages.values() for answer in answers)
        legend = legend_html(used) if used else ""
        return f'<style>{style}</style><div class="xp xp-words">{notes}{questions}{legend}</div>'

    def _question(self, place: int) -> str:
        truth = f"<small>{html.escape(self.truths[place])}</small>" if self.truths else ""
        stages = "".join(
            f"<div><dt>{html.escape(name)}{_worth(answers[place])}</dt>"
            f'<dd class="xp-answer">{answer_html(answers[place])}</dd></div>'
            for name, answers in self.stages.items()
        )
        few = "xp-few" if len(self.stages) <= COLUMNS else "xp-many"
        heading = f"<h3>{html.escape(self.questions[place])}{truth}</h3>"
        return f'<div class="xp-question">{heading}<dl class="xp-stages {few}">{stages}</dl></div>'


def _worth(answer: State) -> str:
    if answer["gold"] is None:
        return ""
    return f"<strong>{answer['gold']:+.1f}</strong>".replace("-", "−")
