"""Every page of the built book, in a real browser: narrow and wide, light and dark.

No console error, no failed request, no request to another host, no sideways scrolling, readable
contrast, a picture's words for those who cannot see it, formulas typeset, figures that react.
What each page costs to load is kept in `_build/pages.json`.
"""

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page
from watching import CHAPTERS, HTML, PAGES, ROOT, watched

pytestmark = pytest.mark.browser

WIDTHS = {390: 844, 1280: 900}
# bytes, compressed as hosts do it, with pictures, scripts, fonts and the data of figures
BUDGET = 350_000  # what a page without interactive figures may need
LANDING = 300_000  # what the first page may need
CHAPTER = 1_000_000  # what a chapter may need that is read to its end, without the data of figures
DATA = re.compile(rb"data:image/png;base64,[\w+/=]*|const state = .*?;\n")  # and their stills


@pytest.fixture(scope="module")
def weights() -> dict[str, dict[str, int]]:
    """Collects what each page costs; written to a file when all have been seen."""
    return {}


@pytest.fixture(scope="module", autouse=True)
def keep_weights(weights: dict[str, dict[str, int]]):
    yield
    if weights:
        text = json.dumps(weights, indent=1, sort_keys=True) + "\n"
        (ROOT / "_build" / "pages.json").write_text(text, encoding="utf-8")


