"""The landing page: what this is, a thing that moves, and three ways on, on the first screen."""

import re

import pytest
from of_pages import weigh
from playwright.sync_api import Browser, Page
from watching import HTML, a_tab

pytestmark = pytest.mark.browser

FIRST = "book/index.html"
BUDGET = 300_000  # bytes of the whole first page, compressed, with fonts, styles and scripts
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def step(page: Page) -> int:
    """The training step that the figure shows, from its words."""
    found = re.search(r"after ([\d,]+) steps", page.locator(".opening-when").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SIZES)
def test_all_is_on_the_first_screen(browser: Browser, book_url: str, name: str, theme: str) -> None:
    with a_tab(browser, *SIZES[name], color_scheme=theme) as (page, watch):
        page.goto(book_url + FIRST, wait_until="networkidle")
        sentences = page.locator(".lead-in").inner_text().strip()
        assert len(re.findall(r"[.!?](?:\s|$)", sentences)) == 2
        for part in (
            "article h1",
            ".lead-in",
            ".opening",
            *(f".leads a >> nth={i}" for i in (0, 1, 2)),
        ):
            box = page.locator(part).first.bounding_box()
            assert box is not None, part
            assert box["y"] >= 0, part
            assert box["y"] + box["height"] <= SIZES[name][1], part
        assert page.locator(".leads a").count() == 3
        assert weigh(page, watch.asked, book_url)["compressed"] <= BUDGET
        assert watch.said == []


def test_each_way_on_leads_to_a_page(browser: Browser, book_url: str) -> None:
    with a_tab(browser) as (page, _):
        page.goto(book_url + FIRST)
        ways = [link.get_attribute("href") or "" for link in page.locator(".leads a").all()]
    assert ["chapters/" in ways[0], "students" in ways[1], "instructors" in ways[2]] == [True] * 3
    assert all((HTML / "book" / way).resolve().is_file() for way in ways)


@pytest.mark.parametrize("name", SIZES)
def test_the_figure_runs_once_by_itself(browser: Browser, book_url: str, name: str) -> None:
    with a_tab(browser, *SIZES[name], own_time=True) as (page, _):
        page.goto(book_url + FIRST)
        page.get_by_role("button", name="Stop").wait_for()  # it has begun
        height = page.locator(".opening").bounding_box()
        first, words = step(page), page.locator(".opening-text").inner_text()
        assert first == 0
        page.clock.run_for(2_000)
        assert step(page) > 0
        assert page.locator(".opening-text").inner_text() != words
        page.clock.run_for(30_000)
        page.get_by_role("button", name="Play").wait_for()  # it has come to its end
        last = step(page)
        page.clock.run_for(30_000)
        assert step(page) == last > 1000
        assert page.locator(".opening").bounding_box() == height  # the text below did not jump


def test_a_reader_takes_over(browser: Browser, book_url: str) -> None:
    with a_tab(browser, *SIZES["desktop"], own_time=True) as (page, watch):
        page.goto(book_url + FIRST)
        page.get_by_role("button", name="Stop").wait_for()
        page.locator(".opening input").focus()
        page.keyboard.press("End")
        last = step(page)
        page.keyboard.press("ArrowLeft")
        before = step(page)
        assert 0 < before < last
        page.clock.run_for(30_000)
        assert step(page) == before
        assert watch.said == []


def test_it_is_still_for_those_who_want_that(browser: Browser, book_url: str) -> None:
    with a_tab(browser, reduced_motion="reduce", own_time=True) as (page, _):
        page.goto(book_url + FIRST)
        page.locator(".opening-when").wait_for()
        assert not page.locator(".opening button").is_visible()
        shown = step(page)
        assert shown > 1000
        page.clock.run_for(30_000)
        assert step(page) == shown


def test_without_javascript_there_is_a_picture(browser: Browser, book_url: str) -> None:
    with a_tab(browser, *SIZES["phone"], java_script_enabled=False) as (page, _):
        page.goto(book_url + FIRST)
        still = page.locator("main .xp img")
        assert still.count() == 1
        assert still.is_visible()
        assert "writes" in (still.get_attribute("alt") or "")


def test_the_figure_is_chapter_8s_run(browser: Browser, book_url: str) -> None:
    with a_tab(browser, *SIZES["desktop"], reduced_motion="reduce") as (page, _):
        page.goto(book_url + "chapters/08_pretraining.html", wait_until="networkidle")
        samples = page.locator(".xp-samples li")
        samples.first.scroll_into_view_if_needed()
        there = samples.all_inner_texts()
        page.goto(book_url + FIRST)
        page.locator(".opening-when").wait_for()
        assert page.locator(".opening-text").inner_text() in there
