"""What the lines of a file say, beside those who are on the list, in the team, or above them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from volunteer.core import chinese, clock, sheets
from volunteer.core.database import all_of
from volunteer.core.language import gettext as _
from volunteer.core.sheets import Row, Table
from volunteer.elders import ages, namesakes, queries, wording
from volunteer.elders.details import ElderDetails
from volunteer.elders.errors import TooManyElders
from volunteer.elders.health import Health
from volunteer.elders.importing.cells import (
    LIVING_WORDS,
    is_yes,
    read_birth,
    read_categories,
    read_choice,
    read_contact,
    read_health,
    read_home,
    read_risk,
)
from volunteer.elders.importing.columns import SENSITIVE
from volunteer.elders.models import Elder, RiskLevel
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.importing import doubts_about, read_name, read_phone, why_no_name
from volunteer.teams.models import Team
from volunteer.teams.roster import LONGEST_NOTE, Line, Preview, read_note

Read = TypeVar("Read")

# Each has a record, consents, contacts and a trail of their own, all in one transaction.
MOST_ELDERS = 200
NOBODY = ElderDetails("", "")


@dataclass(frozen=True)
class ElderLine(Line):
    """One line of the file as we read it."""

    details: ElderDetails = NOBODY
    risk: RiskLevel = RiskLevel.GENERAL
    risk_reason: str = ""
    is_agreed: bool = False
    # Only with their own yes.
    health: Health | None = None
    # Whether it is in doubt who this is; that a cell is left out puts nobody in question.
    is_in_question: bool = False

    @property
    def is_ticked(self) -> bool:
        """Who is in question comes only when somebody has looked: much hangs on an elder's
        record."""
        return super().is_ticked and not self.is_in_question


def preview(team: Team, table: Table, held: Sequence[str]) -> Preview[ElderLine]:
    """What adding these lines would do; `held` says of each column what it holds.

    Raises TooManyElders.
    """
    check_length(table.rows)
    this_year = team.today(clock.now()).year
    read = (read_row(row, held, this_year) for row in table.rows)
    lines = [line for line in read if line is not None]
    elders, left = queries.list_elders(team), queries.list_ended(team)
    members = [row.person for row in all_of(team_queries.of_team(team))]
    seen: list[ElderLine] = []
    for line in lines:
        seen.append(line if line.fault else look_up(line, elders, left, members, seen))
    return Preview(seen)


def check_length(rows: Sequence[object]) -> None:
    """Raises TooManyElders for what would keep everybody waiting."""
    if len(rows) > MOST_ELDERS:
        raise TooManyElders


def look_up(
    line: ElderLine,
    elders: Sequence[Elder],
    left: Sequence[Elder],
    members: Sequence[Person],
    above: Sequence[ElderLine],
) -> ElderLine:
    """The line beside everybody whom the team knows. A file is seldom up to date: who has moved or
    died comes back only when somebody says so."""
    found = compare(line, elders, members, above)
    gone = [one for one in left if one.person.name == line.name and is_them(line, one)]
    if not gone or not found.is_new or found.namesake is not None:
        return found
    doubt = _("Somebody of this name has left the list. Is this another person?")
    return replace(
        found, doubts=(*found.doubts, doubt), namesake=gone[0].person, is_in_question=True
    )


def compare(
    line: ElderLine,
    elders: Sequence[Elder],
    members: Sequence[Person],
    above: Sequence[ElderLine],
) -> ElderLine:
    """The line beside those on the list, the team's members and the lines above it.

    The same name with the same phone or the same home is the same person.
    """
    same = [elder for elder in elders if elder.person.name == line.name]
    further_up = [other for other in above if other.name == line.name and not other.fault]
    for elder in same:
        if is_them(line, elder):
            return replace(line, doubts=(), known=elder.person)
    if line.phone and (line.name, line.phone) in {(one.name, one.phone) for one in members}:
        return faulty(line, _("They are a member of the team. Take them in from the list of "
                              "members, so that both stay one person."))  # fmt: skip
    if any(is_repeated(line, other) for other in further_up):
        return faulty(line, _("The same line is above already."))
    if same:
        doubt = _("Somebody of this name is on the list already. Is this another person?")
        namesake = same[0].person if is_unclear(line, same[0]) else None
        return replace(line, doubts=(*line.doubts, doubt), namesake=namesake, is_in_question=True)
    if further_up:
        doubt = _("This name is in the list more than once.")
        return replace(line, doubts=(*line.doubts, doubt), is_in_question=True)
    return line


def is_repeated(line: ElderLine, other: ElderLine) -> bool:
    """The same phone, or the same home, of two lines of one name."""
    is_same_phone = bool(line.phone) and other.phone == line.phone
    return is_same_phone or namesakes.is_same_home(other.details.home, line.details.home)


def is_them(line: ElderLine, elder: Elder) -> bool:
    """The same phone, or the same home, of two of one name."""
    phones = {line.phone, line.details.landline} - {""}
    return namesakes.is_them(elder, phones, line.details.home)


def is_unclear(line: ElderLine, elder: Elder) -> bool:
    """Nothing tells the two apart: neither phones nor homes stand on both sides."""
    has_phones = bool(line.phone and elder.person.phone)
    has_homes = bool(line.details.home.building and elder.home.building)
    return not has_phones and not has_homes


def faulty(line: ElderLine, fault: str) -> ElderLine:
    return ElderLine(line.number, line.raw, line.name, fault=fault)


def read_row(row: Row, held: Sequence[str], this_year: int) -> ElderLine | None:
    """A line as we read it; None when nothing stands in the columns that count."""
    found = sheets.values(row, held)
    if not found:
        return None
    # What somebody suffers from is not repeated beside what we read.
    raw = sheets.raw(row, ["" if key in SENSITIVE else key for key in held])
    name, beside = read_name(found.get("name", ""))
    if fault := why_no_name(name):
        return ElderLine(row.number, raw, fault=fault)
    doubts = doubts_about(name)
    phone, left_over, more = read_phone(found.get("phone", ""))
    doubts += more
    landline, landline_left_over, more = read_phone(found.get("landline", ""))
    doubts += more
    if phone.startswith("0") and not landline:
        phone, landline = "", phone
    birth_year = doubtful(doubts, *read_birth(found.get("birth", ""), this_year))
    living = doubtful(doubts, *read_choice(found.get("living", ""), LIVING_WORDS, wording.LIVING))
    categories = doubtful(doubts, *read_categories(found.get("categories", "")))
    risk, reason = doubtful(doubts, *read_risk(found))
    contacts = doubtful(doubts, *read_contact(found))
    note, more = read_note(beside, found.get("note", ""), left_over, landline_left_over)
    doubts += more
    if len(note) > LONGEST_NOTE:
        fault = _("The remark is too long: 500 characters at most.")
        return ElderLine(row.number, raw, fault=fault)
    details = ElderDetails(
        name=name,
        preferred_name=chinese.narrow(found.get("called", ""))[:30] or name,
        phone=phone,
        landline=landline,
        birth_year=birth_year,
        home=read_home(found),
        living=living,
        categories=categories,
        caution_note=found.get("caution", "")[:200],
        note=note,
        contacts=contacts,
    )
    known = doubtful(doubts, *read_health(found))
    is_seldom = birth_year is not None and ages.is_seldom(birth_year, this_year)
    return ElderLine(
        row.number, raw, name, phone, note=note, doubts=tuple(doubts), details=details, risk=risk,
        risk_reason=reason, is_agreed=is_yes(found.get("agreed", "")), health=known,
        is_in_question=is_seldom or bool(doubts_about(name)),
    )  # fmt: skip


def doubtful(doubts: list[str], read: Read, doubt: str) -> Read:
    """What was read; what is to be looked at goes to the doubts."""
    if doubt:
        doubts.append(doubt)
    return read
