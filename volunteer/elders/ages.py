"""Whether somebody is rather young for the list of elders: one asks, and refuses nobody."""

from volunteer.core.language import gettext as _

# Who is younger may be on the list too, with a disability; as often somebody has mistyped the year.
SELDOM_YOUNGER = 40


def is_seldom(birth_year: int, this_year: int) -> bool:
    """Whether one asks if this year of birth is right."""
    return this_year - birth_year < SELDOM_YOUNGER


def ask_about_year(birth_year: int, this_year: int) -> str:
    return _("They would be about %(age)d years old. Is the year right?",
             age=this_year - birth_year)  # fmt: skip
