"""Does chapter 8's recipe reach the floor within a minute, whatever the world and the seed?

    .venv/bin/python tests/benchmarks/bench_pretraining.py [--seeds 3]

Trains the recipe of llmbook_utils/pretraining.py on one thread for several worlds and seeds,
measures it on 2000 documents that it has not seen, and says how long the parts took (process time).
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from llmbook_utils.corpus import World
from llmbook_utils.gpt import count_parameters
from llmbook_utils.pretraining import Recipe, excess, facts_known, pretrained, write


def main() -> None:
    parser = argparse.ArgumentParser(description="The recipe of chapter 8 over worlds and seeds.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--language", default="en", choices=["en", "zh"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'world and seed':>14}{'parameters':>12}{'vocabulary':>12}{'seconds':>9}", end="")
    print(f"{'steps':>9}{'excess':>9}{'facts':>7}")
    for seed in range(options.seeds):
        world = World(seed=seed, language=options.language)
        recipe = replace(Recipe(), seed=seed)
        start = time.process_time()
        with TemporaryDirectory() as folder:
            made = pretrained(world, recipe, folder=Path(folder), quiet=True)
        seconds = time.process_time() - start
        above = excess(made.model, made.tokenizer, world.documents(2000, seed=1000 + seed))
        known = sum(facts_known(made.model, made.tokenizer, world).values())
        config = made.model.config
        print(
            f"{seed:>14}{count_parameters(config):>12,}{config.vocab_size:>12}{seconds:>9.1f}"
            f"{made.history.seconds[-1]:>9.1f}{above:>9.4f}{known:>7}"
        )
        print("    ", write(made.model, made.tokenizer, generator=torch.Generator().manual_seed(0)))
        for name in ("excess", "facts"):
            seen = zip(made.history.looked, made.history.looks[name], strict=True)
            print("    ", name, ", ".join(f"{step}: {value:.4g}" for step, value in seen))


if __name__ == "__main__":
    main()
