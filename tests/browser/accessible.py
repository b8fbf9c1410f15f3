"""What axe, the usual checker of accessibility, finds on a page of the book."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from watching import change_theme

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# style sheets are fetched anew for no rule that is asked for here
SETTINGS = {"resultTypes": ["violations"], "preload": False}
SERIOUS = {"serious", "critical"}
CONTRAST = "color-contrast"
ONLY_CONTRAST = {"type": "rule", "values": [CONTRAST]}

# Formulas and code are thousands of small pieces of a few kinds. What holds no kind (name,
# attributes, and what they say of roles) that was not seen further up becomes a box of its size.
THINNED = """() => {
  const seen = new Set();
  const said = ({ name, value }) => /^(aria|role|id|tabindex)/.test(name) ? name + value : name;
  const kind = (part) => [part.localName, ...[...part.attributes].map(said)].join();
  for (const whole of document.querySelectorAll(".katex, .highlight pre")) {
    const kinds = [...whole.querySelectorAll("*")].map(kind);
    if (kinds.every((one) => seen.has(one))) {
      const { width, height } = whole.getBoundingClientRect();
      const box = document.createElement("span");
      box.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
      whole.replaceWith(box);
    }
    for (const one of kinds) seen.add(one);
  }
}"""
# Marks three pieces of text of each look: colour, size and weight, and what it and all around it
# paint behind it. Returns how many looks there are.
LOOKS = """() => {
  const painted = new Map([[null, ""]]), seen = new Map();
  const behind = (part) => {
    if (!painted.has(part)) {
      const s = getComputedStyle(part);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.position, s.filter,
        s.mixBlendMode, s.visibility, s.textShadow, s.display === "none", part.disabled].join();
      const plain = own === "rgba(0, 0, 0, 0),none,1,static,none,normal,visible,none,false,";
      painted.set(part, behind(part.parentElement) + (plain ? "" : own + "\\n"));
    }
    return painted.get(part);
  };
  for (const part of document.querySelectorAll("body *")) {
    part.removeAttribute("data-look");
    const text = [...part.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (!text && !part.matches("input, select, textarea")) continue;
    const { width, height } = part.getBoundingClientRect();
    if (width < 2 || height < 2 || !part.checkVisibility({ visibilityProperty: true })) continue;
    const s = getComputedStyle(part);
    const look = [s.color, s.fontSize, s.fontWeight, behind(part)].join();
    seen.set(look, (seen.get(look) ?? 0) + 1);
    if (seen.get(look) <= 3) part.setAttribute("data-look", "");
  }
  return seen.size;
}"""
FEW_OF_EACH_LOOK = {"rules": [{"id": CONTRAST, "selector": "[data-look]"}]}


def serious(
    page: Page,
    settings: dict[str, Any] | None = None,
    without: tuple[str, ...] = (),
    **options: Any,
) -> list[str]:
    """What axe finds on the page, in one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    page.evaluate("(settings) => axe.configure(settings)", settings or {})
    where = {"include": [["html"]], "exclude": [[each] for each in without]}
    found = page.evaluate("(both) => axe.run(...both)", [where, options | SETTINGS])
    return [
        f"{each['id']} ({each['help']}): {[node['html'][:100] for node in each['nodes'][:3]]}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


def nothing_serious(page: Page) -> None:
    """Nothing serious but for contrast, which is looked at in both themes, below."""
    assert serious(page, runOnly=TAGS, rules={CONTRAST: {"enabled": False}}) == []


def stands_out(page: Page, theme: str) -> None:
    """The text has contrast, in all the looks that it has in this theme."""
    change_theme(page, theme)
    assert page.evaluate(LOOKS) >= 10
    assert serious(page, FEW_OF_EACH_LOOK, runOnly=ONLY_CONTRAST) == []
