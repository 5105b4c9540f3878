"""Nobody is made to volunteer (志愿服务条例, article 25): what people read invites them."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

from volunteer.core.language import CHINESE

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "volunteer" / "translations" / CHINESE / "LC_MESSAGES" / "messages.po"
PRESSING = re.compile(
    "必须|务必|一定要|不得不|有义务|指派|指定您|安排您|派您|命令|强制|要求您|责令"
)
# Where such a word asks nothing of anybody: a part of the sentence, and why it may stand there.
ALLOWED = {
    "健康只看去的人必须知道的": "how little of somebody's health is shown, to whom",
}


def without_allowed(text: str) -> str:
    for words in ALLOWED:
        text = text.replace(words, "")
    return text


def sentences() -> list[str]:
    """Every Chinese sentence, each form of it; and what stands in templates in Chinese."""
    with CATALOGUE.open("rb") as file:
        said = [message.string for message in read_po(file) if message.id]
    forms = [form for one in said for form in (one if isinstance(one, tuple) else (one,))]
    return forms + [
        path.read_text()
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in {".html", ".txt"}
    ]


def test_no_sentence_presses_anybody():
    pressing = {
        f"{found[0]}: {text[max(0, found.start() - 20) : found.end() + 20]}"
        for text in sentences()
        if (found := PRESSING.search(without_allowed(text)))
    }

    assert pressing == set(), "invite: 邀请、请、欢迎; or say in ALLOWED why it presses nobody"


def test_what_is_allowed_is_still_said():
    text = "\n".join(sentences())

    assert [words for words in ALLOWED if words not in text] == []


def test_a_sentence_that_presses_would_be_found():
    for text in ("周三您必须来", "队长指派您去送餐", "要求您每周报名"):
        assert PRESSING.search(without_allowed(text))
