"""Sentences in the reader's language.

The one place that knows Flask-Babel, so that rules can speak without knowing the
web, and the library can be replaced in a day. Source sentences are English.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import flask_babel
from flask_babel import force_locale, get_locale
from flask_babel.speaklater import LazyString

CHINESE = "zh_Hans"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)

# A text, or one that is put into the reader's language when it is shown.
Sentence = str | LazyString


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the reader's language, with its values filled in."""
    return str(flask_babel.gettext(sentence, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The sentence for this number of things; `num` may stand in it as %(num)d."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(sentence: str) -> LazyString:
    """The sentence, put into the reader's language when it is shown."""
    return flask_babel.lazy_gettext(sentence)


def current() -> str:
    """The language being spoken: one of LANGUAGES."""
    locale = get_locale()
    return ENGLISH if locale is not None and locale.language == "en" else CHINESE


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block, sentences are in this language. Needs an app context."""
    with force_locale(language):
        yield
