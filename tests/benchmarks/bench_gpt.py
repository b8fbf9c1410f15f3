"""How fast does the GPT of chapter 8 learn and write, beside nanoGPT's recipe?

    .venv/bin/python tests/benchmarks/bench_gpt.py [--seeds 3] [--steps 800]

The text: Python's own documentation (pydoc_data.topics), character by character; the last tenth is
held out. The peer: nanoGPT's recipe for a laptop without a GPU, as its README gives it (4 layers, 4
heads, width 128, context 64, batch 12, 2000 iterations, no dropout), written anew here from what
its files say: learned positions, GELU, no biases, weights of standard deviation 0.02, AdamW with
betas 0.9 and 0.99 and decay 0.1, learning rate 1e-3 down to 1e-4 after 100 steps of warm-up,
clipping at 1. Ours: the same sizes, batch and text, once in `--steps` steps and once for as long as
the peer took. All on one thread, run in turns.

Time is the process's own (time.process_time), so that a busy machine disturbs it less. Ratios are
the result; seconds depend on the machine.
"""

import argparse
import math
import statistics
import time
from pydoc_data import topics

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.gpt import GPT, GPTConfig, count_parameters, sample
from llmbook_utils.packing import windows
from llmbook_utils.train import TrainConfig, evaluate, train

CONTEXT, BATCH, LAYERS, HEADS, WIDTH = 64, 12, 4, 4, 128
PEER_STEPS = 2000
OURS = {"learning_rate": 3e-3, "warmup": 50, "final": 0.0}
SIZES = [(32, 2, 32, 64), (64, 2, 32, 64), (96, 3, 64, 32), (128, 4, 64, 12)]


class PeerBlock(nn.Module):
    """GPT-2's block without biases, as nanoGPT has it."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH, bias=False)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.attention_out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.norm2 = nn.LayerNorm(WIDTH, bias=False)
        self.up = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.mlp_out = nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        B, T, C = x.shape
        heads = (z.view(B, T, HEADS, C // HEADS) for z in self.qkv(self.norm1(x)).split(C, dim=2))
        q, k, v = (z.transpose(1, 2) for z in heads)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attention_out(y.transpose(1, 2).reshape(B, T, C))
        return x + self.mlp_out(F.gelu(self.up(self.norm2(x))))


class Peer(nn.Module):
    """nanoGPT's model at the sizes of its recipe for a laptop."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*(PeerBlock() for _ in range(LAYERS)))
        self.norm = nn.LayerNorm(WIDTH, bias=False)
        for name, p in self.named_parameters():
            if p.ndim == 2:
                scale = math.sqrt(2 * LAYERS) if name.endswith("_out.weight") else 1
                nn.init.normal_(p, std=0.02 / scale)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        return F.linear(self.norm(self.blocks(x)), self.tokens.weight)


