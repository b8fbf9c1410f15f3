"""The explorables of chapters 7 and 8 in a real browser, on a page opened from disk.

How figures live in JupyterLab is tested in test_lab.py; without JavaScript, and for readers who
asked for calm, in test_explorables.py; here is what these do by themselves.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from watching import a_tab, figure, fits, page_of, press, silent

from llmbook_utils.interactive import (
    Explorable,
    NextWordExplorer,
    TokenizerExplorer,
    TrainingPlayer,
    learning_rate_schedule,
    write_vega_bundle,
)
from llmbook_utils.tokenizer import Tokenizer

pytestmark = pytest.mark.browser

NEXT, TOKENS, TRAINING, RATE = range(4)
WORDS = ["Mara", "Ivan", "lives", "works", "in", "Oslo", "Lima", ".", "<end>"]
DOCUMENTS = ["Mara lives in Oslo . <end>", "Ivan lives in Lima . <end>", "Ivan works . <end>"]
TOKENIZER = Tokenizer.train("Mara lives in Oslo. Ivan lives in Lima, and Mara works in Lima.")


def next_word() -> NextWordExplorer:
    documents = [text.split() for text in DOCUMENTS]
    prefixes = [[], ["Mara", "lives", "in"], ["Ivan"]]
    truth = {"Oslo": 0.75, "Lima": 0.25}
    return NextWordExplorer.of(documents, WORDS, prefixes, lambda _: truth, 4)


def player() -> TrainingPlayer:
    losses = {"training": [5.0, 1.5, 1.0], "validation": [5.1, 1.6, 1.1]}
    samples = [["Oslo the"], ["Mara in ."], ["Mara lives in Oslo."]]
    return TrainingPlayer.of([0, 50, 100], losses, 0.876, samples)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    write_vega_bundle(folder / "_static" / "vendor" / "vega.js")
    figures: list[Explorable] = [next_word(), TokenizerExplorer.of(TOKENIZER), player()]
    figures.append(learning_rate_schedule())
    text = page_of(*(figure.to_html() for figure in figures))
    (folder / "page.html").write_text(text, encoding="utf-8")
    return folder / "page.html"


def test_next_words_are_drawn_as_python_draws_them(opened: Page) -> None:
    shown, twin = figure(opened, NEXT), next_word()
    shown.get_by_role("radio", name="Mara lives in").check(force=True)
    press(opened, shown.get_by_role("slider", name="Order n"), "ArrowLeft")
    press(opened, shown.get_by_role("slider", name="Temperature"), "ArrowRight", 10)
    shown.get_by_role("button", name="Draw again").click()
    twin.prefix, twin.order, twin.temperature, twin.seed = "Mara lives in", 2, 2.0, 2
    expect(shown.locator(".xp-drawn")).to_have_text("Drawn: " + " · ".join(twin.drawn))
    press(opened, shown.get_by_role("slider", name="Top-k"), "ArrowRight", 2)
    twin.top_k = 2
    left = f"Words that can be drawn{int((twin.probabilities > 0).sum())}"
    expect(shown.get_by_role("status")).to_contain_text(left)
    shown.get_by_role("radio", name="add-k").check(force=True)
    twin.smoothing = "add-k"
    expect(shown.locator(".xp-drawn")).to_have_text("Drawn: " + " · ".join(twin.drawn))
    expect(shown.get_by_role("slider", name="Discount D")).to_be_disabled()
    expect(shown.get_by_role("slider", name="k added to counts")).to_be_enabled()


def test_a_written_text_is_cut_as_python_cuts_it(opened: Page) -> None:
    shown = figure(opened, TOKENS)
    tokens = shown.locator(".xp-tokens li")
    twin = TokenizerExplorer.of(TOKENIZER, text="Mara bakes. 玛拉 👩‍🚀")
    shown.get_by_role("textbox", name="A text of your own").fill(twin.text)
    expect(tokens).to_have_count(len(twin.tokens))
    press(opened, shown.get_by_role("slider", name="Merges"), "Home")
    twin.n = 0
    expect(tokens).to_have_count(len(twin.tokens))
    expect(shown.locator(".xp-drawn")).to_contain_text("No merge")
    press(opened, shown.get_by_role("slider", name="Merges"), "ArrowRight")
    expect(shown.locator(".xp-drawn")).to_contain_text(f"“{twin.learned()[0]}” (id 256)")
    shown.get_by_role("button", name="English").click()
    expect(shown.get_by_role("textbox")).to_have_value("Mara lives in Oslo. She is a baker.")
    shown.get_by_role("textbox").fill("")
    expect(tokens).to_have_count(0)


def test_the_player_moves_along_the_training(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, own_time=True) as (page, watch):
        page.goto(page_file.as_uri())
        shown = figure(page, TRAINING)
        heading, texts = shown.locator("h3"), shown.locator(".xp-samples li")
        expect(texts).to_have_text(["Mara lives in Oslo."])
        press(page, shown.get_by_role("slider", name="Training step"), "Home")
        expect(heading).to_have_text("What the model writes after 0 steps")
        expect(texts).to_have_text(["Oslo the"])
        expect(shown.get_by_role("status")).to_contain_text("5, 4.1 above the floor")
        shown.get_by_role("button", name="Play").click()
        expect(heading).to_have_text("What the model writes after 0 steps")
        page.clock.run_for(10_000)
        expect(heading).to_have_text("What the model writes after 100 steps")
        expect(shown.get_by_role("button", name="Play")).to_be_visible()
        silent(watch)


def test_the_schedule_follows_its_controls(opened: Page) -> None:
    shown = figure(opened, RATE)
    shown.scroll_into_view_if_needed()
    curve = shown.locator(".mark-line path").first
    expect(curve).to_be_visible()
    before = curve.get_attribute("d")
    press(opened, shown.get_by_role("slider", name="Warm-up steps"), "End")
    expect(curve).not_to_have_attribute("d", before or "")


def test_nothing_is_wider_than_the_page(sized: Page) -> None:
    figure(sized, TOKENS).get_by_role("textbox").fill("x" * 300 + " Mara" * 20)
    fits(sized)
