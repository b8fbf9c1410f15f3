"""Chapter 2: its kernels are right, its counts hold, and its ring is the package's."""

import math
import re
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbook_utils import gpu
from llmbook_utils.comm import Deadlock, run, traffic
from llmbook_utils.figures import cuda_lessons
from llmbook_utils.figures.roofline import BOEHM_2022
from llmbook_utils.gpu.ladder import LADDER
from llmbook_utils.gpu.measured import measurements

CHAPTER = Path(__file__).parents[1] / "chapters" / "02_cuda.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}
NAMES = {"np": np, "math": math, "textwrap": textwrap, "gpu": gpu, "run_ranks": run}
NAMES |= {"Deadlock": Deadlock, "BOEHM_2022": BOEHM_2022, "LADDER": LADDER}
NAMES |= {"measurements": measurements}


def load(*ids, **names):
    """Run the cells with these ids, in this order, and return what they define."""
    missing = set(ids) - set(CELLS)
    assert not missing, f"no cell called {missing} in {CHAPTER.name}"
    scope = NAMES | {"xp": gpu.xp} | names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


def numbers(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


# Kernels -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernels():
    cells = ["guard-source", "index-2d-source", "transpose-naive", "transpose-tiled"]
    cells += ["block-sum-source", "warp-sum-source", "softmax-source", "collatz-source"]
    return load(*cells)


@settings(max_examples=15, deadline=None)
@given(n=st.integers(1, 700), threads=st.sampled_from([32, 96, 256]))
def test_the_guarded_sum_of_two_vectors(kernels, n, threads):
    x, y = numbers(n), numbers(n, 1)
    z = gpu.xp.zeros(n, gpu.xp.float32)
    launch = (-(-n // threads),), (threads,)
    arrays = gpu.xp.asarray(x), gpu.xp.asarray(y), z, np.int32(n)
    gpu.RawKernel(kernels["ADD_N"], "add_n")(*launch, arrays)
    np.testing.assert_array_equal(z.get(), x + y)


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(1, 80), columns=st.integers(1, 80))
def test_both_transposes(kernels, rows, columns):
    x = numbers((rows, columns))
    for source, name, options in [
        (kernels["TRANSPOSE"], "transpose", ()),
        (kernels["TILED_TRANSPOSE"], "transpose_tiled", ("-DPAD=1",)),
    ]:
        y = gpu.xp.zeros((columns, rows), gpu.xp.float32)
        grid = -(-columns // 32), -(-rows // 32)
        arguments = gpu.xp.asarray(x), y, np.int32(rows), np.int32(columns)
        gpu.RawKernel(source, name, options)(grid, (32, 32), arguments)
        np.testing.assert_array_equal(y.get(), x.T)


@settings(max_examples=15, deadline=None)
@given(n=st.integers(1, 1500))
def test_both_reductions(kernels, n):
    x, blocks = numbers(n), -(-n // 256)
    sums, total = gpu.xp.zeros(blocks, gpu.xp.float32), gpu.xp.zeros(1, gpu.xp.float32)
    launch = (blocks,), (256,)
    gpu.RawKernel(kernels["BLOCK_SUM"], "block_sum")(
        *launch, (gpu.xp.asarray(x), sums, np.int32(n))
    )
    source = kernels["WARP_SUM"].replace("ADD_TO_TOTAL", "atomicAdd(total, v);")
    gpu.RawKernel(source, "sum")(*launch, (gpu.xp.asarray(x), total, np.int32(n)))
    expected = pytest.approx(math.fsum(x), abs=1e-4)
    assert sums.get().sum(dtype=float) == expected
    assert total.get()[0] == expected


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(1, 20), columns=st.integers(1, 150))
def test_the_row_softmax(kernels, rows, columns):
    z = 40 * numbers((rows, columns))
    p = gpu.xp.zeros((rows, columns), gpu.xp.float32)
    arguments = gpu.xp.asarray(z), p, np.int32(rows), np.int32(columns)
    gpu.RawKernel(kernels["SOFTMAX"], "softmax")((-(-rows // 4),), (128,), arguments)
    e = np.exp(z.astype(float) - z.max(axis=1, keepdims=True))
    np.testing.assert_allclose(p.get(), e / e.sum(axis=1, keepdims=True), atol=2e-6)


@pytest.mark.parametrize(
    ("cells", "name", "error"),
    [
        (["guard-source", "guard-run", "out-of-bounds-run"], "no_guard", gpu.OutOfBounds),
        (["race-run"], "flip", gpu.Race),
        (["race-repaired", "race-repaired-run", "barrier-source", "barrier-run"], "hanging",
         gpu.DivergentBarrier),
        (["block-sum-source", "block-sum-run"], "forgotten", gpu.Race),
    ],
)  # fmt: skip
def test_what_is_broken_on_purpose_is_found(cells, name, error, capsys):
    seen = []
    own = load("diagnose")["diagnose"]

    def diagnose(kernel, *launch):
        seen.append(kernel)
        own(kernel, *launch)

    scope = load(*cells, diagnose=diagnose)
    assert seen == [scope[name]]
    assert f"{error.__name__} in {scope[name].name}: " in capsys.readouterr().out


def test_blocks_that_add_without_an_atomic_race(kernels):
    source = kernels["WARP_SUM"].replace("ADD_TO_TOTAL", "total[0] += v;")
    x, total = gpu.xp.ones(1000, gpu.xp.float32), gpu.xp.zeros(1, gpu.xp.float32)
    with pytest.raises(gpu.Race, match="total"):
        gpu.inspect(gpu.RawKernel(source, "sum"), (4,), (256,), (x, total, np.int32(1000)))


# Counts ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def matmuls():
    cells = ["matmul-matrices", "matmul-climb", "matmul-naive", "matmul-naive-run", "matmul-tiled"]
    cells += ["matmul-registers", "matmul-registers-run", "matmul-vector-run"]
    return load(*cells)


def counts(report):
    """Requests, sectors and wavefronts of each array."""
    rows = {}
    for access in report.accesses:
        row = rows.setdefault(access.name, np.zeros(3, int))
        row += access.requests, access.sectors, access.wavefronts
    return {name: row.tolist() for name, row in rows.items()}


@pytest.mark.parametrize("rung", range(5))
def test_the_chapters_rungs_are_the_packages(matmuls, rung):
    M, N, K = 128, 128, 8
    A, B = numbers((M, K)), numbers((K, N), 1)
    theirs = LADDER[rung]
    grid, block = theirs.launch(M, N, K)
    options = {
        0: ("-DROW=X", "-DCOL=Y"),
        1: ("-DROW=Y", "-DCOL=X"),
        3: ("-DBM=64", "-DBN=64", "-DBK=8", "-DTM=8", "-DTN=1"),
        4: ("-DBM=128", "-DBN=128", "-DBK=8", "-DTM=8", "-DTN=8"),
    }.get(rung, ())
    text = ["NAIVE", "NAIVE", "TILED", "REGISTERS", "REGISTERS"][rung]
    name = ["matmul", "matmul", "matmul_tiled", "matmul_registers", "matmul_registers"][rung]
    products, counted = [], []
    for kernel in (
        gpu.RawKernel(matmuls[text], name, options),
        gpu.RawKernel(theirs.source, theirs.kernel),
    ):
        C = gpu.xp.zeros((M, N), gpu.xp.float32)
        sizes = np.int32(M), np.int32(N), np.int32(K)
        arguments = gpu.xp.asarray(A), gpu.xp.asarray(B), C, *sizes
        kernel(grid, block, arguments)
        products.append(C.get())
        counted.append(counts(gpu.inspect(kernel, grid, block, arguments)))
    np.testing.assert_allclose(products[0], products[1], rtol=1e-5, atol=1e-5)
    assert counted[0] == counted[1]


def test_the_claim_counts_tell_the_speed_to_within_a_factor_of_two(matmuls):
    """In the chapter's own cell, against the measurements of Böhm (2022)."""
    result = load("ceiling-run", ladder=matmuls["ladder"])
    computed, measured = result["computed"], result["measured"]
    assert len(computed) == len(measured) == len(LADDER)
    assert np.all(np.argsort(computed) == np.argsort(measured))
    assert np.all((computed / measured > 1 / 2) & (computed / measured < 2))


@pytest.fixture(scope="module")
def second_gpu(matmuls):
    names = {"ladder": matmuls["ladder"], "h100": measurements("lessons")}
    return load("ceiling-run", "second-gpu-run", **names)


def test_the_claim_holds_on_a_gpu_that_was_measured_later_where_the_matrices_fill_it(second_gpu):
    assert list(second_gpu["ladder"]) == [rung.title for rung in LADDER]  # the same kernels
    computed = second_gpu["computed"]
    for size, speeds in second_gpu["gflops"].items():
        measured = np.array([speeds[rung.title] for rung in LADDER]) / second_gpu["peak_h100"]
        ordered = np.array_equal(np.argsort(computed), np.argsort(measured))
        near = (computed / measured > 1 / 2) & (computed / measured < 2)
        assert (ordered, near.sum()) == ((False, 5) if size == "1024" else (True, 7)), size
    for name in ("ladder", "lessons", "counters"):
        kept = measurements(name)
        assert kept["device"] == "NVIDIA H100 80GB HBM3"
        assert (kept["sms"], kept["clock_ghz"]) == (132, 1.98)


def test_with_what_the_device_saw_the_rule_is_a_ceiling(second_gpu):
    names = {
        name: second_gpu[name] for name in ("ladder", "computed", "turns", "ratio", "speed_h100")
    }
    names |= {"peak_h100": second_gpu["peak_h100"], "counters": measurements("counters")}
    result = load("device-rule-run", **names)
    assert min(result["ratio"]) < 0.7  # some computed shares were too low …
    assert 1 < min(result["ratio_seen"]) < max(result["ratio_seen"]) < 2  # … and none is now
    moved, turns = second_gpu["moved"], second_gpu["turns"]
    assert 32 * moved[1] / 47 > turns[1]  # by our count, L2 held the coalesced kernel up …
    assert 32 * result["from_l2"][1] / 47 < turns[1] / 10  # … and it did not
    assert 1 / 4 / turns[1] / second_gpu["measured"][1] > 2  # with the true bytes, on the A6000


def test_what_the_prose_says_of_the_clock():
    h100 = measurements("lessons")
    strides = {int(stride): speed for stride, speed in h100["strides"].items()}
    for stride in (2, 4, 8):  # time goes with the sectors …
        assert 0.8 < strides[1] / strides[stride] / stride < 1.1
    assert strides[8] > 1.4 * strides[16] > 1.4 * strides[32]  # … and then it still grows
    assert strides[1] / strides[32] > 2 * 8  # the count is off by more than two
    turned = h100["transposes"]
    assert 1.5 < turned["tile"] / turned["naive"] < 2.5
    assert 1.5 < turned["padded"] / turned["tile"] < 2.5
    assert turned["(a plain copy)"] / 2 < turned["padded"]
    assert turned["CuPy"] < turned["padded"]
    sums = h100["sums"]
    assert 0.85 * 256 < sums["one atomic a block"] / sums["one atomic a number"] < 256
    assert sums["CuPy"] > 5 * sums["one atomic a block"]
    assert 0.6 < h100["softmaxes"]["ours"] / h100["softmaxes"]["PyTorch"] < 0.72
    work = h100["divergence"]
    share = work["sorted, share"] / work["as they come, share"]
    assert share == pytest.approx(work["sorted"] / work["as they come"], rel=0.03)


def test_what_the_prose_says_of_the_profiler(matmuls):
    counters = measurements("counters")
    for rung, (moved, _) in zip(LADDER, matmuls["ladder"].values(), strict=True):
        asked, from_l2, from_dram = counters["traffic"][rung.title]
        assert asked == pytest.approx(moved, rel=1e-3)  # a count at 128, a counter at 4096
        assert from_dram < 0.55 * from_l2
        if rung.tile == (32, 32) and rung.kernel != "matmul_tiled":
            assert from_l2 < 0.06 * asked  # L1 answers nearly all
        else:
            assert from_l2 == pytest.approx(asked, rel=0.01)  # … or next to nothing
    assert counters["traffic"]["coalesced"][1] < counters["traffic"]["shared tiles"][1]
    naive = counters["traffic"]["naive"]
    assert naive[1] < naive[0] / 100
    differ = {
        (kernel, what)
        for kernel, row in counters["counts"].items()
        for what, (ours, theirs) in row.items()
        if ours != theirs
    }
    tiles = {(rung.title, "shared read wavefronts") for rung in LADDER[2:]}
    kinds = [
        f"global {kind} {what}" for kind in ("read", "write") for what in ("requests", "sectors")
    ]
    assert differ == tiles | {("softmax", kind) for kind in kinds}
    for kernel, what in tiles:
        ours, theirs = counters["counts"][kernel][what]
        assert theirs < ours


def test_the_profilers_counts_are_compared_with_todays(kernels):
    """What was counted when the device counted is what `gpu.inspect` counts now."""
    counters = measurements("counters")["counts"]
    for rung in LADDER:
        m, n, k = 256, 256, 64
        a, b, c = (gpu.xp.ones(shape, gpu.xp.float32) for shape in ((m, k), (k, n), (m, n)))
        arguments = a, b, c, np.int32(m), np.int32(n), np.int32(k)
        kernel = gpu.RawKernel(rung.source, rung.kernel)
        report = gpu.inspect(kernel, *rung.launch(m, n, k), arguments)
        scale = report.blocks / report.blocks_run
        for kind in ("read", "write"):
            own = [a for a in report.accesses if a.kind == kind]
            found = {
                f"global {kind} requests": sum(a.requests for a in own if a.space == "global"),
                f"global {kind} sectors": sum(a.sectors for a in own),
                f"shared {kind} wavefronts": sum(a.wavefronts for a in own),
            }
            for what, number in found.items():
                assert counters[rung.title][what][0] == pytest.approx(scale * number, rel=1e-3)


def test_only_measurements_that_are_kept_are_given():
    with pytest.raises(ValueError, match=r"kept measurements \(counters_nvidia.*got ladder_abacus"):
        measurements("ladder", "abacus")


def test_what_the_prose_says_of_the_ladder(matmuls):
    moved, turns = np.array(list(matmuls["ladder"].values())).T
    assert moved[0] == turns[0] == 33  # 32 sectors of A and one of B; 33 lines
    assert moved[1] == 5
    assert turns[1] == 2
    assert moved[2] < moved[1] / 10  # tiles remove the bytes …
    assert turns[2] >= turns[1]  # … and not the turns
    assert np.all(np.diff(turns[2:]) < 0)
    # Böhm's GFLOP a second, last and first, stand in the chapter: they are those of our shares
    text = CHAPTER.read_text(encoding="utf-8")
    last, first = map(float, re.findall(r"times = ([\d.]+) / ([\d.]+)  # GFLOP", text)[0])
    shares = list(BOEHM_2022.values())
    assert abs(last / 23249.6 - shares[-1] / 100) < 0.0006
    assert abs(first / 23249.6 - shares[0] / 100) < 0.0006
    assert f" {round(last / first)} times " in text
    speed = np.array(list(BOEHM_2022.values())) / 100 * 23249.6
    above = speed > 768 * 2 / moved
    assert above[:2].all(), "the first two stand above the roof"


def test_the_transposes_cost_what_the_chapter_says():
    cells = ["transpose-naive", "transpose-inspect", "transpose-naive-run", "transpose-tiled"]
    result = load(*cells, "transpose-tiled-run", "bank-conflicts")
    naive, tiled, padded = (result[name] for name in ("naive", "tiled", "padded"))
    assert [naive.sectors_per_request(name) for name in "xy"] == [4, 32]
    for report, wavefronts in [(tiled, 32), (padded, 1)]:
        assert [report.sectors_per_request(name) for name in "xy"] == [4, 4]
        assert report.wavefronts_per_request("tile", "read") == wavefronts
        assert report.wavefronts_per_request("tile", "write") == 1


def test_strides_cost_four_sectors_each_up_to_thirty_two():
    reports = load("saxpy-source", "saxpy-inspect", "saxpy-strides")["reports"]
    assert list(reports) == [1, 2, 4, 8, 16, 32]
    for stride, report in reports.items():
        assert report.sectors_per_request("x") == min(32, 4 * stride)
        assert report.sectors_per_request("y") == min(32, 4 * stride)


def test_float4_moves_the_same_bytes_in_a_quarter_of_the_requests():
    reports = []

    class Recorder:
        RawKernel = staticmethod(gpu.RawKernel)

        @staticmethod
        def inspect(*launch):
            reports.append(gpu.inspect(*launch))
            return reports[-1]

    load("copy-source", "copy-run", gpu=Recorder)
    narrow, wide = reports
    assert narrow.bytes_moved("x") == wide.bytes_moved("x") == 4096
    assert narrow.requests("x") == 4 * wide.requests("x")


def test_sorted_work_leaves_fewer_lanes_waiting():
    result = load("collatz-source", "collatz-play", "collatz-run")
    share, rounds = result["working_share"], result["rounds"]
    assert rounds[[0, 1, 2, 26]].tolist() == [0, 1, 7, 111]  # of 1, 2, 3 and 27
    assert share(rounds) < 0.5 < share(np.sort(rounds)) <= 1


def test_arithmetic_of_the_hand_calculations():
    waiting = load("littles-law")["on_their_way"] / 4
    assert 1 / 2 < waiting / (108 * 2048) < 1  # "more than half of all the threads"
    occupancy = load("occupancy-a100")["occupancy"]
    assert occupancy(1024, 32, 0) == 1
    assert occupancy(256, 128, 8192) == 1 / 4
    assert occupancy(64, 16, 82 * 1024) == 2 * 2 / 64
    ridge = load("roofline-run")["ridge"]
    assert ridge == pytest.approx(12.5, abs=0.1)


def test_order_changes_a_sum_of_floats_and_a_tree_errs_less():
    result = load("block-sum-source", "block-sum-run", "sum-orders", diagnose=lambda *_: None)
    assert len(result["chains"]) > 1
    assert abs(result["tree"] - result["exact"]) < result["worst"] / 4


# Ranks -------------------------------------------------------------------------------------------

rings = load("star-all-reduce", "ring-all-reduce")


@settings(max_examples=40, deadline=None)
@given(p=st.integers(1, 6), shape=st.lists(st.integers(0, 5), min_size=1, max_size=2))
def test_the_chapters_ring_is_the_packages(p, shape):
    def mine(comm):
        return numbers(tuple(shape), comm.rank)

    logs = [], []
    ours = run(p, lambda comm: rings["ring_all_reduce"](comm, mine(comm)), log=logs[0])
    theirs = run(p, lambda comm: comm.all_reduce(mine(comm)), log=logs[1])
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)
    assert traffic(logs[0], p).tolist() == traffic(logs[1], p).tolist()


@pytest.mark.parametrize("p", [2, 3, 8])
def test_traffic_of_the_star_and_of_the_ring(p):
    x = numbers(24 * p)
    for name, busiest in [("star", p - 1), ("ring", 2 * (p - 1) / p)]:
        log = []
        for total in run(p, rings[f"{name}_all_reduce"], x, log=log):
            np.testing.assert_allclose(total, p * x, rtol=1e-5)
        assert traffic(log, p).sum(axis=1).max() == busiest * x.nbytes


def test_the_exchange_is_a_deadlock():
    exchange = load("deadlock-source")["exchange"]
    with pytest.raises(Deadlock, match="rank 1 is in recv"):
        run(2, exchange)


@pytest.mark.parametrize("p", [2, 3, 4])
def test_data_parallel_training_equals_that_of_one_rank(p):
    train = load("data-parallel", **rings)["train"]
    X, Y = np.abs(numbers((50, 6))).astype(float), np.eye(3)[np.arange(50) % 3]
    ((alone, gradient),) = run(1, train, X, Y)
    together = run(p, train, X, Y)
    for W, g in together:
        np.testing.assert_allclose(W, alone, atol=1e-13)
        np.testing.assert_allclose(g, gradient, atol=1e-14)
        assert np.array_equal(W, together[0][0])
    assert np.abs(alone).max() > 0.1, "the weights did not move"


def test_ranks_get_copies():
    sent, received = run(2, load("ranks-run")["tell"])
    assert sent.tolist() == [0, 0]
    assert received.tolist() == [30, 10]


# Figures -----------------------------------------------------------------------------------------


@pytest.fixture
def closing():
    yield
    plt.close("all")


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_the_tree_shows_the_sums_of_each_step(closing):
    ax = cuda_lessons.plot_reduction_tree(np.array([3, 1, 7, 0]))
    shown = [word for word in words(ax) if word]
    assert shown == ["values", "3", "1", "7", "0", "stride 2", "10", "1", "stride 1", "11"]
    with pytest.raises(ValueError, match="power of two"):
        cuda_lessons.plot_reduction_tree(np.array([1, 2, 3]))


def test_the_lanes_of_a_warp_wait_for_its_slowest(closing):
    rounds = np.arange(64)
    ax = cuda_lessons.plot_warp_work(rounds)
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == [31] * 32 + [63] * 32 + list(range(64))


def test_the_three_machines_are_named_and_one_lane_is_off(closing):
    shown = words(cuda_lessons.parallel_machines())
    assert {"SIMD", "SIMT", "MIMD"} < set(shown)
    assert shown.count("off") == 1
    assert shown.count("add") == 3  # one for each of two groups, and one of four processors
