"""What every page of the book must be, and what it costs to load."""

import functools
import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock
from playwright.sync_api import Page
from watching import HTML, PAGES, ROOT, Watch, change_theme

# bytes, compressed as hosts do it, with pictures, scripts, fonts and the data of figures
BUDGET = 350_000  # what a page without interactive figures may need
DATA = re.compile(rb"data:image/png;base64,[\w+/=]*|const state = .*?;\n")  # and their stills

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


def is_clean(page: Page, watch: Watch, own: str, first: str) -> dict[str, int]:
    """The page is readable in both themes, silent and not too wide; returns what it weighs.

    ``first`` is the theme in which it was opened.
    """
    for theme in (first, "dark" if first == "light" else "light"):
        if theme != first:
            change_theme(page, theme)
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"the page is {overflow} pixels wider than the screen"
        assert page.evaluate(LOW_CONTRAST) == [], theme
    assert page.locator("article h1").count() == 1
    untold = page.locator("main img:not([alt]), main img[alt='']")
    assert [image.get_attribute("src") for image in untold.all()] == []
    formulas = page.locator("article .math")
    assert formulas.count() == page.locator("article .math:has(.katex-html)").count()
    assert page.locator(".katex-error").count() == 0
    weight = weigh(page, watch.asked, own)
    if page.locator(".xp").count() == 0:
        assert weight["compressed"] < BUDGET
    assert watch.said == []
    assert watch.failed == []
    assert watch.foreign(own) == []
    return weight


def keep(name: str, weight: dict[str, int]) -> None:
    """Write what this page costs to load into `_build/pages.json`, beside the other pages."""
    path = ROOT / "_build" / "pages.json"
    with FileLock(path.with_suffix(".lock")):
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        kept = {page: kept[page] for page in kept if page in PAGES} | {name: weight}
        text = json.dumps(kept, indent=1, sort_keys=True) + "\n"
        path.write_text(text, encoding="utf-8")


def weigh(page: Page, asked: list[str], own: str) -> dict[str, int]:
    """Requests, bytes as they are and gzip-compressed, and milliseconds to load, for one page."""
    files = {urlsplit(url).path.lstrip("/") for url in asked if url.startswith(own)}
    sizes = [weight(HTML / file) for file in sorted(files)]
    load = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    names = ("bytes", "compressed", "without_data")
    sums = {name: sum(each) for name, each in zip(names, zip(*sizes, strict=True), strict=True)}
    return {"requests": len(files), **sums, "load_ms": round(page.evaluate(load))}


@functools.cache
def weight(file: Path) -> tuple[int, int, int]:
    """Bytes of a file: as it is, as a host sends it, and so without the data of figures."""
    data = file.read_bytes()
    return len(data), sent(data), sent(DATA.sub(b"", data))


def sent(file: bytes) -> int:
    """Bytes that a host sends for a file."""
    return min(len(file), len(gzip.compress(file, 6)))
