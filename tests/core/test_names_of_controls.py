"""What is read out when somebody goes from control to control, without what stands around them."""

import re

from jinja2 import nodes

from tests.core.test_templates import parsed_templates
from tests.servers import ROOT

BUTTONS = {"button", "link_button", "post_button"}
# Drawn once for each row of a list that stands in another file.
ROWS = {"_elder_row.html", "_visit_row.html", "_waiting_day.html", "_weather_calls.html"}
# Stands beside one row of all: one's own.
ONCE = {("show_visit.html", "I can't go")}


def says_the_same_each_time(call: nodes.Call) -> bool:
    """Words without a name in them, and nothing else that says whose it is."""
    words = call.args[0] if call.args else None
    is_fixed = (
        isinstance(words, nodes.Call)
        and isinstance(words.node, nodes.Name)
        and words.node.name == "_"
        and not words.kwargs
    )
    return is_fixed and "about" not in {given.key for given in call.kwargs}


def buttons_of(node: nodes.Node) -> list[nodes.Call]:
    calls = node.find_all(nodes.Call)
    return [c for c in calls if isinstance(c.node, nodes.Name) and c.node.name in BUTTONS]


def alike_in_rows() -> list[str]:
    found = set()
    for file, tree in parsed_templates().items():
        rows = [tree] if file.name in ROWS else list(tree.find_all(nodes.For))
        for call in (call for row in rows for call in buttons_of(row)):
            if not says_the_same_each_time(call):
                continue
            words = call.args[0].args[0].value
            if (file.name, words) not in ONCE:
                found.add(f"{file.relative_to(ROOT)}:{call.lineno}: {words}")
    return sorted(found)


def test_a_button_in_each_row_says_whose_row_it_is():
    assert alike_in_rows() == []


def test_whoever_is_to_be_chosen_is_not_chosen_already():
    lists = re.compile(r'<select id="[^"]*" name="person"[^>]*>\s*(<option value="">)?')
    found = [
        (path.name, match[1])
        for path in (ROOT / "templates").rglob("*.html")
        for match in lists.finditer(path.read_text(encoding="utf-8"))
    ]

    assert len(found) > 5
    assert [name for name, nobody in found if not nobody] == []
