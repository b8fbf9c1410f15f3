"""Attention, sample efficiency and compression in a real browser, on a page opened from disk.

How figures live in JupyterLab is tested in test_lab.py; without JavaScript, and for readers who
asked for calm, in test_explorables.py; here is what these do by themselves.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from contrast import painted
from playwright.sync_api import Page, expect
from watching import Show, figure, fits, page_of, press

from llmbook_utils.interactive import (
    AttentionExplorer,
    CompressionExplorer,
    Explorable,
    SampleEfficiency,
)

pytestmark = pytest.mark.browser

ATTENTION, EFFICIENCY, COMPRESSION = range(3)
TOKENS = ["Mara", "lives", "in", "Oslo", "and", "works", "as", "a", "tailor", "."]
T = len(TOKENS)


def attention() -> AttentionExplorer:
    rng = np.random.default_rng(0)

    def weights(allowed: np.ndarray, layers: int = 2, heads: int = 4) -> np.ndarray:
        scores = np.exp(rng.normal(0, 2, (layers, heads, *allowed.shape))) * allowed
        return scores / np.maximum(scores.sum(axis=-1, keepdims=True), 1e-30)

    causal, order = np.tri(T), rng.permutation(T)
    rank = np.argsort(order)
    memory = [
        "In",
        "the",
        "evening",
        "she",
        "visits",
        "an",
        "extraordinarily",
        "old",
        "harbour",
        ".",
    ]
    views = {
        "GPT: causal": {"tokens": TOKENS, "weights": weights(causal), "note": "To the left only."},
        "XLNet: permuted": {
            "tokens": TOKENS,
            "weights": weights(rank[:, None] > rank[None], 1, 2),
            "order": order,
        },
        "Transformer-XL: with memory": {
            "tokens": TOKENS,
            "keys": memory + TOKENS,
            "memory": len(memory),
            "weights": weights(np.hstack([np.ones((T, len(memory))), causal])),
        },
        "Translation: cross-attention": {
            "tokens": ["玛拉", "住", "在", "奥斯陆", "，"],
            "keys": TOKENS,
            "source": True,
            "weights": weights(np.ones((5, T))),
        },
    }
    return AttentionExplorer.of(views)


def efficiency() -> SampleEfficiency:
    entities = {"pretrained": [[0.5, 0.7, 0.9]] * 3, "from scratch": [[0.1, 0.3, 0.8]] * 3}
    modelling = {"pretrained": [[3.0, 2.6, 2.5]], "from scratch": [[30.0, 9.0, 4.0]]}
    return SampleEfficiency.of(
        {
            "named entities": {"sizes": [8, 32, 128], "metric": "F1", "scores": entities},
            "language modelling": {
                "sizes": [8, 32, 128],
                "metric": "perplexity",
                "scores": modelling,
            },
        },
        ["language modelling"],
    )


def compression() -> CompressionExplorer:
    kilobytes = [[14, 8, 4], [26, 14, 6], [100, 51, 11]]
    quality = {
        "loss": [[1.0, 1.1, 2.0], [0.87, 0.95, 1.7], [0.86, 0.94, 1.6]],
        "entity F1": [[0.8, 0.75, 0.1], [0.97, 0.9, 0.3], [0.97, 0.92, 0.4]],
    }
    return CompressionExplorer.of([0, 0.5, 0.9], [4, 8, 32], kilobytes, quality, ["loss"])


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    figures: list[Explorable] = [attention(), efficiency(), compression()]
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page_of(*(one.to_html() for one in figures)), encoding="utf-8")
    return path


def test_attention_follows_architecture_layer_head_and_token(opened: Page) -> None:
    shown, twin = figure(opened, ATTENTION), attention()
    status, lines = shown.get_by_role("status"), shown.locator(".xp-look")
    expect(status).to_contain_text("“works” may look at6 of 10")
    expect(lines).to_have_count(6)
    expect(shown.locator(".xp-no")).to_have_count(T * (T - 1) // 2)
    expect(shown).to_contain_text("To the left only.")
    for name, press_for, trait in (
        ("Layer", "ArrowRight", "layer"),
        ("Head", "ArrowRight", "head"),
        ("Look from", "ArrowRight", "token"),
    ):
        press(opened, shown.get_by_role("slider", name=name), press_for)
        setattr(twin, trait, getattr(twin, trait) + 1)
        key, weight = twin.most()[0]
        expect(status).to_contain_text(f"“{key}” {weight:.2f}")
    expect(shown.get_by_role("slider", name="Head")).to_have_attribute("aria-valuetext", "1 of 4")
    shown.get_by_role("radio", name="XLNet").check(force=True)
    expect(shown.get_by_role("slider", name="Layer")).to_have_attribute("aria-valuetext", "1 of 1")
    rank = twin.views["XLNet: permuted"]["order"][twin.token]
    expect(status).to_contain_text(f"number {rank + 1}")
    expect(lines).to_have_count(rank)  # the query stream sees what comes earlier in the order
    shown.get_by_role("radio", name="cross-attention").check(force=True)
    expect(status).to_contain_text("“，” may look at10 of 10")
    expect(shown.locator(".xp-look.xp-source")).to_have_count(10)


def test_a_touch_on_a_token_chooses_it(opened: Page) -> None:
    shown = figure(opened, ATTENTION)
    lines, rows = shown.locator(".xp-plot").nth(0), shown.locator(".xp-plot").nth(1)
    lines.locator(".xp-target").nth(2).click()
    expect(shown.get_by_role("status")).to_contain_text("“in” may look at3 of 10")
    rows.locator(".xp-target").nth(T - 1).click()
    expect(shown.get_by_role("status")).to_contain_text("“.” may look at10 of 10")
    expect(shown.get_by_role("slider", name="Look from")).to_have_attribute("aria-valuetext", ".")


def test_memory_and_this_text_have_their_own_colours(opened: Page) -> None:
    shown = figure(opened, ATTENTION)
    shown.get_by_role("radio", name="with memory").check(force=True)
    expect(shown.locator(".xp-look.xp-memory")).to_have_count(10)
    expect(shown.locator(".xp-look.xp-own")).to_have_count(6)
    expect(shown.locator(".xp-forbidden")).to_have_count(4)
    expect(shown.locator(".xp-key")).to_contain_text("of the memory")


def test_a_score_costs_labels(opened: Page) -> None:
    shown, twin = figure(opened, EFFICIENCY), efficiency()
    status, goal = shown.get_by_role("status"), shown.get_by_role("slider", name="Score")
    expect(goal).to_have_attribute("aria-valuetext", f"{twin.asked:.3g}")
    labels = twin.needed
    for name, count in labels.items():
        expect(status).to_contain_text(f"{name} needsabout {round(count or 0)} labels")
    ratio = (labels["from scratch"] or 0) / (labels["pretrained"] or 1)
    expect(status).to_contain_text(f"“from scratch” needs{ratio:.2g} labels")
    expect(shown.locator(".xp-ring")).to_have_count(2)
    press(opened, goal, "End")
    expect(status).to_contain_text("from scratch needsmore than 128 labels")
    expect(shown.locator(".xp-ring")).to_have_count(1)
    shown.get_by_role("radio", name="language modelling").check(force=True)
    expect(goal).to_have_attribute("aria-valuetext", "2.5")
    expect(shown.get_by_role("img", name="language modelling: perplexity")).to_be_visible()


def test_pruning_and_bits_move_size_and_quality(opened: Page) -> None:
    shown, twin = figure(opened, COMPRESSION), compression()
    status, dots = shown.get_by_role("status"), shown.locator(".xp-setting")
    expect(status).to_contain_text("100 kB, 100 % of the original")
    press(opened, shown.get_by_role("slider", name="Weights pruned"), "ArrowRight")
    press(opened, shown.get_by_role("slider", name="Bits"), "ArrowLeft")
    twin.share, twin.bit = 1, 1
    expect(status).to_contain_text("14 kB, 14 % of the original")
    expect(status).to_contain_text(f"loss{twin.value:.3g}, was 0.86")
    expect(status).to_contain_text("entity F10.9, was 0.97")
    height = dots.first.get_attribute("cy") or ""
    shown.get_by_role("radio", name="entity F1").check(force=True)
    expect(dots.first).not_to_have_attribute("cy", height)
    shown.locator(".xp-other").last.click()  # a point of the plot: 32 bits, 90 %
    expect(status).to_contain_text("11 kB, 11 % of the original")


def test_curves_carry_their_bits_and_one_task_needs_no_choice(
    opened: Page, show: Show, tmp_path: Path
) -> None:
    """Names at the ends of curves keep apart; a choice of one is no choice."""
    names = figure(opened, COMPRESSION).locator(".xp-plot").first.locator(".xp-note")
    expect(names).to_have_text(["32 bits", "4 bits", "8 bits"])  # the chosen one first
    heights = sorted(float(one.get_attribute("y") or "nan") for one in names.all())
    assert all(low - high >= 14 for high, low in pairwise(heights))
    expect(figure(opened, EFFICIENCY).get_by_role("radio")).to_have_count(2)
    task = efficiency().tasks["named entities"]
    alone = {name: task[name] for name in ("sizes", "metric", "scores")}
    one = tmp_path / "one.html"
    one.write_text(page_of(SampleEfficiency.of({"x": alone}).to_html()))
    page = show(one, shown=".xp-readout")
    expect(figure(page, 0).get_by_role("slider")).to_have_count(1)
    expect(figure(page, 0).get_by_role("radio")).to_have_count(0)


def test_the_name_of_an_axis_stands_beside_its_numbers(show: Show, tmp_path: Path) -> None:
    loss = [[0.0369, 0.1961], [0.0484, 0.1421]]
    long = "nats above the floor"
    thin = CompressionExplorer.of([0, 0.5], [3, 32], [[40, 20], [480, 250]], {long: loss}, [long])
    path = tmp_path / "page.html"
    path.write_text(page_of(thin.to_html()), encoding="utf-8")
    for width in (320, 390, 1280):
        page = show(path, width, shown=".xp-readout")
        for plot in page.locator(".xp-plot").all():
            assert "0.15" in plot.locator(".xp-number").all_text_contents()
            name = plot.locator(".xp-name[transform]").bounding_box()
            numbers = [one.bounding_box() for one in plot.locator("[text-anchor=end]").all()]
            title = plot.locator(".xp-title").bounding_box()
            assert name is not None
            assert title is not None
            assert len(numbers) > 2
            for number in numbers:
                assert number is not None
                assert name["x"] + name["width"] <= number["x"]
            assert title["x"] + title["width"] <= width - 12


def test_nothing_is_wider_than_the_page_and_titles_fit(sized: Page) -> None:
    for name in ("causal", "permuted", "with memory", "cross-attention"):
        figure(sized, ATTENTION).get_by_role("radio", name=name).check(force=True)
        fits(sized)


def test_tokens_have_contrast_by_day_and_by_night(opened: Page) -> None:
    """Words of keys, memory, source and those out of reach: WCAG 4.5 : 1 on the card."""
    script = painted("""return [...document.querySelectorAll(".xp-token")].map((token) =>
      contrast(paint(style(token).fill), paint(style(token.closest(".xp")).backgroundColor)));""")
    shown = figure(opened, ATTENTION)
    for theme in ("light", "dark"):
        opened.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        for name in ("causal", "with memory", "cross-attention"):
            shown.get_by_role("radio", name=name).check(force=True)
            measured = opened.evaluate(script)
            assert len(measured) > 20
            assert min(measured) >= 4.5