# Text whose colour is too close to what lies behind it, by the formula of WCAG 2; a formula's
# hidden MathML and drawings (which have colours of their own) are left out.
LOW_CONTRAST = """() => {
  const parse = (c) => {  // rgb(…) up to 255; color(srgb …), which color-mix gives, up to 1
    const all = (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return c.startsWith('color(') ? all.map((v, i) => i < 3 ? 255 * v : v) : all;
  };
  const light = ([r, g, b]) => {
    const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const behind = (el) => {
    for (let e = el; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0.9) return c;
    }
    return [255, 255, 255];
  };
  const bad = new Set();
  for (const el of document.querySelectorAll('main *, #pst-primary-sidebar *')) {
    const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || el.closest('svg, .katex-mathml, canvas, .headerlink, [disabled], .xp-off') ||
        !el.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const style = getComputedStyle(el);
    const [a, b] = [light(parse(style.color)), light(behind(el))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5))
      bad.add(`${el.tagName}.${el.className} ${ratio.toFixed(2)} ${el.textContent.slice(0, 30)}`);
  }
  return [...bad];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_clean(
    browser: Browser, book_url: str, name: str, width: int, theme: str, weights: dict
) -> None:
    size = {"width": width, "height": WIDTHS[width]}
    with browser.new_context(viewport=size, color_scheme=theme) as context:
        page, watch = watched(context)
        page.goto(book_url + name, wait_until="networkidle")

        assert watch.said == []
        assert watch.failed == []
        assert watch.foreign(book_url) == []
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"the page is {overflow} pixels wider than the screen"
        assert page.locator("article h1").count() == 1
        assert page.evaluate(LOW_CONTRAST) == []

        untold = page.locator("main img:not([alt]), main img[alt='']")
        assert [image.get_attribute("src") for image in untold.all()] == []
        formulas = page.locator("article .math")
        assert formulas.count() == page.locator("article .math:has(.katex-html)").count()
        assert page.locator(".katex-error").count() == 0
        weights[name] = weigh(page, watch.asked, book_url)
        if page.locator(".xp").count() == 0:
            assert weights[name]["compressed"] < BUDGET


def weigh(page: Page, asked: list[str], own: str) -> dict[str, int]:
    """Requests, bytes as they are and gzip-compressed, and milliseconds to load, for one page."""
    files = {urlsplit(url).path.lstrip("/") for url in asked if url.startswith(own)}
    data = [(HTML / file).read_bytes() for file in sorted(files)]
    bare = [DATA.sub(b"", each) for each in data]
    load = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    return {
        "requests": len(files),
        "bytes": sum(map(len, data)),
        "compressed": sum(map(sent, data)),
        "without_data": sum(map(sent, bare)),
        "load_ms": round(page.evaluate(load)),
    }


def test_the_landing_page_is_light(browser: Browser, book_url: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, watch = watched(context)
        page.goto(book_url + "book/index.html", wait_until="networkidle")
        assert weigh(page, watch.asked, book_url)["compressed"] < LANDING


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_read_to_its_end_is_light(browser: Browser, book_url: str, name: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, watch = watched(context)
        page.goto(book_url + name, wait_until="networkidle")
        for picture in page.locator("main figure").all():  # pictures and charts load when in view
            picture.scroll_into_view_if_needed()
        page.wait_for_function("[...document.images].every((picture) => picture.complete)")
        assert weigh(page, watch.asked, book_url)["without_data"] < CHAPTER


def sent(file: bytes) -> int:
    """Bytes that a host sends for a file."""
    return min(len(file), len(gzip.compress(file, 6)))


TABLES = "main .xp-words"  # plain HTML, which shows and does not move
FIGURES = "main .xp:not(.xp-words)"
DRAWN = "svg, canvas, .xp-tokens, .xp-chips"
DRAWING = f"""(el) => [...el.querySelectorAll('{DRAWN}')].map(
  (d) => d.tagName === 'canvas' ? d.toDataURL() : d.outerHTML).join()"""


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_reacts_to_the_keyboard(browser: Browser, book_url: str, name: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, watch = watched(context)
        page.goto(book_url + name, wait_until="networkidle")
        figures = page.locator(FIGURES)
        assert figures.count() >= 1, "a chapter has interactive figures"
        for figure in figures.all():
            figure.scroll_into_view_if_needed()
            sliders = figure.locator("input[type=range], [role=slider]")
            assert sliders.count() >= 1
            assert any(moves(page, figure, slider) for slider in sliders.all()), (
                f"no slider changes the figure {figure.inner_text()[:80]!r}"
            )
        assert watch.said == []
        assert watch.foreign(book_url) == []


def moves(page: Page, figure: Locator, slider: Locator) -> bool:
    """Whether the drawing changes when the slider is moved by the keyboard."""
    if slider.is_disabled():
        return False
    before = figure.evaluate(DRAWING)
    slider.focus()
    at_end = slider.evaluate("(s) => +(s.value ?? s.ariaValueNow) >= +(s.max ?? s.ariaValueMax)")
    for key in ("ArrowLeft", "Home") if at_end else ("ArrowRight", "End"):
        page.keyboard.press(key)  # one step, which may be too small to be seen; then all the way
        page.wait_for_timeout(150)
        if before != figure.evaluate(DRAWING):
            return True
    return False


@pytest.mark.parametrize("name", CHAPTERS)
def test_without_javascript_a_still_stands(browser: Browser, book_url: str, name: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page, watch = watched(context)
        page.goto(book_url + name)
        stills = page.locator("main .xp img")
        assert stills.count() == page.locator(FIGURES).count() >= 1
        for still in stills.all():
            assert still.is_visible()
            assert len(still.get_attribute("alt") or "") > 20
            box = still.bounding_box()
            assert box is not None
            assert box["width"] > 200
        for table in page.locator(TABLES).all():
            assert len(table.inner_text()) > 20
        assert page.locator("article .katex-html").count() > 10
        # the theme's scripts are announced in the head and then, without JavaScript, not fetched
        assert [failure for failure in watch.failed if ".js" not in failure] == []


def search(page: Page, address: str) -> list[str]:
    """Titles that the search page finds for `gradient`."""
    page.goto(f"{address}search.html?q=gradient")
    page.locator("#search-results li a").first.wait_for(timeout=20_000)
    return page.locator("#search-results li a").all_inner_texts()


def test_search_finds(browser: Browser, book_url: str) -> None:
    with browser.new_context() as context:
        page, watch = watched(context)
        assert any("Glossary" in title for title in search(page, book_url))
        assert watch.said == []
        assert watch.foreign(book_url) == []


def test_from_disk(browser: Browser, book_url: str) -> None:
    """The folder can be opened without a server: pages, formulas and search.

    Only the excerpts below the pages found stay away: browsers do not let a page read a file.
    """
    disk = Path(HTML).as_uri() + "/"
    with browser.new_context() as context:
        page, watch = watched(context)
        page.goto(f"{disk}book/notation.html", wait_until="networkidle")
        assert page.locator("article .katex-html").count() > 10
        assert watch.said == []
        assert any("Glossary" in title for title in search(page, disk))
        assert watch.foreign("file:") == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_from_disk_has_its_figures(browser: Browser, book_url: str, name: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, watch = watched(context)
        page.goto(f"{Path(HTML).as_uri()}/{name}", wait_until="load")
        page.wait_for_load_state("networkidle")  # alone it may come before the scripts
        for figure in page.locator(FIGURES).all():
            figure.scroll_into_view_if_needed()
            figure.locator(DRAWN).first.wait_for(timeout=20_000)
        assert watch.said == []
        assert watch.foreign("file:") == []


def test_a_reader_can_choose_the_theme(browser: Browser, book_url: str) -> None:
    with browser.new_context(color_scheme="light") as context:
        page, _ = watched(context)
        page.goto(book_url + "book/notation.html", wait_until="networkidle")
        button = page.locator(".theme-switch-button").first
        seen = set()
        for _ in range(3):
            seen.add(page.evaluate("document.documentElement.dataset.theme"))
            button.click()
        assert seen == {"light", "dark"}
