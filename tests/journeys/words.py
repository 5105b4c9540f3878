"""The service's sentences in the language a page is in, found by their English original.

So a journey names what a person reads, and lives on when a translation is reworded.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations, translation

from tests.servers import ROOT


@cache
def catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    found: GNUTranslations | NullTranslations = translation(
        "messages", ROOT / "volunteer" / "translations", ["zh_Hans"], fallback=True
    )
    return found


def words(english: str, language: str = "zh", **values: object) -> str:
    """The sentence as this page shows it, with its values filled in."""
    sentence = catalogue(language).gettext(english)
    return sentence % values if values else sentence.replace("%%", "%")


def plural(one: str, many: str, num: int, language: str = "zh", **values: object) -> str:
    return catalogue(language).ngettext(one, many, num) % {"num": num, "count": num, **values}
