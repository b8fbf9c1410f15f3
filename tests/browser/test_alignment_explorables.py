"""The explorables of chapters 9 to 11 in a real browser, on a page opened from disk.

How figures live in JupyterLab is tested in test_lab.py; without JavaScript, and for readers who
asked for calm, in test_explorables.py; here is what these do by themselves.
"""

from pathlib import Path

import pytest
from contrast import painted
from playwright.sync_api import Page, expect
from watching import figure, fits, page_of, press

from llmbook_utils.corpus.judged import Judged
from llmbook_utils.interactive import (
    BestOfNExplorer,
    BetaExplorer,
    Explorable,
    LossMaskExplorer,
    SamplesTable,
    clipped_objective,
    write_vega_bundle,
)

pytestmark = pytest.mark.browser

MASK, BEST, BETA, CLIPPED, TABLE = range(5)
ONE = [
    "<q>",
    "Where",
    "does",
    "Mara",
    "live",
    "?",
    "<a>",
    "She",
    "lives",
    "in",
    "Oslo",
    ".",
    "<end>",
]
ANSWER = [place > 6 for place in range(13)]
GOOD = Judged((("Sure!", "polite"), ("She lives in Oslo.", "right")), 2.5)
BAD = Judged((("Ugh,", "rude"), ("she lives in Lima.", "wrong"), ("…", "no_end")), -3.0)
RAMBLE = "At noon she finds a red hat at the market. In the evening she visits an old harbour. "
LONG = Judged((("She lives in Oslo.", "right"), (RAMBLE * 2, "ramble"), ("x" * 90, "junk")), 0.4)


def loss_mask() -> LossMaskExplorer:
    chats = {"One turn": (ONE, ANSWER), "Two turns": (ONE * 2, ANSWER * 2)}
    nats = [float("nan"), *(0.4 * place for place in range(1, 13))]
    losses = {"before SFT": {"One turn": nats}, "after SFT": {"One turn": [n / 2 for n in nats]}}
    return LossMaskExplorer.of(chats, losses)


def best_of_n() -> BestOfNExplorer:
    proxy = {"500 comparisons": [0.0, 1.0, 2.0], "4000 comparisons": [0.0, 0.8, 1.6]}
    gold = {"500 comparisons": [0.4, 0.7, 0.3], "4000 comparisons": [0.4, 1.0, 1.5]}
    scores = {"500 comparisons": [[0.1, 0.2, 0.9, 0.3]] * 2}
    scores["4000 comparisons"] = [[0.1, 0.9, 0.2, 0.3]] * 2
    questions = ["Where does Mara live?", "Where is she?"]
    answers = [[LONG, GOOD, BAD, BAD], [BAD, LONG, GOOD, BAD]]
    return BestOfNExplorer.of([1, 2, 4], proxy, gold, questions, answers, scores)


def betas() -> BetaExplorer:
    def run(drift: float, last: Judged) -> dict[str, list]:
        return {
            "iteration": [0, 10, 20],
            "proxy": [0.0, 1.0, 1.0 + drift],
            "gold": [0.0, 1.0, 1.0 - drift],
            "kl": [0.0, 2.0, 2.0 + 8 * drift],
            "answers": [[BAD, BAD], [GOOD, LONG], [last, last]],
        }

    runs = {0.0: run(2.0, BAD), 0.1: run(0.1, GOOD)}
    return BetaExplorer.of(runs, ["Where does Mara live?", "Where is she?"])


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    write_vega_bundle(folder / "_static" / "vendor" / "vega.js")
    figures: list[Explorable] = [loss_mask(), best_of_n(), betas(), clipped_objective()]
    table = SamplesTable(
        ["Where does Mara live?"],
        {name: [one] for name, one in zip("abcd", (GOOD, BAD, LONG, "Oslo"), strict=True)},
    )
    pages = [figure.to_html() for figure in figures] + [table._repr_html_()]
    (folder / "page.html").write_text(page_of(*pages), encoding="utf-8")
    return folder / "page.html"


def test_the_mask_moves_what_carries_loss(opened: Page) -> None:
    shown, twin = figure(opened, MASK), loss_mask()
    carrying = shown.locator(".xp-chips .xp-carries .xp-chip")
    expect(carrying).to_have_text(ONE[7:])
    expect(shown.locator(".xp-chosen")).to_contain_text("She")
    for mask, name in twin.labels["masks"].items():
        shown.get_by_role("radio", name=name, exact=True).check(force=True)
        twin.mask = mask
        words = [token for token, on in zip(ONE, twin.carries, strict=True) if on]
        expect(carrying).to_have_text(words)
        expect(shown.get_by_role("status")).to_contain_text(f"{len(words)} of 13")
        expect(shown.get_by_role("status")).to_contain_text(f"{twin.means()['after SFT']:.3g}")
    press(opened, shown.get_by_role("slider", name="Look at token"), "ArrowRight")
    expect(shown).to_contain_text("Having read “? <a> She”, the model must predict “lives”")
    shown.get_by_role("radio", name="Two turns").check(force=True)
    expect(shown.locator(".xp-chip")).to_have_count(26)
    shown.locator(".xp-chip").nth(0).click()
    expect(shown).to_contain_text("is the first token")


