"""Four forms for eight tasks: what a body and a head make of an example, and how it is learnt.

Everything is one row of tokens and one row of labels, equally long, in which −100 carries no loss:

    class   <end> a story <end> <extract>              the label stands at the last token
    tags    <end> a story <end>                        a label at each word
    span    <end> <q> …? <a> a story <extract>         where the answer begins, and where it ends
    text    <end> a sentence <zh> its translation <end>   the next token, behind the mark

A head is one linear layer on the vectors of the body; "text" has none of its own, but the body's.
A GPT looks to the left only. So what decides about a whole text stands behind it, at a token of its
own that has seen everything (Radford et al. 2018, section 3.3, call it the extract token); and a
question is read before the story that it is about.

*Span* (Devlin et al. 2019, section 4.2): with h_t the vector at place t, the answer begins at i
with probability softmax_i(s · h_i) and ends at j with softmax_j(e · h_j). Where there is no answer,
both point at the extract token.

What stands to the right of a word can be seen, too, if the text is read twice and labelled the
second time (Springer et al. 2024 do so for embeddings): ``readings=2``. It costs twice as much.

Departs from BERT: [CLS] stands in front there, since BERT looks both ways. Left out: a threshold
for "no answer", beam search.
"""

import copy
import math
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.downstream.backbone import AGAIN, END, EXTRACT, PAD, Vocabulary
from llmbook_utils.downstream.eight_tasks import Example, Scores, Span, Target, Task
from llmbook_utils.gpt import GPT
from llmbook_utils.train import IGNORE

FIRST, LAST = 1, 2  # labels of a span's places; both: an answer of one word
LONGEST_ANSWER = 4  # words
Row = tuple[list[int], list[int]]  # ids and labels
READINGS = 1


class Model(nn.Module):
    """A body and a head for each task that has one.

    Args:
        body: is copied.
        tasks: what the heads are for.
        seed: of the heads.
    """

    def __init__(self, body: GPT, tasks: Sequence[Task], seed: int = 0) -> None:
        super().__init__()
        self.body = copy.deepcopy(body)
        sizes = {t.name: len(t.labels) or 2 for t in tasks if t.form != "text"}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.heads = nn.ModuleDict(
                {name: nn.Linear(body.config.width, size) for name, size in sizes.items()}
            )

    def forward(self, ids: Int[Tensor, "B T"], task: Task) -> Float[Tensor, "B T L"]:
        """Logits at each place: of labels, of begin and end of an answer, or of the next token."""
        h = self.body.hidden(ids)
        return self.body.logits(h) if task.form == "text" else self.heads[task.name](h)


# Rows ---------------------------------------------------------------------------------------------


def row(task: Task, example: Example, words: Vocabulary, readings: int = READINGS) -> Row:
    """An example as tokens and labels."""
    if task.form == "text":
        return _text_row(example, words)
    text = words.ids(example.words)
    first = [words[END], *text] if readings == 2 else []
    if task.form == "tags":
        ids = [*first, words[AGAIN if first else END], *text]
        return ids, _at_the_end(ids, _numbers(task, example))
    if task.form == "class":
        ids = [words[END], *text, words[EXTRACT]]
        return ids, _at_the_end(ids, _numbers(task, example))
    text[-1] = words[EXTRACT]  # in place of the end mark
    ids = [*(first or [words[END]]), *words.ids(example.question), *text]
    labels = [0] * len(text)
    start, stop = example.target or (len(text) - 1, len(text))
    labels[int(start)] += FIRST
    labels[int(stop) - 1] += LAST
    return ids, _at_the_end(ids, labels)


def _numbers(task: Task, example: Example) -> list[int]:
    return [task.labels.index(str(label)) for label in example.target or ()]


def _at_the_end(ids: list[int], labels: list[int]) -> list[int]:
    """Labels of the last tokens; the others have none."""
    return [IGNORE] * (len(ids) - len(labels)) + labels


def _text_row(example: Example, words: Vocabulary) -> Row:
    read, written = prompt(example, words), words.ids(map(str, example.target or ()))
    return [*read, *written[:-1]], [IGNORE] * (len(read) - 1) + written


def prompt(example: Example, words: Vocabulary) -> list[int]:
    """What a model reads before it writes."""
    return [words[END], *words.ids(example.words)]


def together(rows: Sequence[Row], pad: int) -> tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]:
    """Rows in one rectangle, padded at the right."""
    T = max(len(ids) for ids, _ in rows)
    inputs, labels = torch.full((len(rows), T), pad), torch.full((len(rows), T), IGNORE)
    for i, (ids, wanted) in enumerate(rows):
        inputs[i, : len(ids)] = torch.tensor(ids)
        labels[i, : len(ids)] = torch.tensor(wanted)
    return inputs, labels


# Losses -------------------------------------------------------------------------------------------


