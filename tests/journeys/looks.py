"""What every page must be to everybody's eyes, ears and fingers."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What another size or another set of colours can break.
COLOURS_ONLY = ["color-contrast", "link-in-text-block"]
LOOKS_ONLY = [*COLOURS_ONLY, "target-size", "scrollable-region-focusable"]

AXE = """options => axe.run(document, options).then(found => found.violations.flatMap(
  rule => rule.nodes.map(
    node => `${rule.id}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}`)))"""

# A page has a dozen colours, and axe reads them thousands of times: a quarter of all that it does.
READ_EACH_COLOUR_ONCE = """(() => {
  const colour = axe.commons.color.Color.prototype;
  const read = colour.parseString;
  const known = new Map();
  colour.parseString = function (text) {
    if (known.has(text)) return Object.assign(this, known.get(text));
    read.call(this, text);
    known.set(text, { r: this.r, g: this.g, b: this.b, alpha: this.alpha });
    return this;
  };
})()"""
WITH_AXE = f"{AXE_SCRIPT};{READ_EACH_COLOUR_ONCE}"

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

# Headings are stairs: who goes from one to the next misses none. A list of mistakes may come first.
GAPS_IN_OUTLINE = """() => {
  let above = 0;
  const gaps = [];
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5")) {
    if (!heading.checkVisibility() || heading.closest(".errors")) continue;
    const level = Number(heading.tagName[1]);
    if (level > above + 1) gaps.push(`h${above} → h${level} "${heading.textContent.trim()}"`);
    above = level;
  }
  return gaps;
}"""

# What a browser makes the best of and HTML forbids. An end of a paragraph that none began makes an
# empty one; a list that begins with an answer has been answered by who did not look.
AGAINST_HTML = """() => {
  const wrong = {
    "an address that is empty": "form[action='']",
    "a paragraph around what can't stand in one": "p:empty:not([role])",
    "a list of facts that holds something else": "dl > :not(div, dt, dd), dl > div > :not(dt, dd)",
    "a list that begins with an answer": "select[required] > option:first-child:not([value=''])",
    "a moment finer than milliseconds": "time[datetime*='.']",
  };
  return Object.entries(wrong).flatMap(([words, selector]) =>
    [...document.querySelectorAll(selector)].map(e => `${words}: ${e.outerHTML.slice(0, 120)}`));
}"""

# Elements are alike when they and all in them are of the same kinds, with the same attributes but
# for where they lead, what they hold and how they are numbered.
FEW_OF_ROWS_ALIKE = """few => {
  const own = new Set(["href", "action", "src", "value", "content", "datetime"]);
  const known = new Map();
  const shape = e => known.get(e) ?? known.set(e, look_at(e)).get(e);
  const look_at = e => e.tagName
    + [...e.attributes].filter(a => !own.has(a.name))
      .map(a => ` ${a.name}=${a.value.replace(/\\d+/g, "#")}`).sort().join("")
    + (e.childElementCount ? `[${[...e.children].map(shape)}]` : e.textContent.trim() && ".");
  const thin_out = parent => {
    const alike = Map.groupBy(parent.children, shape);
    for (const rows of alike.values()) rows.slice(few - 1, -1).forEach(row => row.remove());
    [...parent.children].forEach(thin_out);
  };
  thin_out(document.body);
}"""


def bring_axe(context: BrowserContext) -> None:
    """Every page that is opened here has axe from its beginning: where most are judged, that takes
    a third of the time of handing it to each."""
    context.add_init_script(WITH_AXE)


def axe_faults(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe finds against WCAG A and AA, or against these rules only."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(WITH_AXE)
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


def gaps_in_outline(page: Page) -> list[str]:
    found: list[str] = page.evaluate(GAPS_IN_OUTLINE)
    return found


def against_html(page: Page) -> list[str]:
    found: list[str] = page.evaluate(AGAINST_HTML)
    return found


def leave_few_of_rows_alike(page: Page) -> None:
    """Take out of the page what is there again and again, but for the first ones and the last:
    judging the colours of fifty rows takes fifty times as long and tells no more."""
    page.evaluate(FEW_OF_ROWS_ALIKE, 3)


# What of a page axe judges: its elements and their attributes, and which of them hold words.
KIND_OF_PAGE = """() => {
  const own = new Set(["href", "action", "src", "value", "content", "datetime"]);
  const says = n => n.nodeType === 3 && n.textContent.trim();
  return [...document.querySelectorAll("*")].map(e => e.tagName
    + [...e.attributes].filter(a => !own.has(a.name))
      .map(a => ` ${a.name}=${a.value.replace(/\\d+/g, "#")}`).join("")
    + ([...e.childNodes].some(says) ? " says" : "")).join("\\n");
}"""
# The kinds of pages on which axe found nothing wrong, each in this window.
found_right: set[tuple[str, str]] = set()


def assert_looks_right(page: Page) -> None:
    """Nothing sticks out, everything can be hit, and axe finds nothing; axe looks at each kind of
    page once in a test process, because journeys come by the same ones again and again."""
    # Whoever pressed is on the new page with its first byte, before anything stands on it.
    page.wait_for_load_state()
    kind = (str(page.viewport_size), page.evaluate(KIND_OF_PAGE))
    faults = [] if kind in found_right else axe_faults(page)
    faults += gaps_in_outline(page)
    assert (faults, sideways(page), small_targets(page)) == ([], [], [])
    found_right.add(kind)
