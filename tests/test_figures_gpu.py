"""The figures of the CUDA chapter show what they were given: counts, positions, and no more."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

from llmbook_utils.comm import Message, run
from llmbook_utils.figures import cuda_lessons, gpu_diagrams, roofline, style, traffic

pytestmark = pytest.mark.usefixtures("book_style")
lane = np.arange(32)


def log_of(p):
    log: list[Message] = []
    run(p, lambda comm: comm.all_reduce(np.zeros(2 * p)), log=log)
    return log


DRAWINGS = {
    "thread_hierarchy": (gpu_diagrams.thread_hierarchy, ()),
    "memory_hierarchy": (gpu_diagrams.memory_hierarchy, ()),
    "tiled_matmul": (gpu_diagrams.tiled_matmul, ()),
    "plot_roofline": (
        roofline.plot_roofline,
        (1555, 19_500, np.array([0.25, 21.0]), np.array([300.0, 15_000.0]), ["saxpy", "matmul"]),
    ),
    "plot_ladder": (roofline.plot_ladder, ({"A6000": roofline.BOEHM_2022, "ours": {"naive": 2}},)),
    "warp_sectors": (traffic.warp_sectors, (lane * 12, 8)),
    "plot_bank_conflicts": (traffic.plot_bank_conflicts, (lane * 2,)),
    "ring_steps": (traffic.ring_steps, (log_of(4), 4)),
}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def patches(ax, kind, color=None):
    found = [p for p in ax.patches if type(p) is kind]
    return [p for p in found if color is None or same_color(p.get_facecolor(), color)]


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawn_where_it_is_told_and_input_left_alone(name):
    draw, arguments = DRAWINGS[name]
    before = [np.copy(a) for a in arguments if isinstance(a, np.ndarray)]
    _, ax = plt.subplots()
    figures = plt.get_fignums()
    assert draw(*arguments, ax=ax) is ax
    assert plt.get_fignums() == figures, "it opened a second figure"
    after = [a for a in arguments if isinstance(a, np.ndarray)]
    assert all(np.array_equal(x, y) for x, y in zip(before, after, strict=True))
    if name.startswith("plot_"):
        assert ax.get_xlabel()
        assert ax.get_ylabel()


@pytest.mark.parametrize("name", DRAWINGS)
def test_text_is_inside_the_figure_and_large_enough_for_a_phone(name):
    draw, arguments = DRAWINGS[name]
    ax = draw(*arguments)
    assert isinstance(ax, Axes)
    figure = ax.figure
    figure.draw_without_rendering()
    width, height = figure.canvas.get_width_height()
    phone = 358 / (figure.get_size_inches()[0] * 72)  # CSS pixels per point at 390 px
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
        assert text.get_fontsize() * phone >= 6.9, text


@pytest.mark.parametrize("name", DRAWINGS)
def test_text_does_not_lie_on_other_text(name):
    draw, arguments = DRAWINGS[name]
    ax = draw(*arguments)
    ax.figure.draw_without_rendering()
    boxes = [(t.get_text(), t.get_window_extent()) for t in ax.texts if t.get_text().strip()]
    for i, (text, box) in enumerate(boxes):
        for other, other_box in boxes[:i]:
            assert not box.padded(-1).overlaps(other_box.padded(-1)), (text, other)


# The machine ------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [(16, 8), (32, 1), (10, 7)])
def test_every_thread_is_a_dot_and_every_warp_a_colour(block):
    ax = gpu_diagrams.thread_hierarchy((4, 2), block, sms=2)
    dots = [line.get_color() for line in ax.lines if line.get_marker() == "o"]
    assert len(dots) == block[0] * block[1]
    warps = -(-len(dots) // 32)
    assert any(f"{warps} warp" in text for text in texts(ax))
    assert all(len(set(dots[start : start + 32])) == 1 for start in range(0, len(dots), 32))
    assert len(set(dots)) == min(warps, 4)
    assert len([t for t in texts(ax) if t.startswith("block\n")]) == 8
    assert {"SM 0", "SM 1"} <= set(texts(ax))


def test_memory_hierarchy_shows_what_its_table_states_and_nothing_else():
    levels = (
        gpu_diagrams.Level("tiny", "one thread's", 2048, "SM", 12.6, 5e9),
        gpu_diagrams.Level("vast", "all blocks'", 3 * 1024**3, "GPU", None, 12_345e9),
    )
    ax = gpu_diagrams.memory_hierarchy(levels)
    shown = {t for t in texts(ax) if t} - {"size", "latency\n(cycles)", "bandwidth\n(GB/s)"}
    names = {"tiny", "one thread's", "vast", "all blocks'"}
    assert shown == names | {"2 KB per SM", "13", "5", "3 GB per GPU", "12\u2009345"}
    widths = [np.ptp(p.get_xy()[:, 0]) for p in patches(ax, Polygon)]
    assert widths == sorted(widths)


def test_each_stated_number_of_the_a100_names_its_source():
    for above, below in zip(gpu_diagrams.A100, gpu_diagrams.A100[1:], strict=False):
        assert above.sources
        if above.bandwidth and below.bandwidth:
            assert above.bandwidth > below.bandwidth
        if above.cycles and below.cycles:
            assert above.cycles < below.cycles
        assert below.cycles is None or "luo2024" in below.sources


def test_tiled_matmul_marks_a_row_of_a_a_column_of_b_and_one_tile_of_c():
    ax = gpu_diagrams.tiled_matmul((3, 5, 4), (2, 1), step=3)
    strong = {c: patches(ax, Rectangle, c) for c in (style.BLUE, style.ORANGE, style.GREEN)}
    # one tile in the matrix and its copy in shared memory; C has no copy
    assert [len(strong[c]) for c in strong] == [2, 2, 1]
    tile_of_a, tile_of_b, tile_of_c = (strong[c][0] for c in strong)
    assert tile_of_a.get_y() == tile_of_c.get_y()
    assert tile_of_b.get_x() == tile_of_c.get_x()
    assert len(patches(ax, FancyArrowPatch)) == 3
    assert len(patches(ax, FancyBboxPatch)) == 1
    with pytest.raises(ValueError, match=r"inside \(3, 5, 4\) tiles, got \(3, 0\) and 0"):
        gpu_diagrams.tiled_matmul((3, 5, 4), (3, 0), step=0)


# Roofline and ladder ----------------------------------------------------------------------------


def test_the_roof_bends_at_peak_over_bandwidth():
    _, arguments = DRAWINGS["plot_roofline"]
    ax = roofline.plot_roofline(*arguments)
    x, y = ax.lines[0].get_data()
    assert x[1] == pytest.approx(19_500 / 1555)
    np.testing.assert_allclose(y, np.minimum(19_500, x * 1555))
    assert {"saxpy", "matmul", "ridge 12.5"} <= set(texts(ax))
    assert any("19.5 TFLOP/s" in t for t in texts(ax))
    assert any("1.555 TB/s" in t for t in texts(ax))


@given(st.floats(0.01, 1e4), st.floats(0.1, 1e6))
@settings(deadline=None, max_examples=20)
def test_a_point_is_never_cut_off_even_above_the_roof(intensity, performance):
    points = np.array([intensity]), np.array([performance])
    ax = roofline.plot_roofline(900, 14_000, *points, ["a kernel"])
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert left < intensity < right
    assert bottom < performance < top
    plt.close("all")


def test_what_was_asked_for_is_hollow_and_inside():
    at, speed, asked = np.array([16.0, 32.0]), np.array([500.0, 6000.0]), np.array([0.06, 0.4])
    ax = roofline.plot_roofline(3350, 66_900, at, speed, ["1", "2"], asked=asked)
    points = [tuple(np.ravel(line.get_xydata())) for line in ax.lines if line.get_marker() == "o"]
    assert points == [(0.06, 500), (0.4, 6000), (16, 500, 32, 6000)]
    assert ax.get_xlim()[0] < 0.06


def test_the_ladder_has_a_bar_for_each_number():
    shares = {"A6000": roofline.BOEHM_2022, "measured": {"naive": 2.0, "ours": 95.5}}
    ax = roofline.plot_ladder(shares)
    widths = [p.get_width() for p in patches(ax, Rectangle)]
    assert widths == [*roofline.BOEHM_2022.values(), 2.0, 95.5]
    kernels = [label.get_text() for label in ax.get_yticklabels()]
    assert kernels == [*roofline.BOEHM_2022, "ours"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == list(shares)
    assert {"93.7", "95.5"} <= set(texts(ax))


def test_useful_speed_has_a_bar_for_each_number_and_the_memorys_limit():
    groups = {"copy": {"plain": 2870.4}, "sum": {"each": 2.28, "a block": 520.8}}
    ax = cuda_lessons.plot_useful_speed(groups, 3352)
    assert [bar.get_width() for bar in patches(ax, Rectangle)] == [2870.4, 2.28, 520.8]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["plain", "each", "a block"]
    assert {"copy", "sum", "2,870", "2.3", "521", "memory’s limit 3,352 "} <= set(texts(ax))
    assert list(ax.lines[0].get_xdata()) == [3352, 3352]
    places = [label.get_position()[1] for label in ax.get_yticklabels()]
    assert np.all(np.diff(places) > 0.9)  # no two in one place


# Warps ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("addresses", "width", "sectors", "lines"),
    [
        (lane * 4, 4, 4, 1),
        (lane * 4 + 4, 4, 5, 2),
        (lane * 8, 4, 8, 2),
        (lane * 128, 4, 32, 32),
        (lane * 16, 16, 16, 4),
        (lane * 0, 4, 1, 1),
        (lane * 4 + 30, 4, 5, 2),  # every eighth lane reads across the edge of a sector
    ],
)
def test_sectors_that_are_touched_are_filled(addresses, width, sectors, lines):
    ax = traffic.warp_sectors(addresses, width)
    assert len(patches(ax, Rectangle, style.ORANGE)) == sectors
    cells = [p for p in patches(ax, Rectangle) if p.get_y() == 0]
    assert len(cells) == 4 * lines
    summary = texts(ax)[-1]
    assert [int(n) for n in re.findall(r"(\d+) (?:sector|line)", summary)] == [sectors, lines]
    assert len(patches(ax, Rectangle)) == 32 + 4 * lines


@pytest.mark.parametrize("stride", [0, 1, 2, 3, 8, 32, 33])
def test_banks_fill_up_with_different_words(stride):
    ax = traffic.plot_bank_conflicts(lane * stride)
    degree = 1 if stride == 0 else np.gcd(stride, 32)
    assert f"{degree} wavefront{'s' if degree > 1 else ''}" in texts(ax)
    assert len(patches(ax, Rectangle)) == (1 if stride == 0 else 32)


# The ring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [2, 3, 4, 5])
def test_ring_steps_end_complete_and_show_each_message(p):
    ax = traffic.ring_steps(log_of(p), p)
    titles = [t for t in texts(ax) if t.startswith(("start", "step"))]
    assert titles == ["start", *(f"step {i}" for i in range(1, 2 * (p - 1) + 1))]
    came = [r for r in patches(ax, Rectangle) if same_color(r.get_edgecolor(), style.ORANGE)]
    assert len(came) == p * 2 * (p - 1)
    filled = len(patches(ax, Rectangle, style.BLUE))
    # p complete chunks after the reduce-scatter, p more with each step of the all-gather
    assert filled == sum(p * i for i in range(1, p + 1))
