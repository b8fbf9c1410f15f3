"""How fast is our byte-pair encoding, beside tiktoken and Hugging Face's tokenizers?

    OMP_NUM_THREADS=1 .venv/bin/python tests/benchmarks/bench_tokenizer.py

The text: the topics of Python's own documentation (pydoc_data, 465 KB). Measured on one thread, all
in one run: learning 1000 merges (tiktoken has no training that is meant to be fast), encoding the
text by a tokenizer that has not seen it (cold) and by one that has (warm: words are remembered),
decoding. The peers (`pip install tiktoken tokenizers`; left out when not installed) get our merges
and cut the text by the same pattern; that they make the same tokens is checked first. They are
written in Rust, we are not; tokenizers also notes where in the text each token stands. Ratios are
the result; processor seconds depend on the machine.
"""

import importlib.util
import os
import statistics
import time
from collections.abc import Callable
from pydoc_data.topics import topics
from typing import Any

from llmbook_utils.byte_pairs import token_bytes
from llmbook_utils.tokenizer import PATTERN, Tokenizer

# read by tokenizers when it is loaded, which happens below: one thread for everybody
os.environ |= {"RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
MERGES = 1000
TEXT = " " + "\n".join(topics.values())


def seconds(make: Callable[[], Any], run: Callable[[Any], Any], repeats: int = 7) -> float:
    """The median processor time of `run(make())`, without the time of `make()`."""
    times = []
    for _ in range(repeats):
        made = make()
        start = time.process_time()
        run(made)
        times.append(time.process_time() - start)
    return statistics.median(times)


def ours(tokenizer: Tokenizer) -> dict[str, float]:
    """Seconds of each task for llmbook_utils.tokenizer."""
    ids = tokenizer.encode(TEXT, "text")
    return {
        "train": seconds(
            lambda: None, lambda _: Tokenizer.train(TEXT, 258 + MERGES, document_prefix="")
        ),
        "encode, cold": seconds(
            lambda: Tokenizer(tokenizer.merges), lambda fresh: fresh.encode(TEXT, "text")
        ),
        "encode, warm": seconds(lambda: tokenizer, lambda same: same.encode(TEXT, "text")),
        "decode": seconds(lambda: tokenizer, lambda same: same.decode(ids)),
    }


def tiktoken_seconds(tokenizer: Tokenizer) -> dict[str, float]:
    """Seconds of each task for tiktoken."""
    import tiktoken

    ranks = {token: rank for rank, token in enumerate(token_bytes(tokenizer.merges))}

    def fresh() -> Any:
        return tiktoken.Encoding("ours", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})

    same = fresh()
    ids = tokenizer.encode(TEXT, "text")
    assert same.encode_ordinary(TEXT) == ids
    return {
        "encode, cold": seconds(fresh, lambda peer: peer.encode_ordinary(TEXT)),
        "encode, warm": seconds(lambda: same, lambda peer: peer.encode_ordinary(TEXT)),
        "decode": seconds(lambda: same, lambda peer: peer.decode(ids)),
    }


def hf_seconds(tokenizer: Tokenizer) -> dict[str, float]:
    """Seconds of each task for Hugging Face's tokenizers."""
    import tokenizers as hf

    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}
    names = ["".join(letters[b] for b in token) for token in token_bytes(tokenizer.merges)]
    cut = hf.pre_tokenizers.Sequence(
        [
            hf.pre_tokenizers.Split(hf.Regex(PATTERN_ONIGURUMA), "isolated"),
            hf.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )

    def fresh() -> Any:
        model = hf.models.BPE(
            vocab={name: i for i, name in enumerate(names)},
            merges=[(names[a], names[b]) for a, b in tokenizer.merges],
        )
        peer = hf.Tokenizer(model)
        peer.pre_tokenizer, peer.decoder = cut, hf.decoders.ByteLevel()
        return peer

    def untrained() -> Any:
        peer = hf.Tokenizer(hf.models.BPE())
        peer.pre_tokenizer = cut
        return peer

    def trainer() -> Any:
        return hf.trainers.BpeTrainer(
            vocab_size=256 + MERGES,
            initial_alphabet=hf.pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )

    same = fresh()
    ids = tokenizer.encode(TEXT, "text")
    assert same.encode(TEXT).ids == ids
    return {
        "train": seconds(untrained, lambda peer: peer.train_from_iterator([TEXT], trainer())),
        "encode, cold": seconds(fresh, lambda peer: peer.encode(TEXT).ids),
        "encode, warm": seconds(lambda: same, lambda peer: peer.encode(TEXT).ids),
        "decode": seconds(lambda: same, lambda peer: peer.decode(ids)),
    }


# without Chinese, which the text has none of
PATTERN_ONIGURUMA = r" ?[^\W\d_]+| ?\d+| ?(?:[^\w\s]|_)+|\s+(?!\S)|\s+"


def main() -> None:
    """Print seconds and ratios, ours as 1."""
    tokenizer = Tokenizer.train(TEXT, 258 + MERGES, document_prefix="")
    ids = tokenizer.encode(TEXT, "text")
    print(f"{len(TEXT.encode()):,} bytes, {MERGES} merges, {len(ids):,} tokens")
    mine = ours(tokenizer)
    show("llmbook_utils", mine, mine)
    for name, peer in {"tiktoken": tiktoken_seconds, "tokenizers": hf_seconds}.items():
        if importlib.util.find_spec(name):
            show(name, peer(tokenizer), mine)
        else:
            print(f"{name} is not installed: left out")


def show(name: str, measured: dict[str, float], mine: dict[str, float]) -> None:
    """One line for each task."""
    for task, duration in measured.items():
        ratio = mine[task] / duration
        print(f"{name:<15}{task:<14}{duration * 1e3:>9.1f} ms{ratio:>8.2f} × our speed")


if __name__ == "__main__":
    main()
