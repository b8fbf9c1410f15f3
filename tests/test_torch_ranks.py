"""Real processes with torch.distributed: they reduce as ours do, and failures are said."""

import numpy as np
import pytest
import torch

from llmbook_utils import torch_ranks
from llmbook_utils.comm import run
from llmbook_utils.torch_ranks import run_script

INIT = """import os, sys, time
import torch, torch.distributed as dist
rank, world_size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
dist.init_process_group("gloo", init_method=os.environ["INIT_METHOD"],
                        rank=rank, world_size=world_size)
"""
DDP = (
    INIT
    + """
torch.manual_seed(rank)  # each rank starts elsewhere; DDP gives all of them rank 0's weights
model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(3, 1).double())
x = torch.arange(24, dtype=torch.float64).reshape(8, 3).cos()
y = x.sum(1, keepdim=True).sin()
loss = ((model(x[rank::world_size]) - y[rank::world_size]) ** 2).mean()
loss.backward()
print(*(p.grad.flatten().tolist() for p in model.parameters()))
total = torch.arange(5.0) * (rank + 1)
dist.all_reduce(total)
print(total.tolist())
dist.destroy_process_group()
"""
)

needs_gloo = pytest.mark.skipif(not torch_ranks.has_gloo(), reason="PyTorch without gloo")


@needs_gloo
def test_two_processes_train_as_one_does():
    printed = run_script(DDP, world_size=2, seconds=120)
    if printed.startswith("Skipped:"):
        pytest.skip(printed)
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1).double()
    x = torch.arange(24, dtype=torch.float64).reshape(8, 3).cos()
    ((model(x) - x.sum(1, keepdim=True).sin()) ** 2).mean().backward()
    gradients, total = printed.strip().splitlines()
    theirs = [
        float(g) for g in gradients.replace("[", "").replace("]", "").replace(",", "").split()
    ]
    ours = [g for p in model.parameters() for g in p.grad.flatten().tolist()]
    np.testing.assert_allclose(theirs, ours, rtol=1e-10)
    sums = run(2, lambda comm: comm.all_reduce(np.arange(5.0) * (comm.rank + 1)))
    assert total == str(sums[0].tolist())


# The rest needs no torch in the processes: plain Python starts in a tenth of the time


def test_only_rank_0_is_heard_and_each_knows_its_place():
    script = """import os
print("héllo", os.environ["RANK"], os.environ["WORLD_SIZE"], os.environ["INIT_METHOD"][:8])"""
    assert run_script(script, world_size=3) == "héllo 0 3 file:///\n"


def test_the_rank_that_failed_is_named_and_the_others_do_not_keep_us():
    script = """import os, time
if os.environ["RANK"] == "1":
    raise ValueError("no gradient here")
time.sleep(600)"""
    with pytest.raises(RuntimeError, match="rank 1 of 2 failed: ValueError: no gradient here"):
        run_script(script)
    with pytest.raises(RuntimeError, match="rank 0 of 1 failed: exit code 3"):
        run_script("import os; os._exit(3)", world_size=1)


def test_time_is_limited():
    words = run_script("import time; time.sleep(600)", seconds=0.3)
    assert words == "Skipped: 2 processes took longer than 0.3 seconds."


def test_a_build_without_gloo_says_so(monkeypatch):
    monkeypatch.setattr(torch.distributed, "is_gloo_available", lambda: False)
    assert run_script("raise SystemExit(1)").startswith("Skipped: this build of PyTorch has no")


@needs_gloo
def test_a_machine_where_gloo_cannot_connect_says_so(monkeypatch):
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "no-such-interface")
    words = run_script(INIT, world_size=1)
    assert words.startswith("Skipped: the processes cannot reach each other on this machine")
    assert "no-such-interface" in words


def test_a_world_has_at_least_one_process():
    with pytest.raises(ValueError, match="world size of at least 1, got 0"):
        run_script("", world_size=0)
