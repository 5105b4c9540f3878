"""What every page must be to everybody's eyes, ears and fingers."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What another size or another set of colours can break.
LOOKS_ONLY = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]

AXE = """options => axe.run(document, options).then(found => found.violations.flatMap(
  rule => rule.nodes.map(
    node => `${rule.id}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}`)))"""

# Buttons, fields that are pressed, and links that are no part of a sentence.
SMALL_TARGETS = """least => {
  const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const says = n => n.nodeType === 3 && n.textContent.trim().length > 1;
  const stray = e => [...e.childNodes].some(says);
  const alone = link => {
    if (getComputedStyle(link).display !== "inline") return true;
    const around = link.parentElement;
    return !stray(around) && !around.closest("p, .band");
  };
  const small = e => {
    const box = e.getBoundingClientRect();
    return box.height < least - 0.5 || box.width < least - 0.5;
  };
  const pressed = [...document.querySelectorAll("button, summary, select, label.choice")];
  const links = [...document.querySelectorAll("a[href]:not(.skip)")].filter(alone);
  return [...pressed, ...links].filter(shown).filter(small).map(e => {
    const box = e.getBoundingClientRect();
    const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
    return `${e.tagName} "${e.textContent.trim().slice(0, 30)}" ${size}`;
  });
}"""

WIDER_THAN_THE_SCREEN = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  return [`${page.scrollWidth} px`, ...[...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > page.clientWidth + 1).slice(0, 5)
    .map(e => `${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 30)}"`)];
}"""


def axe_faults(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe finds against WCAG A and AA, or against these rules only."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": LEVELS}
    found: list[str] = page.evaluate(AXE, {"runOnly": only, "resultTypes": ["violations"]})
    return found


def small_targets(page: Page, least: int = 48) -> list[str]:
    found: list[str] = page.evaluate(SMALL_TARGETS, least)
    return found


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the screen; nothing when it fits."""
    found: list[str] = page.evaluate(WIDER_THAN_THE_SCREEN)
    return found


def assert_looks_right(page: Page) -> None:
    assert (axe_faults(page), sideways(page), small_targets(page)) == ([], [], [])
