"""Who runs in the race: one entrant for each architecture of chapter 3, of about the same size.

All learn from the same documents. What they make of them is what tells them apart:

    n-gram           counts
    RNN, LSTM, GPT   predict each next word in rows of 64 (``packing.pack``)
    Transformer-XL   the same in rows of 128, in four segments; it remembers the last one
    XLNet            predicts each word of a document, in a random order
    BERT             predicts 30 % of a document's words, hidden anew each time
    T5               writes again the spans that were cut out of a row of 64

(30 % and not BERT's 15 %: more to learn from in a short time, see Wettig et al. 2023.)

Sizes: about 65,000 numbers at width 48; recurrent networks are wider, because they have no layers.
Learning rates and batches are what seemed good in a few tries each, at three seconds.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.evolution import bert, seq2seq, t5, xlnet
from llmbook_utils.evolution.race import (
    Blank,
    Entrant,
    Fill,
    Track,
    fill_from_left,
    nats_of,
    ngram_fill,
    ngram_nats,
)
from llmbook_utils.evolution.recurrent import RecurrentLM
from llmbook_utils.evolution.transformer_xl import Memory, TransformerXL
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.ngram import NGram
from llmbook_utils.packing import pack
from llmbook_utils.train import Batch, Batches, TrainConfig, shuffled

CONTEXT = 64  # words of a row; the longest document has fewer
SEGMENT = 32  # words that Transformer-XL reads at once, and how many it remembers
NAMES = ("n-gram", "RNN", "LSTM", "GPT", "Transformer-XL", "XLNet", "BERT", "T5")


def line_up(
    track: Track, seed: int = 0, layers: int = 2, heads: int = 4, width: int = 48
) -> dict[str, Entrant]:
    """Name → entrant, for all of ``NAMES``; weights and the order of the rows are the seed's.

    Args:
        layers, heads, width: of the Transformers.
    """
    makers: dict[str, Callable[..., Entrant]] = {
        "n-gram": n_gram,
        "RNN": rnn,
        "LSTM": lstm,
        "GPT": gpt,
        "Transformer-XL": transformer_xl,
        "XLNet": permuted_lm,
        "BERT": masked_lm,
        "T5": text_to_text,
    }
    return {name: maker(track, seed, layers, heads, width) for name, maker in makers.items()}


def recipe(rate: float) -> TrainConfig:
    """Up in a twentieth of the time, then down to zero."""
    return TrainConfig(1000, rate, warmup=50, final=0.0)


def n_gram(track: Track, *_: int) -> Entrant:
    """Kneser–Ney with four words before; chapter 7 explains it."""
    model = NGram(5, len(track.vocabulary))
    return Entrant("n-gram", model, nats=ngram_nats(model), fill=ngram_fill(model))


def rnn(track: Track, seed: int, layers: int, heads: int, width: int) -> Entrant:
    return _left_to_right("RNN", RecurrentLM, track, seed, 3e-3, cell="rnn", width=3 * width)


def lstm(track: Track, seed: int, layers: int, heads: int, width: int) -> Entrant:
    return _left_to_right("LSTM", RecurrentLM, track, seed, 1e-2, cell="lstm", width=5 * width // 3)


def gpt(track: Track, seed: int, layers: int, heads: int, width: int) -> Entrant:
    config = GPTConfig(len(track.vocabulary), CONTEXT, layers, heads, width)
    return _left_to_right("GPT", lambda _: GPT(config), track, seed, 1e-2)


def transformer_xl(track: Track, seed: int, layers: int, heads: int, width: int) -> Entrant:
    torch.manual_seed(seed)
    model = TransformerXL(len(track.vocabulary), SEGMENT, layers, heads, width)
    nats = nats_of(lambda ids: model.in_segments(ids, SEGMENT), track)
    fill = fill_from_left(lambda ids: model.in_segments(ids, SEGMENT), track)
    batches = segments(track, 4 * SEGMENT, SEGMENT, 8, seed)
    return Entrant("Transformer-XL", model, batches, Remember(), recipe(1e-2), nats, fill)


def permuted_lm(track: Track, seed: int, layers: int, heads: int, width: int) -> Entrant:
    torch.manual_seed(seed)
    model = xlnet.XLNet(len(track.vocabulary), layers, heads, width)
    documents = alike(track, 16, seed)

    def batch(i: int) -> Batch:
        (ids,) = documents(i)
        generator = torch.Generator().manual_seed(seed * 1_000_003 + i)
        order = xlnet.random_orders(len(ids), ids.shape[1], generator)
        last = (ids == track.pad).gather(1, order).argsort(dim=1, stable=True)
        order = order.gather(1, last)  # padding comes last, so that nothing sees it
        shortest = int((ids != track.pad).sum(1).min())
        return ids, order, order[:, 1:shortest]  # all but the start mark

    # the next word: nothing sees the place that comes last, so that anything can stand there
    nats = nats_of(lambda ids: model(F.pad(ids, (0, 1)))[:, 1:], track)
    return Entrant(
        "XLNet", model, batch, xlnet.permutation_loss, recipe(1e-2), nats, xlnet_fill(model, track)
    )


def masked_lm(track: Track, seed: int, layers: int, heads: int, width: int) -> Entrant:
    torch.manual_seed(seed)
    V = len(track.vocabulary)
    model = bert.BERT(V, track.mask, CONTEXT + 1, layers, heads, width, track.pad)
    special = [track.pad, track.end, *track.sentinels]
    batches = bert.dynamic(alike(track, 16, seed), track.mask, V, special, 0.3, seed)

    def fill(blanks: Sequence[Blank]) -> Tensor:
        ids, places = with_blanks(blanks, track)
        return bert.fill(model, ids, places).log()

    return Entrant("BERT", model, batches, bert.masked_loss, recipe(1e-2), fill=fill)


def text_to_text(track: Track, seed: int, layers: int, heads: int, width: int) -> Entrant:
    torch.manual_seed(seed)
    first = track.sentinels[0]
    model = t5.T5(len(track.vocabulary), first, max(1, layers - 1), heads, width, track.pad)
    rows, _ = pack(track.train, CONTEXT, track.end)
    batches = t5.corrupted(shuffled((rows,), 8, seed), first, track.end)

    def fill(blanks: Sequence[Blank]) -> Tensor:
        filled = [
            t5.fill(model, [track.end, *blank.ids], blank.place + 1, track.end) for blank in blanks
        ]
        return torch.stack(filled).log()

    return Entrant("T5", model, batches, seq2seq.seq2seq_loss, recipe(3e-3), fill=fill)


def _left_to_right(
    name: str, make: Callable[..., nn.Module], track: Track, seed: int, rate: float, **sizes: object
) -> Entrant:
    torch.manual_seed(seed)
    model = make(len(track.vocabulary), **sizes)
    batches = shuffled(pack(track.train, CONTEXT, track.end), 8, seed)
    nats, fill = nats_of(model, track), fill_from_left(model, track)
    return Entrant(name, model, batches, recipe=recipe(rate), nats=nats, fill=fill)


# What they read ----------------------------------------------------------------------------------


def alike(track: Track, batch_size: int, seed: int) -> Batches:
    """Batches of whole documents, an end mark before each, that are about equally long.

    Batch i takes documents that stand beside each other in the order of their lengths.
    """
    rows = sorted(([track.end, *ids] for ids in track.train), key=len)
    if len(rows) < batch_size:
        raise ValueError(f"expected at least {batch_size} documents, got {len(rows)}")

    def batch(i: int) -> Batch:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + i)
        start = int(torch.randint(len(rows) - batch_size + 1, (1,), generator=generator))
        chosen = map(torch.tensor, rows[start : start + batch_size])
        return (nn.utils.rnn.pad_sequence(list(chosen), True, track.pad),)

    return batch


def segments(track: Track, length: int, segment: int, batch_size: int, seed: int) -> Batches:
    """Rows of ``length`` words, a segment a batch; the third tensor says whether a row begins."""
    rows, parts = (
        shuffled(pack(track.train, length, track.end), batch_size, seed),
        length // segment,
    )

    def batch(i: int) -> Batch:
        row, part = divmod(i, parts)
        here = slice(part * segment, (part + 1) * segment)
        ids, labels = rows(row)
        return ids[:, here], labels[:, here], torch.tensor(part == 0)

    return batch


class Remember:
    """The loss of Transformer-XL: a segment is read with the memory of the one before."""

    def __init__(self) -> None:
        self.memory: Memory | None = None

    def __call__(self, model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        assert isinstance(model, TransformerXL)
        ids, labels, begins = batch
        logits, self.memory = model.read(ids, None if begins else self.memory)
        total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")
        return total, labels.numel()


# How they fill a blank ---------------------------------------------------------------------------


def with_blanks(
    blanks: Sequence[Blank], track: Track
) -> tuple[Int[Tensor, "N T"], Int[Tensor, " N"]]:
    """Rows of an end mark, the document with ``<mask>`` in the blank, padding; and the places."""
    rows = [torch.tensor([track.end, *blank.hidden(track.mask)]) for blank in blanks]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=track.pad)
    return ids, torch.tensor([blank.place + 1 for blank in blanks])


def xlnet_fill(model: xlnet.XLNet, track: Track) -> Fill:
    """From left to right, but the blank comes last of all words, and padding after it."""

    def fill(blanks: Sequence[Blank]) -> Float[Tensor, "N V"]:
        ids, places = with_blanks(blanks, track)
        turn = torch.arange(ids.shape[1]).repeat(len(ids), 1)
        turn[ids == track.pad] += 2 * ids.shape[1]
        turn.scatter_(1, places[:, None], ids.shape[1])
        rows = zip(
            ids.split(64), turn.argsort(-1).split(64), places[:, None].split(64), strict=True
        )
        return torch.cat([model(*row) for row in rows])[:, 0].log_softmax(-1)

    return fill
