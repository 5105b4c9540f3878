"""What phones of some years ago are given instead of what they do not know."""

import re

from tests.servers import ROOT

STYLE = (ROOT / "volunteer/static/linli.css").read_text("utf-8")


def test_the_card_one_is_on_is_seen_where_focus_visible_is_not_known():
    """The box itself is not drawn; a browser passes over a rule that it does not know."""
    rules = re.findall(r"\.choice input(:[^{]*) \+ span \{ outline: ([^;]*)", STYLE)

    assert rules == [
        (":focus", "4px solid var(--focus)"),
        (":focus:not(:focus-visible)", "none"),
    ]


def test_a_sheet_has_a_size_where_sizes_of_containers_are_not_known():
    sizes = re.findall(r"--pt: calc\(([^;]*)\);", STYLE)

    assert sizes == ["min(100vw - 32px, 210mm) / 595", "100cqw / 595"]
    assert "@supports (width: 1cqw) {\n  .sheet { --pt: calc(100cqw / 595); }" in STYLE
