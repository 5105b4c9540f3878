"""Sentences in the reader's language.

The one place that knows Flask-Babel, so that rules can speak without knowing the
web, and the library can be replaced in a day. Source sentences are English.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import cache, lru_cache, wraps

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import has_app_context
from flask_babel import force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from volunteer.core.quoting import filled

CHINESE = "zh_Hans"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)

# The language of the page being answered, or of a block that speaks another.
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)

# A text, or one that is put into the reader's language when it is shown.
Sentence = str | LazyString


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the reader's language, with its values filled in."""
    words = in_words(current(), sentence, False) if is_spoken() else sentence
    return words % values if values else words


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The sentence for this number of things; `num` may stand in it as %(num)d."""
    return of_number(one, many, num) % {"num": num, **values}


def lazy_gettext(sentence: str) -> LazyString:
    """The sentence, put into the reader's language when it is shown."""
    return LazyString(gettext, sentence)


def current() -> str:
    """The language being spoken: one of LANGUAGES."""
    if said := _spoken.get():
        return said
    locale = get_locale()
    return ENGLISH if locale is not None and locale.language == "en" else CHINESE


def speak(language: str) -> Token[str | None]:
    """From now on, and until silence(), sentences are in this language. A page asks a hundred times
    which it is."""
    return _spoken.set(language)


def silence(token: Token[str | None]) -> None:
    _spoken.reset(token)


def is_spoken() -> bool:
    """Whether there is a catalogue to read from; without one, what is said must not be kept."""
    return bool(_spoken.get()) or has_app_context()


def use_in_templates(environment: Environment) -> None:
    """What `_()`, `ngettext()` and `{% trans %}` mean in templates: what Jinja and Flask-Babel
    make of them, by a tenth of the way, for a page says a hundred sentences."""
    environment.globals.update({"_": say, "gettext": say, "ngettext": say_number})


@pass_eval_context
def say(context: EvalContext, sentence: str, /, **values: object) -> str:
    # Asked first of all: a page says a hundred sentences.
    spoken = _spoken.get() or (current() if has_app_context() else "")
    if not spoken:
        return (Markup(sentence) if context.autoescape else sentence) % values  # noqa: S704 - ours
    words = in_words(spoken, sentence, context.autoescape)
    # Nine in ten have nothing to fill in; "%%" would still mean one sign.
    if not values and "%" not in words:
        return words
    return filled(words, values) if isinstance(words, Markup) else words % values


@pass_eval_context
def say_number(context: EvalContext, one: str, many: str, num: int, /, **values: object) -> str:
    words, values = of_number(one, many, num), {"num": num, **values}
    return filled(Markup(words), values) if context.autoescape else words % values  # noqa: S704 - ours


def of_number(one: str, many: str, num: int) -> str:
    """The sentence that goes with this number, nothing filled in."""
    if not is_spoken():
        return one if num == 1 else many
    return str(catalogue(current()).ungettext(one, many, num))


@cache
def in_words(language: str, sentence: str, is_html: bool) -> str:
    """The sentence in this language; there are only so many in the code."""
    words = str(catalogue(language).ugettext(sentence))
    return Markup(words) if is_html else words  # noqa: S704 - our own translations


@cache
def catalogue(language: str) -> NullTranslations:
    """Our sentences in this language, whichever Flask-Babel takes for the reader's."""
    with force_locale(locale_of(language)):
        found: NullTranslations = get_translations()
        return found


class LibraryWords:
    """What a library says by itself, in the reader's language: its catalogue is read once for each
    language, not for each form."""

    def __init__(self, folder: str, domain: str) -> None:
        self.folder, self.domain = folder, domain
        self.catalogues: dict[str, NullTranslations] = {}

    def catalogue(self) -> NullTranslations:
        spoken = current()
        if spoken not in self.catalogues:
            self.catalogues[spoken] = Translations.load(self.folder, [spoken], self.domain)
        return self.catalogues[spoken]

    def gettext(self, sentence: str) -> str:
        return self.catalogue().gettext(sentence)

    def ngettext(self, one: str, many: str, num: int) -> str:
        return self.catalogue().ngettext(one, many, num)


@cache
def locale_of(language: str) -> Locale:
    """Read once: Babel looks for its file each time."""
    return Locale.parse(language)


def kept(most: int) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """For a function that says the same for the same plain values in one language: a team's letters
    all name the same hours. At most so many answers are kept."""

    def keeping(words: Callable[..., str]) -> Callable[..., str]:
        @lru_cache(most)
        def in_language(_language: str, *values: object) -> str:
            return words(*values)

        @wraps(words)
        def said(*values: object) -> str:
            return in_language(current(), *values) if is_spoken() else words(*values)

        return said

    return keeping


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block, sentences are in this language; without an app context, in English."""
    if not has_app_context():
        yield
        return
    token = _spoken.set(ENGLISH if language == ENGLISH else CHINESE)
    try:
        with force_locale(locale_of(language)):
            yield
    finally:
        _spoken.reset(token)