def test_the_picked_answer_follows_n_and_the_reward_model(opened: Page) -> None:
    shown, twin = figure(opened, BEST), best_of_n()
    answers = shown.locator(".xp-answer")
    expect(answers.first).to_contain_text("She lives in Oslo.")
    press(opened, shown.get_by_role("slider", name="n answers"), "End")
    twin.step = 2
    expect(shown.get_by_role("slider", name="n answers")).to_have_attribute("aria-valuetext", "4")
    expect(shown.get_by_role("status")).to_contain_text("0.4, the peak is at n = 2")
    expect(answers.first).to_contain_text("she lives in Lima.")  # the weak model likes it
    expect(answers.nth(1)).to_contain_text("Sure!")
    expect(answers.first.get_by_role("img", name="wrong")).to_be_visible()
    shown.get_by_role("radio", name="4000 comparisons").check(force=True)
    twin.model = "4000 comparisons"
    expect(shown.get_by_role("status")).to_contain_text("0, this is the peak")
    expect(answers.first).to_contain_text("Sure!")
    shown.get_by_role("radio", name="Where is she?").check(force=True)
    expect(answers.first).to_contain_text("She lives in Oslo.")
    label = shown.get_by_role("img", name="The best of n").get_attribute("aria-label") or ""
    assert "n = 4: Proxy 1.6, Gold 1.5" in label


def test_beta_and_iteration_change_curves_and_answers(opened: Page) -> None:
    shown, twin = figure(opened, BETA), betas()
    status, heading = shown.get_by_role("status"), shown.locator(".xp-writes > h3")
    expect(heading).to_have_text("What the model writes at β = 0, iteration 20")
    expect(status).to_contain_text("Gold−1")
    curve = shown.locator(".xp-gold")
    before = curve.get_attribute("d")
    press(opened, shown.get_by_role("slider", name="Strength β"), "ArrowRight")
    twin.run = 1
    expect(heading).to_have_text("What the model writes at β = 0.1, iteration 20")
    expect(status).to_contain_text(f"Gold{twin.measured()['gold']:.3g}")
    expect(curve).not_to_have_attribute("d", before or "")
    expect(shown.locator(".xp-answer").first).to_contain_text("Sure!")
    press(opened, shown.get_by_role("slider", name="Iteration"), "Home")
    expect(heading).to_have_text("What the model writes at β = 0.1, iteration 0")
    expect(shown.locator(".xp-answer").first).to_contain_text("Ugh,")


def test_the_clipped_objective_follows_its_controls(opened: Page) -> None:
    shown = figure(opened, CLIPPED)
    shown.scroll_into_view_if_needed()
    said = shown.locator(".xp-chart text").filter(has_text="gradient 0")
    expect(said).to_be_visible()  # ρ = 1.4, Â = 1, ε = 0.2
    press(opened, shown.get_by_role("slider", name="Ratio"), "ArrowLeft", 6)
    expect(said).to_have_count(0)
    more = shown.locator(".xp-chart text").filter(has_text="make it more probable")
    expect(more).to_be_visible()
    shown.get_by_role("radio", name="−1: bad token").check(force=True)
    expect(shown.locator(".xp-chart text").filter(has_text="less probable")).to_be_visible()


def test_nothing_is_wider_than_the_page(sized: Page) -> None:
    figure(sized, CLIPPED).scroll_into_view_if_needed()
    figure(sized, CLIPPED).locator(".mark-line path").first.wait_for()
    figure(sized, MASK).get_by_role("radio", name="Two turns").check(force=True)
    fits(sized)
    answers = figure(sized, TABLE).locator("dd")
    assert len({round(answers.nth(i).bounding_box()["y"]) for i in range(4)}) == 4


def test_answers_have_contrast_by_day_and_by_night(opened: Page) -> None:
    """Text and marks of pieces on their tinted ground: WCAG 4.5 : 1 for text, 3 : 1 for marks."""
    script = painted("""return [...document.querySelectorAll(".xp-piece")].map((piece) => {
      const own = style(piece), mark = style(piece.querySelector("small"));
      const ground = paint(style(piece.closest(".xp")).backgroundColor, own.backgroundColor);
      return [contrast(paint(own.color), ground), contrast(paint(mark.color), ground)];
    });""")
    for theme in ("light", "dark"):
        opened.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        measured = opened.evaluate(script)
        assert len(measured) > 10
        assert min(text for text, _ in measured) >= 4.5
        assert min(mark for _, mark in measured) >= 3
