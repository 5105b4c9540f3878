"""What accepting a pasted 接龙 would do: each line beside the team, its places and the last list.

Nothing is changed here. Each line comes with the steps that can be taken and a careful preset;
whatever is doubtful is preset to nothing worse than keeping the name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from volunteer.activities import queries
from volunteer.activities.errors import NotAnActiveMember
from volunteer.activities.jielong import history
from volunteer.activities.jielong.entries import Entry, Jielong, Match, key_of
from volunteer.activities.models import (
    JielongLine,
    JielongOutcome,
    JielongPaste,
    Occurrence,
    OccurrenceRole,
)
from volunteer.core import chinese
from volunteer.core.database import all_of
from volunteer.core.language import gettext as _
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership

if TYPE_CHECKING:
    from volunteer.activities.jielong.matching import Members

# Beside so many lines all members can be chosen from; beside more, a page would be too heavy.
MOST_CHOICES = 3000


ON_THE_LIST = (JielongOutcome.PLACED, JielongOutcome.NAMED)


class Group(StrEnum):
    """In this order the page shows them: what needs somebody first."""

    UNREADABLE = "unreadable"
    ASK = "ask"
    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    SAME = "same"


class Step(StrEnum):
    """What can be done with a line."""

    SIGN_UP = "sign_up"
    ADD = "add"
    NAME = "name"
    LEAVE_OUT = "leave_out"
    WITHDRAW = "withdraw"
    STAY = "stay"


@dataclass(frozen=True)
class Choice:
    """A step, and with whom."""

    step: Step
    person_id: int = 0

    def __str__(self) -> str:
        return f"{self.step}:{self.person_id}" if self.person_id else str(self.step)


@dataclass(frozen=True)
class Option:
    """A choice and the words for it."""

    choice: Choice
    words: str


@dataclass(frozen=True)
class Earlier:
    """A line as it was accepted last time, whatever becomes of its row meanwhile."""

    id: int
    name: str
    words: str | None
    people: int
    outcome: JielongOutcome
    is_in_text: bool
    is_unsure: bool
    person_id: int
    person: Person | None

    @classmethod
    def of(cls, line: JielongLine) -> Self:
        return cls(
            line.id, line.name or "", line.words, line.people, line.outcome, line.is_in_text,
            line.is_unsure, line.person_id or 0, line.person,
        )  # fmt: skip


@dataclass(frozen=True)
class ReviewLine:
    """An entry and what would become of it."""

    entry: Entry
    group: Group
    preset: Choice
    options: Sequence[Option] = ()
    # Whether every member of the team can be chosen as well.
    offers_everybody: bool = False
    doubts: Sequence[str] = ()
    before: Earlier | None = None
    person: Person | None = None
    role_id: int = 0

    @property
    def people(self) -> int:
        """As somebody has counted them last time, if the line still says the same."""
        is_same = self.group is Group.SAME and self.before is not None
        return self.before.people if is_same and self.before else self.entry.people


@dataclass(frozen=True)
class Review:
    """All of a pasted list, and what of the last one is gone."""

    occurrence: Occurrence
    jielong: Jielong
    lines: Sequence[ReviewLine]
    # They stood in the last text and not in this one: somebody has to ask them.
    missing: Sequence[Earlier]
    # They were missing already, and stay on our list.
    kept: Sequence[Earlier]
    everybody: Sequence[Option]
    last: JielongPaste | None

    def group(self, name: str) -> list[ReviewLine]:
        return [line for line in self.lines if line.group == name]

    @property
    def has_changes(self) -> bool:
        return bool(self.missing) or any(line.group is not Group.SAME for line in self.lines)

    def figures(self) -> "Figures":
        return count(self)


@dataclass(frozen=True)
class Figures:
    """报名 18 条 / 21 人 / 已满 20 → 1 候补, if everything is accepted as it is preset."""

    lines: int
    people: int
    places: int
    waiting: int


def look_through(occurrence: Occurrence, text: str, *, role_id: int = 0) -> Review:
    """What accepting this text for the date would do. `role_id`: the work of those whose line
    names none. Raises what reading.read does."""
    # What reads pasted text costs every start 25 ms and memory, and few people ever need it.
    from volunteer.activities.jielong import reading
    from volunteer.activities.jielong.matching import Members

    found = reading.read(text)
    last = history.find_last(occurrence)
    memberships = all_of(team_queries.of_team(occurrence.team))
    known = history.known_names(occurrence.team, (entry.name for entry in found.entries))
    busy = queries.find_busy(occurrence, (member.person_id for member in memberships))
    reader = Reader(occurrence, Members(memberships, known), busy, role_id)
    earlier = [Earlier.of(line) for line in last.lines] if last else []
    pairs, gone = pair(found.entries, earlier)
    lines = [reader.line(entry, pairs.get(entry.position)) for entry in found.entries]
    # Who is called otherwise this time is still there.
    there = {line.person.id for line in lines if line.person}
    gone = [
        line for line in gone
        if line.outcome is JielongOutcome.NAMED
        or (line.outcome is JielongOutcome.PLACED and line.person_id not in there
            and occurrence.signup_of(line.person))
    ]  # fmt: skip
    asked = sum(line.offers_everybody for line in lines)
    fits = asked * len(memberships) <= MOST_CHOICES
    return Review(
        occurrence,
        found,
        lines if fits else [replace(line, offers_everybody=False) for line in lines],
        missing=[line for line in gone if line.is_in_text],
        kept=[line for line in gone if not line.is_in_text],
        everybody=reader.everybody(),
        last=last,
    )


def pair(
    entries: Sequence[Entry], before: Iterable[Earlier]
) -> tuple[dict[int, Earlier], list[Earlier]]:
    """For each entry the line of last time that it is: the same words, else the same name; and
    the lines that nobody has any more."""
    left = list(before)
    pairs: dict[int, Earlier] = {}
    for same in (same_words, same_name):
        table: dict[str, list[Earlier]] = {}
        for line in left:
            table.setdefault(same(line), []).append(line)
        for entry in entries:
            if entry.position in pairs or not same(entry):
                continue
            if found := table.get(same(entry)):
                pairs[entry.position] = found.pop(0)
        taken = {line.id for line in pairs.values()}
        left = [line for line in left if line.id not in taken]
    return pairs, left


def same_words(line: Entry | Earlier) -> str:
    return line.words or ""


def same_name(line: Entry | Earlier) -> str:
    return key_of(line.name or "")


def says_the_same(entry: Entry, before: Earlier) -> bool:
    """The same words; or no more than our own list says when it comes back from the group."""
    if before.words in {entry.words, None}:
        return True
    is_plain = not (entry.fault or entry.diet or entry.note or entry.doubts or entry.is_cancelled)
    was_said = (before.people, before.is_unsure)
    return (
        is_plain and before.outcome in ON_THE_LIST and was_said == (entry.people, entry.is_unsure)
    )


@dataclass
class Reader:
    """Looks at one entry after the other; knows whom it has met already."""

    occurrence: Occurrence
    members: "Members"
    busy: set[int]
    role_id: int
    met: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.coming = {signup.person_id for signup in self.occurrence.active_signups}

    def line(self, entry: Entry, before: Earlier | None) -> ReviewLine:
        line = self.seen(entry, before)
        if line.person is not None:
            self.met.add(line.person.id)
        return line

    def seen(self, entry: Entry, before: Earlier | None) -> ReviewLine:
        is_same = before is not None and says_the_same(entry, before)
        if entry.fault:
            group = Group.SAME if is_same else Group.UNREADABLE
            return ReviewLine(entry, group, Choice(Step.LEAVE_OUT), before=before)
        match = self.match(entry, before)
        if before is not None and is_same and self.stays_as_it_was(before, match):
            return ReviewLine(
                entry, Group.SAME, Choice(Step.STAY), before=before, person=before.person
            )
        if entry.is_cancelled:
            return self.cancelled(entry, match, before)
        if match.person and match.is_sure and match.person.id in self.met:
            doubts = [*entry.doubts, _("This person is further up already.")]
            return self.asked(entry, replace(match, person=None), before, doubts, Step.LEAVE_OUT)
        if match.person and match.is_sure and match.person.id in self.coming:
            return self.present(entry, match.person, before)
        return self.newcomer(entry, match, before)

    def match(self, entry: Entry, before: Earlier | None) -> Match:
        """Who was meant by the same name last time is meant again."""
        if before is not None and before.person_id in self.members.by_id:
            return Match(before.person, is_sure=True)
        return self.members.find(entry)

    def stays_as_it_was(self, before: Earlier, match: Match) -> bool:
        """Nothing to decide again: unless a place was given back, or somebody has joined."""
        if before.outcome is JielongOutcome.PLACED:
            return before.person_id in self.coming
        if before.outcome is JielongOutcome.NAMED:
            return not (match.person and match.is_sure) or before.is_unsure
        return True

    def present(self, entry: Entry, person: Person, before: Earlier | None) -> ReviewLine:
        """They have a place; what the line says may be different from last time."""
        is_changed = before is not None or entry.people > 1 or bool(entry.doubts) or entry.is_unsure
        options = [
            Option(Choice(Step.STAY, person.id), _("%(name)s comes", name=person.name)),
            Option(
                Choice(Step.WITHDRAW, person.id),
                _("Give back the place of %(name)s", name=person.name),
            ),
        ]
        doubts = self.doubts(entry)
        if entry.is_unsure:
            doubts.append(_("Not certain any more; keeps the place until you choose otherwise."))
        return ReviewLine(
            entry, Group.CHANGED if is_changed else Group.SAME, options[0].choice, options,
            doubts=doubts, before=before, person=person,
        )  # fmt: skip

    def cancelled(self, entry: Entry, match: Match, before: Earlier | None) -> ReviewLine:
        likely = [match.person] if match.person else []
        likely += [member.person for member in match.likely if member.person != match.person]
        placed = [person for person in likely if person.id in self.coming]
        options = [
            Option(
                Choice(Step.WITHDRAW, person.id),
                _("Give back the place of %(name)s", name=self.name_of(person)),
            )
            for person in placed
        ]
        nothing = Option(Choice(Step.LEAVE_OUT), _("Change nothing"))
        is_sure = bool(placed) and match.is_sure and placed[0] is match.person
        doubts = self.doubts(entry, match.doubt)
        if not placed:
            doubts.append(_("Nobody of this name has a place: there is nothing to give back."))
        elif not is_sure:
            doubts.append(_("Whose place is it? Please choose."))
        return ReviewLine(
            entry, Group.CANCELLED, options[0].choice if is_sure else nothing.choice,
            [*options, nothing], doubts=doubts, before=before,
            person=placed[0] if is_sure else None,
        )  # fmt: skip

    def newcomer(self, entry: Entry, match: Match, before: Earlier | None) -> ReviewLine:
        doubts = self.doubts(entry, match.doubt)
        if before is not None and before.outcome is JielongOutcome.PLACED:
            doubts.append(_("They gave their place back since; the group still names them."))
            return self.asked(entry, match, before, doubts, Step.LEAVE_OUT)
        if match.person and (why := self.why_not(match.person)):
            doubts.append(why)
            return self.asked(entry, match, before, doubts, Step.NAME)
        if entry.is_unsure:
            doubts.append(_("Not certain yet: the name stays on the list, without a place."))
            return self.asked(entry, match, before, doubts, Step.NAME)
        if entry.is_waiting:
            doubts.append(_("Asks for the waiting list; gets a place if one is free."))
        if match.person is None:
            doubts.append(match.doubt or _("Who is it? Nobody in the team is called so."))
            return self.asked(entry, match, before, list(dict.fromkeys(doubts)), Step.NAME)
        if not match.is_sure:
            return self.asked(entry, match, before, doubts, Step.SIGN_UP)
        person = match.person
        options = [self.sign_up(person), *self.otherwise(entry)]
        return ReviewLine(
            entry, Group.NEW, options[0].choice, options, doubts=doubts, before=before,
            person=person, role_id=self.role_in(entry.words),
        )  # fmt: skip

    def asked(
        self,
        entry: Entry,
        match: Match,
        before: Earlier | None,
        doubts: Sequence[str],
        preset: Step,
    ) -> ReviewLine:
        """A line that somebody decides: who is likely, somebody new, the name alone, or nobody."""
        people = [match.person] if match.person else []
        people += [member.person for member in match.likely if member.person != match.person]
        able = [person for person in people if not self.why_not(person)]
        newly = [Option(Choice(Step.ADD), _("Add as a new member, and sign up"))]
        options = [
            *map(self.sign_up, able),
            *(newly if chinese.is_name(entry.name) else []),
            *self.otherwise(entry),
        ]
        is_preset = preset is Step.SIGN_UP and match.person in able
        choice = self.sign_up(match.person).choice if is_preset and match.person else None
        return ReviewLine(
            entry, Group.ASK, choice or Choice(Step.NAME if preset is Step.SIGN_UP else preset),
            options, offers_everybody=True, doubts=doubts, before=before,
            person=match.person if choice else None, role_id=self.role_in(entry.words),
        )  # fmt: skip

    def doubts(self, entry: Entry, *more: str) -> list[str]:
        return [doubt for doubt in (*entry.doubts, *more) if doubt]

    def otherwise(self, entry: Entry) -> list[Option]:
        return [
            Option(Choice(Step.NAME), _("Keep the name on the list, without a place")),
            Option(Choice(Step.LEAVE_OUT), _("Leave this line out")),
        ]

    def sign_up(self, person: Person) -> Option:
        name = self.name_of(person)
        is_in = person.id in self.coming
        words = _("It is %(name)s, who has a place", name=name) if is_in else name
        return Option(Choice(Step.SIGN_UP, person.id), words)

    def name_of(self, person: Person) -> str:
        """The name, and what tells people of the same name apart."""
        if len(self.members.by_name.get(key_of(person.name), ())) < 2:
            return person.name
        member = self.members.by_id[person.id]
        more = [f"…{person.phone[-4:]}" if person.phone else "", member.note[:20]]
        return " ".join([person.name, *filter(None, more)])

    def why_not(self, person: Person) -> str:
        """Why they can't sign up; "" when they can, or have a place."""
        if person.id in self.coming:
            return ""
        member: Membership | None = self.members.by_id.get(person.id)
        if member is None or not member.is_active:
            return str(NotAnActiveMember.message)
        if person.id in self.busy:
            return _("%(name)s has promised to be somewhere else then.", name=person.name)
        return ""

    def role_in(self, words: str) -> int:
        """The work that the line names, else the one that was chosen for all."""
        named = [role for role in self.occurrence.offered_roles if role.name in words]
        if named:
            return max(named, key=lambda role: len(role.name)).id
        return self.role_id or self.occurrence.offered_roles[0].id

    def everybody(self) -> list[Option]:
        return [
            self.sign_up(member.person)
            for member in self.members.all
            if not self.why_not(member.person)
        ]


def count(review: Review) -> Figures:
    """How many come and how many wait, if everything is accepted as it is preset."""
    entries = [line.entry for line in review.lines if line.entry.counts]
    leaving = {line.preset.person_id for line in review.lines if line.preset.step is Step.WITHDRAW}
    coming = {signup.person_id for signup in review.occurrence.active_signups}
    new: Mapping[int, int] = {
        line.preset.person_id: line.role_id
        for line in review.lines
        if line.preset.step is Step.SIGN_UP and line.preset.person_id not in coming
    }

    def waiting(role: OccurrenceRole) -> int:
        staying = [
            signup for signup in (*role.going, *role.waiting) if signup.person_id not in leaving
        ]
        wanting = sum(role_id == role.id for role_id in new.values())
        return max(0, len(staying) + wanting - role.maximum)

    roles = review.occurrence.roles
    return Figures(
        lines=len(entries),
        people=sum(line.people for line in review.lines if line.entry.counts),
        # Of work that the plan has no more nobody else gets a place.
        places=sum(len(r.going) if r.is_closed else r.maximum for r in roles),
        waiting=sum(map(waiting, roles)),
    )