def train_peer(model: Peer, stream: Tensor, seed: int, steps: int) -> None:
    """nanoGPT's loop: on a CPU its AdamW is the plain one, a few small operations a matrix."""
    matrices = [p for p in model.parameters() if p.ndim == 2]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": 0.1},
        {"params": vectors, "weight_decay": 0.0},
    ]
    adam = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))
    batches = windows(stream, CONTEXT, BATCH, seed)
    for step in range(steps):
        if step < 100:
            rate = 1e-3 * (step + 1) / 101
        else:
            rate = 1e-4 + 0.5 * (1 + math.cos(math.pi * (step - 100) / (steps - 100))) * 9e-4
        for group in adam.param_groups:
            group["lr"] = rate
        ids, labels = batches(step)
        loss = F.cross_entropy(model(ids).flatten(0, 1), labels.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        adam.zero_grad(set_to_none=True)


def text() -> tuple[Tensor, Tensor, int]:
    """Training and held-out characters as numbers, and how many different ones there are."""
    written = "\n".join(topics.topics[name] for name in sorted(topics.topics))
    alphabet = {character: i for i, character in enumerate(sorted(set(written)))}
    ids = torch.tensor([alphabet[character] for character in written])
    border = len(ids) * 9 // 10
    return ids[:border], ids[border:], len(alphabet)


def rows(stream: Tensor) -> tuple[Tensor, Tensor]:
    """The held-out text in rows of 64 characters, and what follows each."""
    n = (len(stream) - 1) // CONTEXT
    return stream[: n * CONTEXT].view(n, -1), stream[1 : n * CONTEXT + 1].view(n, -1)


def learning(seeds: int, steps: int) -> None:
    """Seconds and held-out loss of both, seed by seed."""
    training, held_out, V = text()
    validation = rows(held_out)
    print(f"{len(training):,} characters, {V} different; {len(held_out):,} held out")
    print(f"{'seed':>4}{'':>10}{'steps':>7}{'ms a step':>11}{'seconds':>9}{'held-out loss':>15}")
    times: list[float] = []
    gains: list[float] = []
    gains_same_time: list[float] = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        config = GPTConfig(V, CONTEXT, LAYERS, HEADS, WIDTH)
        spent, losses = [], []
        for name, model in (("nanoGPT", Peer(V)), ("ours", GPT(config)), ("ours", GPT(config))):
            n = PEER_STEPS if not spent else steps
            if len(spent) == 2:  # as long as nanoGPT took
                n = round(steps * spent[0] / spent[1])
            start = time.process_time()
            if isinstance(model, Peer):
                train_peer(model, training, seed, n)
            else:
                batches = windows(training, CONTEXT, BATCH, seed)
                train(model, batches, TrainConfig(steps=n, **OURS), progress=None)
            spent.append(time.process_time() - start)
            losses.append(evaluate(model, validation))
            each = spent[-1] / n * 1e3
            print(
                f"{seed:>4}{name:>10}{n:>7}{each:>11.1f}{spent[-1]:>9.1f}{losses[-1]:>15.4f}",
                flush=True,
            )
        times.append(spent[1] / spent[0])
        gains.append(losses[0] - losses[1])
        gains_same_time.append(losses[0] - losses[2])
    print(f"our time / nanoGPT's: {statistics.mean(times):.2f} (worst {max(times):.2f})")
    print(f"nanoGPT's loss − ours: {statistics.mean(gains):+.3f} nats (worst {min(gains):+.3f})")
    mean, worst = statistics.mean(gains_same_time), min(gains_same_time)
    print(f"nanoGPT's loss − ours in the same time: {mean:+.3f} nats (worst {worst:+.3f})")


def throughput(seconds: float = 2.0) -> None:
    """Tokens a second, in training and in generating, for the sizes that the book uses."""
    print(f"\n{'width':>6}{'layers':>7}{'parameters':>12}{'training':>11}{'writing':>10}", end="")
    print(f"{'no cache':>10}   tokens a second; writing: 128 texts at once")
    for width, layers, context, batch in SIZES:
        torch.manual_seed(0)
        model = GPT(GPTConfig(64, context, layers, 4, width))
        batches = windows(torch.randint(64, (100_000,)), context, batch)
        steps = 0
        start = time.process_time()
        while time.process_time() - start < seconds:
            train(model, batches, TrainConfig(20), progress=None)
            steps += 20
        training = steps * batch * context / (time.process_time() - start)
        prompts, new = torch.randint(64, (128, 8)), context - 8
        start = time.process_time()
        model.generate(prompts, new)
        writing = 128 * new / (time.process_time() - start)
        start = time.process_time()
        with torch.no_grad():
            for _ in range(new):
                drawn = sample(model(prompts)[:, -1])
                prompts = torch.cat([prompts, drawn[:, None]], 1)
        slow = 128 * new / (time.process_time() - start)
        N = count_parameters(model.config)
        print(f"{width:>6}{layers:>7}{N:>12,}{training:>11,.0f}{writing:>10,.0f}{slow:>10,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="The GPT of chapter 8 beside nanoGPT's recipe.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=800, help="steps of ours")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.seeds:
        learning(options.seeds, options.steps)
    throughput()


if __name__ == "__main__":
    main()