def loss(
    task: Task, logits: Float[Tensor, "B T L"], labels: Int[Tensor, "B T"]
) -> tuple[Tensor, int]:
    """Cross-entropy in nats, summed over what is to be predicted, and how many that is."""
    if task.form != "span":
        total = F.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORE, reduction="sum"
        )
        return total, int((labels != IGNORE).sum())
    begins, ends = span_log_probs(logits, labels)
    here = labels.clamp(min=0)  # −100 has bits, too
    total = -begins[(here & FIRST) > 0].sum() - ends[(here & LAST) > 0].sum()
    return total, 2 * len(labels)


def span_log_probs(
    logits: Float[Tensor, "B T 2"], labels: Int[Tensor, "B T"]
) -> tuple[Float[Tensor, "B T"], Float[Tensor, "B T"]]:
    """log p(the answer begins at t), log p(it ends at t), over the places that have a label."""
    allowed = logits.masked_fill((labels == IGNORE)[..., None], -math.inf)
    begins, ends = allowed.log_softmax(1).unbind(-1)
    return begins, ends


# Predictions --------------------------------------------------------------------------------------


@torch.no_grad()
def predict(
    model: Model,
    task: Task,
    examples: Sequence[Example],
    words: Vocabulary,
    readings: int = READINGS,
    batch_size: int = 64,
) -> list[Target]:
    """What the model makes of each example, in the form of its target."""
    found: dict[int, Target] = {}
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].words))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        some = [examples[i] for i in chosen]
        answers = _written(model, some, words) if task.form == "text" else None
        if answers is None:
            ids, labels = together([row(task, e, words, readings) for e in some], words[PAD])
            logits = model(ids, task)
            answers = [_read(task, e, z, y) for e, z, y in zip(some, logits, labels, strict=True)]
        found |= dict(zip(chosen, answers, strict=True))
    return [found[i] for i in range(len(examples))]


def _read(
    task: Task, example: Example, logits: Float[Tensor, "T L"], labels: Int[Tensor, " T"]
) -> Target:
    """The likeliest labels, or the likeliest span."""
    if task.form == "span":
        z = logits[labels != IGNORE]  # (words, 2)
        return best_span(z[:, 0].tolist(), z[:, 1].tolist())
    return tuple(task.labels[i] for i in logits[labels != IGNORE].argmax(-1).tolist())


def best_span(
    begins: Sequence[float | int], ends: Sequence[float | int], longest: int = LONGEST_ANSWER
) -> Span | None:
    """The answer with the highest sum of scores, of all with start ≤ last and ≤ ``longest`` words.

    The last place stands for "there is no answer": it is None if begins[-1] + ends[-1] is higher.
    """
    n = len(begins) - 1
    spans = [
        (begins[i] + ends[j], (i, j + 1)) for i in range(n) for j in range(i, min(i + longest, n))
    ]
    if not spans:
        raise ValueError(f"expected scores of two places or more, got {len(begins)}")
    score, span = max(spans)
    return span if score > begins[-1] + ends[-1] else None


def _written(model: Model, examples: Sequence[Example], words: Vocabulary) -> list[Target]:
    """The likeliest next token, again and again, to the end mark: at most as long as it can be."""
    prompts = [prompt(example, words) for example in examples]
    room = min(
        model.body.config.context - max(map(len, prompts)),
        max(len(e.target or ()) for e in examples) + 8,
    )
    ids = model.body.generate(prompts, room, temperature=0, stop=words[END])
    written: list[Target] = []
    for read, row_ids in zip(prompts, ids.tolist(), strict=True):
        answer = words.words(row_ids[len(read) : len(read) + room])
        written.append(answer[: answer.index(END) + 1] if END in answer else answer)
    return written


@torch.no_grad()
def mean_loss(
    model: Model,
    task: Task,
    examples: Sequence[Example],
    words: Vocabulary,
    readings: int = READINGS,
    batch_size: int = 64,
) -> float:
    """The mean loss, in nats for each thing that is predicted."""
    rows = sorted((row(task, e, words, readings) for e in examples), key=lambda r: len(r[0]))
    total, count = 0.0, 0
    for start in range(0, len(rows), batch_size):
        ids, labels = together(rows[start : start + batch_size], words[PAD])
        value, counted = loss(task, model(ids, task), labels)
        total, count = total + value.item(), count + counted
    return total / count


def evaluate(
    model: Model,
    task: Task,
    examples: Sequence[Example],
    words: Vocabulary,
    readings: int = READINGS,
) -> Scores:
    """The task's scores; for "modelling", perplexity and nats a token above the floor."""
    if task.name != "modelling":
        return task.score(examples, predict(model, task, examples, words, readings))
    nats = mean_loss(model, task, examples, words)
    floor = -sum(e.log_prob for e in examples) / sum(len(e.target or ()) for e in examples)
    return {"perplexity": math.exp(nats), "above the floor": nats - floor}
