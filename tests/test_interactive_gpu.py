"""The explorers of the CUDA chapter, without a browser: arithmetic, twins, words and stills."""

import json
import re

import numpy as np
import pytest
from figure_pages import (
    SVG,
    comes_in_four_forms,
    page_and_links,
    still_and_words_follow,
    words_used,
)
from hypothesis import given
from hypothesis import strategies as st
from test_interactive import javascript
from traitlets import TraitError

from llmbook_utils.interactive import Explorable, GridExplorer, WarpExplorer
from llmbook_utils.interactive import grid_explorer as ge
from llmbook_utils.interactive import warp_explorer as we
from llmbook_utils.interactive.grid_index import coverage, place
from llmbook_utils.interactive.theme import LIGHT, STATIC
from llmbook_utils.interactive.warp_access import (
    ELEMENTS,
    GlobalTraffic,
    SharedTraffic,
    global_traffic,
    lane_addresses,
    shared_traffic,
)

STYLE = (STATIC / "gpu.css").read_text(encoding="utf-8")
FIGURES = {
    "grid": lambda: GridExplorer(x=69),
    "grid 2-D": lambda: GridExplorer(dimensions="2-D", columns=30, x=17, y=9),
    "global": lambda: WarpExplorer(stride=2, element="float2"),
    "shared": lambda: WarpExplorer(space="shared", stride=32, pad=1),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Explorable:
    return FIGURES[request.param]()


# A warp's accesses: the textbook cases ----------------------------------------------------------


@pytest.mark.parametrize(
    ("stride", "offset", "width", "expected"),
    [
        (1, 0, 4, GlobalTraffic(sectors=4, lines=1, used=128, moved=128)),
        (1, 1, 4, GlobalTraffic(sectors=5, lines=2, used=128, moved=160)),
        (1, 8, 4, GlobalTraffic(sectors=4, lines=2, used=128, moved=128)),
        (2, 0, 4, GlobalTraffic(sectors=8, lines=2, used=128, moved=256)),
        (8, 0, 4, GlobalTraffic(sectors=32, lines=8, used=128, moved=1024)),
        (32, 0, 4, GlobalTraffic(sectors=32, lines=32, used=128, moved=1024)),
        (0, 0, 4, GlobalTraffic(sectors=1, lines=1, used=4, moved=32)),
        (1, 0, 8, GlobalTraffic(sectors=8, lines=2, used=256, moved=256)),
        (1, 0, 16, GlobalTraffic(sectors=16, lines=4, used=512, moved=512)),
    ],
)
def test_sectors_and_lines(stride, offset, width, expected):
    assert global_traffic(lane_addresses(stride, offset, width), width) == expected


@pytest.mark.parametrize(
    ("stride", "pad", "width", "expected"),
    [
        (1, 0, 4, SharedTraffic(wavefronts=1, least=1, banks=32)),
        (2, 0, 4, SharedTraffic(wavefronts=2, least=1, banks=16)),
        (3, 0, 4, SharedTraffic(wavefronts=1, least=1, banks=32)),
        (32, 0, 4, SharedTraffic(wavefronts=32, least=1, banks=1)),  # a column of tile[32][32]
        (32, 1, 4, SharedTraffic(wavefronts=1, least=1, banks=32)),  # … of tile[32][33]
        (0, 0, 4, SharedTraffic(wavefronts=1, least=1, banks=1)),  # one word for all: broadcast
        (1, 0, 8, SharedTraffic(wavefronts=2, least=2, banks=32)),
        (1, 0, 16, SharedTraffic(wavefronts=4, least=4, banks=32)),
        (16, 0, 8, SharedTraffic(wavefronts=32, least=2, banks=2)),
    ],
)
def test_wavefronts(stride, pad, width, expected):
    assert shared_traffic(lane_addresses(stride, 0, width, pad), width) == expected


@given(st.integers(1, 64), st.integers(0, 31))
def test_float_conflicts_have_a_closed_form(stride, offset):
    cost = shared_traffic(lane_addresses(stride, offset), 4)
    assert cost.wavefronts == np.gcd(stride, 32)
    assert cost.banks == 32 // np.gcd(stride, 32)


@given(st.integers(0, 64), st.integers(0, 31), st.sampled_from([4, 8, 16]))
def test_traffic_is_what_counting_byte_by_byte_gives(stride, offset, width):
    addresses = lane_addresses(stride, offset, width)
    touched = {byte for a in addresses.tolist() for byte in range(a, a + width)}
    cost = global_traffic(addresses, width)
    assert cost.used == len(touched)
    assert cost.sectors == len({byte // 32 for byte in touched})
    assert cost.lines == len({byte // 128 for byte in touched})
    rounds = 0
    for part in np.split(addresses, width // 4):
        words = {byte // 4 for a in part.tolist() for byte in range(a, a + width)}
        rounds += max(sum(word % 32 == bank for word in words) for bank in range(32))
    assert shared_traffic(addresses, width).wavefronts == rounds


def test_padding_is_for_shared_memory_only():
    assert WarpExplorer(stride=32, pad=1).traffic == WarpExplorer(stride=32).traffic
    shared = WarpExplorer(stride=32, pad=1, space="shared").traffic
    assert isinstance(shared, SharedTraffic)
    assert shared.wavefronts == 1


# Threads and elements ---------------------------------------------------------------------------


pairs = st.tuples(st.integers(1, 5), st.integers(1, 5))


@given(pairs, pairs, pairs)
def test_places_are_those_of_a_loop_over_the_launch(grid, block, array):
    seen, guarded = [], 0
    for by in range(grid[1]):
        for bx in range(grid[0]):
            for number in range(block[0] * block[1]):  # the order in which warps are made
                tx, ty = number % block[0], number // block[0]
                x, y = bx * block[0] + tx, by * block[1] + ty
                p = place(x, y, block, array)
                assert (p.block, p.thread) == ((bx, by), (tx, ty))
                assert (p.warp, p.lane) == divmod(number, 32)
                assert (p.column, p.row) == (x, y)
                if p.index is None:
                    guarded += 1
                else:
                    assert divmod(p.index, array[0]) == (y, x)
                    seen.append(p.index)
    fit = coverage(grid, block, array)
    assert len(seen) == len(set(seen)) == fit.elements - fit.missed
    assert guarded == fit.guarded
    assert fit.threads == grid[0] * grid[1] * block[0] * block[1]


def test_the_default_grid_has_a_tail_to_guard_and_misses_nothing():
    assert (GridExplorer().coverage.guarded, GridExplorer().coverage.missed) == (28, 0)
    small = GridExplorer(blocks=3)
    assert (small.coverage.guarded, small.coverage.missed) == (0, 4)


def test_a_chosen_thread_stays_in_the_grid():
    assert GridExplorer(blocks=1, threads=32, x=500).chosen.column == 31
    assert GridExplorer(dimensions="2-D", grid_y=1, block_y=2, x=0, y=9).chosen.row == 1


# The JavaScript twins ---------------------------------------------------------------------------


def test_accesses_in_javascript_and_python_are_one():
    cases = [
        {"stride": stride, "offset": offset, "width": width, "pad": pad}
        for stride in [0, 1, 2, 3, 5, 8, 16, 31, 32, 33, 48, 64]
        for offset in [0, 1, 7, 31]
        for width in [4, 8, 16]
        for pad in [0, 1, 4]
    ]
    theirs = javascript(
        "warp_explorer",
        f"""{json.dumps(cases)}.map((c) => {{
          const bytes = figure.addresses(c), count = [figure.globalTraffic, figure.sharedTraffic];
          return [bytes, ...count.map((f) => f(bytes, c.width))];
        }})""",
    )
    for case, (bytes_, global_, shared) in zip(cases, theirs, strict=True):
        addresses = lane_addresses(**case)
        assert bytes_ == addresses.tolist()
        assert GlobalTraffic(**global_) == global_traffic(addresses, case["width"]), case
        assert SharedTraffic(**shared) == shared_traffic(addresses, case["width"]), case
    assert javascript("warp_explorer", "figure.ELEMENTS") == ELEMENTS


def test_places_in_javascript_and_python_are_one():
    cases = [
        (x, y, block, array)
        for block in [(32, 1), (8, 8), (16, 3), (5, 7)]
        for array in [(100, 1), (20, 14), (1, 1)]
        for x in (0, 7, 19, 20, 99, 100)
        for y in (0, 1, 13, 14)
    ]
    theirs = javascript("grid_explorer", f"{json.dumps(cases)}.map((c) => figure.place(...c))")
    for (x, y, block, array), found in zip(cases, theirs, strict=True):
        ours = place(x, y, block, array)
        pairs_ = {name: tuple(found.pop(name)) for name in ("block", "thread")}
        assert pairs_ == {"block": ours.block, "thread": ours.thread}
        assert found == {name: getattr(ours, name) for name in found}
        assert set(found) == {"column", "row", "warp", "lane", "index"}
    grids = [((4, 1), (32, 1), (100, 1)), ((3, 2), (8, 8), (20, 14)), ((1, 1), (2, 2), (9, 9))]
    fits = javascript("grid_explorer", f"{json.dumps(grids)}.map((c) => figure.coverage(...c))")
    assert fits == [vars(coverage(*sizes)) for sizes in grids]


# What a figure embeds ---------------------------------------------------------------------------


def test_a_figure_comes_in_four_forms(figure):
    comes_in_four_forms(figure)


def test_the_still_and_the_words_follow_the_state(figure):
    grid = isinstance(figure, GridExplorer)
    still_and_words_follow(figure, **({"elements": 77, "rows": 5} if grid else {"stride": 5}))


def test_the_page_is_the_same_every_time_and_asks_no_other_host(figure):
    page, links = page_and_links(figure)
    assert page == type(figure)(**figure.state()).to_html()
    assert links == {SVG}
    assert len(page) < 90_000


@pytest.mark.parametrize(
    ("name", "labels"), [("warp_explorer", we.LABELS), ("grid_explorer", ge.LABELS)]
)
def test_every_word_comes_from_the_labels(name, labels):
    keys = {f"key_{n}" for n in re.findall(r"xp-key-(\w+)::before", STYLE)}  # of the grid explorer
    assert words_used(name) | (keys if name == "grid_explorer" else set()) == set(labels)


def test_colours_are_roles():
    assert set(re.findall(r"var\(--xp-([\w-]+)\)", STYLE)) <= set(LIGHT)
    classes = {"xp-" + n for n in re.findall(r"\.xp-([\w-]+)", STYLE)}
    modules = "".join((STATIC / f"{n}_explorer.js").read_text("utf-8") for n in ("grid", "warp"))
    unused = {c for c in classes if c not in modules and not c.startswith("xp-key-")}
    assert unused <= {"xp-plot", "xp-readout"}  # those of the kit


def test_settings_out_of_range_are_refused():
    with pytest.raises(TraitError, match="float8"):
        WarpExplorer(element="float8")
    with pytest.raises(TraitError, match="65"):
        WarpExplorer(stride=65)
    with pytest.raises(TraitError, match="3-D"):
        GridExplorer(dimensions="3-D")
