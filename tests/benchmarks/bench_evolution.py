"""The race of chapter 3 over several seeds: who learns the tiny world best in a few seconds?

    .venv/bin/python tests/benchmarks/bench_evolution.py [--seeds 3] [--seconds 4] [--everybody]

Each seed draws its own documents, weights and batches. Seconds are the process's own, on one
thread. By default the documents are about eight of the people, as in the chapter; with
`--everybody` about all thirty-two, which takes longer to learn.
"""

import argparse
import statistics

import torch

from llmbook_utils.corpus import World
from llmbook_utils.evolution.line_up import NAMES, line_up
from llmbook_utils.evolution.race import Result, Track, race, table


def spread(results: list[Result], score: str) -> str:
    """Mean, lowest and highest of a score, or a dash."""
    values = [getattr(result, score) for result in results]
    if values[0] is None:
        return f"{'–':>22}"
    return f"{statistics.mean(values):>8.3f} ({min(values):.3f}–{max(values):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description="The race of chapter 3 over several seeds.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of the processor, for each")
    parser.add_argument("--everybody", action="store_true", help="documents about all 32 people")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=list(NAMES))
    options = parser.parse_args()
    torch.set_num_threads(1)
    world = World(seed=0)
    without = () if options.everybody else world.pairs[32:]
    found: dict[str, list[Result]] = {name: [] for name in options.only}
    for seed in range(options.seeds):
        track = Track(world, 4000, 300, seed, without)
        field = line_up(track, seed)
        results = race([field[name] for name in options.only], track, options.seconds)
        print(f"\nseed {seed}\n{table(results, track)}", flush=True)
        for result in results:
            found[result.name].append(result)
    print(f"\n{'mean (lowest–highest)':<24}{'next word':>22}{'blank':>24}{'hits':>24}")
    for name, results in found.items():
        print(name.ljust(24), *(spread(results, s) for s in ("next_word", "blank", "hits")))


if __name__ == "__main__":
    main()
