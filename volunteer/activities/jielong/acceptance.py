"""Accepting a 接龙 that somebody has looked through: sign-ups, places given back, names kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from volunteer.activities import eligibility, signups
from volunteer.activities.errors import JielongSavedMeanwhile, NothingDecided
from volunteer.activities.jielong import history
from volunteer.activities.jielong.entries import MOST_PEOPLE, Row
from volunteer.activities.jielong.review import Choice, Earlier, Group, Review, ReviewLine, Step
from volunteer.activities.models import (
    JielongLine,
    JielongOutcome,
    JielongPaste,
    Occurrence,
)
from volunteer.activities.models.jielong import NAME_MARK, TEXT_MARK
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import DomainError
from volunteer.people import profile
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.teams import membership


@dataclass(frozen=True)
class Decision:
    """What somebody has decided about one line."""

    choice: Choice
    people: int = 1
    role_id: int = 0


@dataclass(frozen=True)
class Decisions:
    """About the lines by their position, and about the missing ones by the number of the row."""

    lines: Mapping[int, Decision]
    missing: Mapping[int, Choice]

    def of(self, line: ReviewLine) -> Decision:
        preset = Decision(line.preset, line.people, line.role_id)
        return self.lines.get(line.entry.position, preset)

    def choices(self, review: Review) -> list[Choice]:
        """Everything that will be done, presets too."""
        lines = [self.of(line).choice for line in review.lines if line.group is not Group.SAME]
        return [*lines, *self.missing.values()]


@dataclass
class Accepted:
    """What came of it. `refused`: a name, and the sentence with which the rule said no."""

    paste: JielongPaste
    going: int = 0
    waiting: int = 0
    withdrawn: int = 0
    named: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    was_saved_before: bool = False


def accept(
    review: Review, text: str, decisions: Decisions, *, form_key: str, by: Person
) -> Accepted:
    """Do what was decided about each line: first places are given back, then others signed up in
    the order of the list; so who waits moves up before anybody new comes.

    Whom a rule refuses keeps their name on the list, and the answer says why. Pressed twice, it
    is done once. Raises NothingDecided while a missing line is undecided, JielongSavedMeanwhile
    when it was looked through beside an older list, DateCancelled or AlreadyStarted.
    """
    if any(line.id not in decisions.missing for line in review.missing):
        raise NothingDecided
    occurrence = review.occurrence
    with transaction():
        hold(occurrence, decisions.choices(review))
        if saved := history.find_saved(occurrence, form_key):
            return Accepted(saved, was_saved_before=True)
        if history.find_last_number(occurrence) != (review.last.id if review.last else None):
            # Else whoever is new on both lists would be taken in twice.
            raise JielongSavedMeanwhile
        eligibility.check_is_open(occurrence, clock.now())
        paste = JielongPaste(
            occurrence=occurrence, by=by, text=text, text_mark=TEXT_MARK.of_text(text),
            title=review.jielong.title, example=review.jielong.example,
            form_key=form_key or None,
        )  # fmt: skip
        step = Acceptance(occurrence, Accepted(paste), by)
        staying = step.settle_missing(review, decisions)
        step.settle_lines(review.lines, decisions)
        step.keep([*staying, *review.kept])
        # Written last: each sign-up forgets what was read, and would read these again and again.
        paste.lines = step.notes
        session.add(paste)
        done = step.done
        trail.record("jielong.accepted", paste, by=by, team=occurrence.team, going=done.going,
                     waiting=done.waiting, withdrawn=done.withdrawn, named=done.named,
                     **occurrence.for_the_trail)  # fmt: skip
        return done


def hold(occurrence: Occurrence, choices: Sequence[Choice]) -> None:
    """Lock what will change, in the order in which everybody does: people, team, date.

    People by their numbers: sign_up() holds one person and then waits for the date, and who leaves
    holds themselves and waits for the team.
    """
    numbers = {choice.person_id for choice in choices if choice.person_id}
    session.execute(
        select(Person.id)
        .where(Person.id.in_(numbers))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    ).all()
    if any(choice.step is Step.ADD for choice in choices):
        lock(occurrence.team)
    lock(occurrence)


@dataclass
class Acceptance:
    """Accepting one list, line by line."""

    occurrence: Occurrence
    done: Accepted
    by: Person
    notes: list[JielongLine] = field(default_factory=list)

    def settle_missing(self, review: Review, decisions: Decisions) -> list[Earlier]:
        """Those who are gone from the text: their place is given back, or they stay; answers who
        stays."""
        staying: list[Earlier] = []
        for line in review.missing:
            if decisions.missing[line.id].step is not Step.WITHDRAW:
                staying.append(line)
            else:
                self.withdraw(line.person_id)
        return staying

    def settle_lines(self, lines: Sequence[ReviewLine], decisions: Decisions) -> None:
        decided = [(line, decisions.of(line)) for line in lines]
        for _line, decision in decided:
            if decision.choice.step is Step.WITHDRAW:
                self.withdraw(decision.choice.person_id)
        for line, decision in decided:
            outcome, person_id = self.settle(line, decision)
            self.note(line, decision, outcome, person_id)

    def settle(self, line: ReviewLine, decision: Decision) -> tuple[JielongOutcome, int]:
        """What becomes of one line, and of whom."""
        step, person_id = decision.choice.step, decision.choice.person_id
        if line.group is Group.SAME and line.before is not None:
            return line.before.outcome, line.before.person_id
        if step is Step.WITHDRAW:
            return JielongOutcome.WITHDRAWN, person_id
        if step is Step.STAY:
            return JielongOutcome.PLACED, person_id
        if step is Step.ADD:
            person_id = self.take_in(line)
        if step in {Step.SIGN_UP, Step.ADD}:
            return self.sign_up(line, decision.role_id, person_id), person_id
        if step is Step.NAME:
            self.done.named += 1
            return JielongOutcome.NAMED, 0
        is_over = line.entry.is_cancelled
        return JielongOutcome.WITHDRAWN if is_over else JielongOutcome.LEFT_OUT, 0

    def sign_up(self, line: ReviewLine, role_id: int, person_id: int) -> JielongOutcome:
        person = people_queries.get_person(person_id)
        if self.occurrence.signup_of(person) is not None:
            return JielongOutcome.PLACED
        try:
            signup = signups.sign_up(self.occurrence, role_id, person, by=self.by)
        except DomainError as refused:
            # The rules look before they change anything, so the others' places stand.
            self.done.refused.append((line.entry.name, str(refused)))
            return JielongOutcome.NAMED
        self.done.going += signup.is_going
        self.done.waiting += signup.is_waiting
        return JielongOutcome.PLACED

    def withdraw(self, person_id: int) -> None:
        coming = self.occurrence.active_signups
        signup = next((signup for signup in coming if signup.person_id == person_id), None)
        if signup is not None:
            signups.withdraw(signup, by=self.by)
            self.done.withdrawn += 1

    def take_in(self, line: ReviewLine) -> int:
        """A new member, as the coordinator has decided; the building tells namesakes apart."""
        details = PersonDetails(line.entry.name, line.entry.phone)
        person = profile.create(details, by=self.by)
        note = line.entry.home.to_the_building
        membership.add(self.occurrence.team, person, note=note, by=self.by)
        return person.id

    def note(
        self, line: ReviewLine, decision: Decision, outcome: JielongOutcome, person_id: int
    ) -> None:
        entry = line.entry
        self.notes.append(
            JielongLine(
                position=len(self.notes) + 1,
                name=entry.name,
                name_mark=NAME_MARK.of_text(entry.name),
                words=entry.words,
                people=min(max(decision.people, 1), MOST_PEOPLE),
                outcome=outcome,
                is_unsure=entry.is_unsure,
                person_id=person_id or None,
            )
        )

    def keep(self, lines: Iterable[Earlier]) -> None:
        """Who stays on our list though the text has lost them; behind all others."""
        for line in lines:
            self.notes.append(
                JielongLine(
                    position=len(self.notes) + 1,
                    is_in_text=False,
                    name=line.name,
                    name_mark=NAME_MARK.of_text(line.name),
                    words=line.words,
                    people=line.people,
                    outcome=line.outcome,
                    is_unsure=line.is_unsure,
                    person_id=line.person_id or None,
                )
            )


def rows_of(occurrence: Occurrence, last: JielongPaste | None) -> list[Row]:
    """The list as it is now, for the group: in the order of the last text, as people wrote their
    names; behind them who has signed up since. Who gave their place back is not on it."""
    placed = {signup.person_id: signup for signup in occurrence.active_signups}
    rows: list[Row] = []
    for line in last.lines if last else ():
        if not line.is_on_the_list:
            continue
        signup = placed.pop(line.person_id or 0, None)
        if line.outcome is JielongOutcome.PLACED and signup is None:
            continue
        is_waiting = signup is not None and signup.is_waiting
        # Of a date that is long over the names of who is nobody we know are forgotten.
        if name := line.name or (signup.person.name if signup else ""):
            rows.append(Row(name, line.people, is_waiting, line.is_unsure))
    since = sorted(placed.values(), key=lambda signup: (signup.asked_at, signup.id))
    return rows + [Row(signup.person.name, is_waiting=signup.is_waiting) for signup in since]
