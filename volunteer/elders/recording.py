"""What became of a visit: written down in one screen, or nobody answers at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from volunteer.core import clock, zones
from volunteer.core.database import lock, transaction
from volunteer.core.news import News
from volunteer.deeds import putting_down
from volunteer.deeds.models import DeedKind
from volunteer.deeds.putting_down import TimeGiven
from volunteer.elders import care, no_answer, queries, visits
from volunteer.elders.errors import VisitIsOver, VisitNotBegun, WordsNeeded
from volunteer.elders.models import Check, Finding, NoAnswer, Visit, VisitChannel, VisitStatus
from volunteer.people.models import Person

# Something has to be done for the elder: whoever looks after help requests acts on it.
needs_help: News[[Visit, str, Person]] = News()

# Whoever says so has seen them, or spoken with them at the door.
ANSWERED = frozenset({VisitStatus.DONE, VisitStatus.DECLINED})

# Who went there has given their time, whether the door was opened or not.
WENT = frozenset({VisitStatus.DONE, VisitStatus.DECLINED, VisitStatus.NO_ANSWER})

# Who comes a little early may record a little early.
EARLY = timedelta(hours=1)

# Nobody stays longer than a visit may be planned for: a later time was written down wrongly.
LONGEST = timedelta(hours=8)
# How long it takes to find a door closed, where nobody has written that down.
A_SHORT_WHILE = 30
# And to speak with somebody on the phone, or on the street.
A_TALK = 10
# Who is in and out again sooner has pressed both on leaving.
SHORTEST, A_MINUTE = timedelta(minutes=10), timedelta(minutes=1)


@dataclass(frozen=True)
class Found:
    """What a visitor found at one of the five checks."""

    finding: Finding = Finding.FINE
    words: str = ""


@dataclass(frozen=True)
class Report:
    """How a visit went. `status` is done, no_answer, declined or postponed."""

    status: VisitStatus
    findings: Mapping[Check, Found] = field(default_factory=dict)
    note: str = ""
    left: datetime | None = None
    told_family: bool = False
    next_on: date | None = None

    def words_to_do(self) -> list[str]:
        """What is said of each check at which something must be done, in the checks' order."""
        if self.status is not VisitStatus.DONE:
            return []
        found = [self.findings[check] for check in Check if check in self.findings]
        return [one.words.strip() for one in found if one.finding is Finding.ACT]


def record(visit: Visit, report: Report, *, by: Person, key: str = "") -> Visit | None:
    """Write down how it went; answers the next visit when one was agreed.

    What comes with a key is taken once: coming again, it changes nothing and is no mistake.

    Done: the elder has been seen, and what must be done becomes a help request. No answer:
    the coordinators are told at once, and it stays open until somebody has made sure that
    the elder is safe. Raises VisitIsOver, VisitNotBegun, WordsNeeded when something must be
    done and nobody says what, or VisitInThePast for a next visit at a time that is over.
    """
    with transaction():
        # Who goes again is held first, as in planning: who leaves the team at this moment does not.
        again = [part.person for part in visit.parts] if report.next_on else []
        lock(*sorted(again, key=lambda person: person.id), visit.elder, visit)
        if key and visit.record_key == key:
            return None
        if not visit.is_planned:
            raise VisitIsOver
        check_has_begun(visit)
        to_do = report.words_to_do()
        if not all(to_do):
            raise WordsNeeded
        visit.record_key = key or None
        write(visit, report, by)
        if report.status is VisitStatus.DONE:
            care.seen(visit.elder, visit.day, until=left_at(visit), in_person=visit.is_in_person)
        visits.record_step("visit.recorded", visit, by, status=report.status)
        if report.status in WENT:
            putting_down.put_down(
                DeedKind.VISIT, visit.id, visit.team, visit.going, time_given(visit)
            )
        if report.status is VisitStatus.NO_ANSWER and not is_followed(visit):
            visit.no_answer = no_answer.begin(visit.elder, by=by)
        elif report.status in ANSWERED and (alarm := alarm_ended_by(visit)):
            no_answer.seen(
                alarm, on=visit.day, until=left_at(visit), in_person=visit.is_in_person, by=by
            )
        if to_do:
            needs_help.announce(visit, "\n".join(to_do), by)
        return visits.plan_next(visit, report.next_on, by)


def check_has_begun(visit: Visit) -> None:
    if visit.starts_at - EARLY > clock.now():
        raise VisitNotBegun


def write(visit: Visit, report: Report, by: Person) -> None:
    visit.status = report.status
    visit.revision += 1
    visit.note = report.note or None
    visit.wall_left = report.left
    visit.told_family = report.told_family
    visit.recorded_by, visit.recorded_at = by, clock.now()
    if report.status is VisitStatus.DONE:
        visit.findings = {
            check.value: [found.finding.value, found.words]
            for check, found in report.findings.items()
        }


def is_followed(visit: Visit) -> bool:
    """Whether the steps were begun at this door already: they go on, and what somebody has closed
    since the visit began is not open again because it is written down now."""
    found = visit.no_answer
    if found is None or found.closed_at is None:
        return found is not None
    return found.closed_at >= visit.starts_at - EARLY


def left_at(visit: Visit) -> datetime:
    """Until when the visitors knew how the elder was: as they say, or as planned."""
    if visit.wall_left is not None:
        return zones.to_moment(visit.wall_left, visit.team.zone)
    return min(visit.ends_at, visit.safe_out_at or visit.ends_at)


def time_given(visit: Visit) -> TimeGiven:
    """As the visitors have said; else as planned for a home, and a short while where nobody was to
    be seen, or only spoken with."""
    was_inside = visit.is_at_home and visit.status is VisitStatus.DONE
    began = visit.arrived_at or visit.starts_at
    told = zones.to_moment(visit.wall_left, visit.team.zone) if visit.wall_left else None
    left = told or visit.safe_out_at
    if left is not None:
        stayed = left - began
        if (SHORTEST if was_inside else A_MINUTE) <= stayed <= LONGEST:
            return TimeGiven(began, int(stayed.total_seconds()) // 60)
        began = visit.starts_at
    usual = A_SHORT_WHILE if visit.is_at_home else A_TALK
    minutes = visit.minutes if was_inside else min(visit.minutes, usual)
    return TimeGiven(began, minutes, is_guessed=True)


def alarm_ended_by(visit: Visit) -> NoAnswer | None:
    """What began at this visit; or by a call or with a meal, before these visitors saw them. A call
    may be a slip and undone: its own page asks for words."""
    if visit.no_answer is not None or visit.channel is VisitChannel.PHONE:
        return visit.no_answer
    # Nobody is thought safe by what was planned: without a word of when they left, from its
    # beginning on.
    is_told = visit.wall_left is not None or visit.safe_out_at is not None
    until = left_at(visit) if is_told else visit.starts_at
    found = queries.find_open_no_answer(visit.elder)
    return found if found is not None and found.began_at <= until else None


def nobody_answers(visit: Visit, *, by: Person) -> NoAnswer:
    """The visitors stand at the door, and the steps begin; what becomes of the visit is written
    down later. Raises VisitIsOver or VisitNotBegun."""
    with transaction():
        visits.hold_planned(visit)
        check_has_begun(visit)
        visit.no_answer = no_answer.begin(visit.elder, by=by)
        return visit.no_answer


def findings_of(visit: Visit) -> dict[Check, Found]:
    """What was found, by check; empty when nobody was seen."""
    return {
        Check(check): Found(Finding(finding), words)
        for check, (finding, words) in (visit.findings or {}).items()
    }
