"""What each kind of message would say today, from the team's own dates, visits and requests.

Nothing is posted or changed. Where the team has nothing of the sort (no visit planned, say), there
is no sample; people who stand in a search or a swap that is not there are members of the team.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from volunteer.activities import queries as activity_queries
from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.elders import queries as elder_queries
from volunteer.elders import weather_wording
from volunteer.elders.models import Source, Visit, WeatherKind
from volunteer.help_requests import queries as help_queries
from volunteer.hours import wording as hours_words
from volunteer.hours.models import CertificateStatus
from volunteer.notifications import sms, writing
from volunteer.notifications.letters import Letter
from volunteer.people.models import Person
from volunteer.reminders import timing, week_ahead
from volunteer.reminders.week_ahead import WEEK_AHEAD
from volunteer.rights.models import ANSWERED_WITHIN
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

# Where the samples come from: what lies this far behind, or before us.
AROUND = timedelta(days=60)
OF_A_DATE = (
    "date_moved", "date_cancelled", "date_restored", "place_freed", "place_asked", "place_open",
    "place_to_give", "place_left_late", "stand_in_asked", "stand_in_found", "stand_in_not_found",
    "stand_in_undone", "duty_ahead", "short_handed", "thanks", "meal_place_freed",
)  # fmt: skip
OF_DATES = (
    "activity_moved",
    "activity_paused",
    "activity_resumed",
    "activity_ended",
    "dates_called_off",
    "dates_back_on",
)
OF_A_VISIT = (
    "visit_planned", "visit_moved", "visit_cancelled", "visitor_missing", "visit_out_asked",
    "visit_no_word",
)  # fmt: skip
OF_A_REQUEST = (
    "help_asked", "help_offer_answered", "help_reopened", "help_offered",
    "help_called_off", "help_welcomed", "help_agreed", "help_progress", "help_nobody_found",
)  # fmt: skip
OF_THE_TEAM = (
    "joining_approved", "joining_rejected", "handover_offered", "handover_answered",
    "elders_overdue", "care_changed", "hours_waiting", "calls_waiting", "calls_to_make",
    "weather_calls", "something_to_read", "reader_needed", "meal_unopened", "meal_home_calls",
    "incident_reported", "incident_insurer",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One kind in all its forms, for one reader, and what it costs as a text message."""

    kind: str
    letter: Letter
    signature: str

    @property
    def short(self) -> str:
        return sms.signed(self.signature, self.letter.short)

    @property
    def parts(self) -> int:
        return sms.count_parts(self.short)

    @property
    def units(self) -> int:
        return sms.count_units(self.short)

    @property
    def group_bytes(self) -> int:
        return len(self.letter.group.encode())


def of_team(team: Team, reader: Person, *, signature: str, spoken: str) -> dict[str, Sample]:
    """The samples by kind, in a fixed number of queries."""
    now = clock.now()
    with writing.only_to_look(spoken):
        found = {
            kind: writing.letter(kind, reader, **facts)
            for kind, facts in facts_of(team, reader, now).items()
        }
        if week := letter_of_the_week(team, reader, now):
            found[WEEK_AHEAD] = week
    return {kind: Sample(kind, letter, signature) for kind, letter in found.items()}


def of_kind(kind: str, team: Team, reader: Person, *, signature: str, spoken: str) -> Sample | None:
    """The sample of this kind alone, if the team has one."""
    now = clock.now()
    with writing.only_to_look(spoken):
        if kind == WEEK_AHEAD:
            letter = letter_of_the_week(team, reader, now)
        else:
            facts = facts_of(team, reader, now).get(kind)
            letter = writing.letter(kind, reader, **facts) if facts is not None else None
    return Sample(kind, letter, signature) if letter else None


def letter_of_the_week(team: Team, reader: Person, now: datetime) -> Letter | None:
    first = timing.first_day(team, timing.next_due(team, now))
    return week_ahead.compose(team, [reader], first, doors={}).get(reader.id)


def facts_of(team: Team, reader: Person, now: datetime) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {
        "one_time_code": {"code": "123456"},
        "new_link": {"path": "/links/…"},
    }
    facts |= of_the_team(team)
    facts |= of_forgetting(now)
    facts |= of_certificates(team, reader)
    dates = activity_queries.list_between(team, first=now - AROUND, before=now + AROUND)
    # The next one with people first, or the last one.
    dates = sorted(dates, key=lambda o: (not o.going, o.starts_at < now, abs(o.starts_at - now)))
    if dates:
        facts |= of_dates(dates)
    visits = elder_queries.list_visits_between(team, first=now - AROUND, before=now + AROUND)
    if visits:
        said = {"visit": visits[0], "path": f"/visits/{visits[0].id}"}
        facts |= dict.fromkeys(OF_A_VISIT, said)
        facts["visit_alarm"] = of_no_answer(visits[0])
    asked = help_queries.list_open(team)
    if asked:
        said = {"help_request": asked[0], "path": f"/teams/{team.id}/help-requests/{asked[0].id}"}
        facts |= dict.fromkeys(OF_A_REQUEST, said)
        facts["help_late"] = {**said, "waiting": [(asked[0], said["path"])], "now": now}
    return facts


def of_no_answer(visit: Visit) -> dict[str, Any]:
    began = SimpleNamespace(team=visit.team, began_at=visit.starts_at, source=Source.VISIT)
    return {"no_answer": began, "path": "/no-answers/1"}


def of_the_team(team: Team) -> dict[str, dict[str, Any]]:
    members = team_queries.list_active(team)
    handover = SimpleNamespace(giver=members[0], taker=members[-1], is_accepted=True)
    said = {
        "team": team,
        "path": f"/teams/{team.id}",
        "handover": handover,
        "count": 3,
        "what": "suspended",
        "share": SimpleNamespace(caller=members[0].person, backup_id=None),
        "kind_words": weather_wording.KINDS[WeatherKind.HEAT_ORANGE],
    }
    return dict.fromkeys(OF_THE_TEAM, said)


def of_forgetting(now: datetime) -> dict[str, dict[str, Any]]:
    """Nobody of the team stands in it."""
    asked = SimpleNamespace(due_on=now.date() + ANSWERED_WITHIN, ground=None)
    said = {
        "forgetting": asked,
        "says_yes": True,
        "today": now.date(),
        "path": "/forgetting-requests/1",
    }
    return dict.fromkeys(("forgetting_asked", "forgetting_due", "forgetting_answered"), said)


def of_certificates(team: Team, reader: Person) -> dict[str, dict[str, Any]]:
    issued = SimpleNamespace(
        team=team, person=reader, status=CertificateStatus.ISSUED, number="2026-0007-4839-2617",
        reason="", is_issued=True, is_revoked=False,
    )  # fmt: skip
    said = {"certificate": issued, "hours": hours_words.hours(1950), "path": "/certificates/1"}
    return dict.fromkeys(("certificate_asked", "certificate_answered"), said)


def of_dates(dates: list[Occurrence]) -> dict[str, dict[str, Any]]:
    occurrence = dates[0]
    activity = occurrence.activity
    own = [date for date in dates if date.activity_id == activity.id][:3]
    own.sort(key=lambda date: date.starts_at)
    path = f"/activities/dates/{occurrence.id}"
    facts: dict[str, dict[str, Any]] = {
        kind: {
            "activity": activity,
            "occurrences": own,
            "then": {},
            "path": "/my-week",
            "team": activity.team,
            "reason": "",
        }
        for kind in OF_DATES
    }
    facts["activity_changed"] = {
        "activity": activity, "kept": own[:2], "lost": own[2:], "without_work": False,
        "is_elsewhere": False, "is_away": False, "is_young": False,
        "is_replanned": True,
        "path": "/my-week",
    }  # fmt: skip
    facts["lead_changed"] = {
        "activity": activity, "leads": True, "occurrences": own, "path": "/my-week",
    }  # fmt: skip
    changed = {"occurrence": occurrence, "path": path}
    facts |= dict.fromkeys(("date_moved", "date_cancelled", "date_restored"), changed)
    lunch = SimpleNamespace(occurrence=occurrence, waits=False, path=path)
    facts["meal_changed"] = changed | {"waits": False, "lunches": [lunch]}
    # Of dates that are in hand: no letter has to ask for another one.
    in_hand = [occurrence, *(date for date in own if date is not occurrence)]
    signups = [signup for date in in_hand for signup in date.going]
    if signups:
        facts |= of_signups(occurrence, signups, path)
        # One that lacks somebody, where there is any.
        lacking = next((date for date in dates if date.missing), occurrence)
        asked = {"occurrence": lacking, "path": f"/activities/dates/{lacking.id}"}
        facts["short_handed"] = facts["short_handed"] | asked
    a_day = timedelta(days=1)
    was = (occurrence.wall_starts - a_day, occurrence.wall_ends - a_day)
    facts["date_moved"] = facts["date_moved"] | {"was": was}
    return facts


def of_signups(
    occurrence: Occurrence, signups: list[Any], path: str
) -> Mapping[str, dict[str, Any]]:
    first, last = signups[0], signups[-1]
    asked = SimpleNamespace(
        role=first.role,
        person=first.person,
        person_id=first.person_id,
        occurrence=first.occurrence,
        answer_by=first.answer_by or clock.now() + timedelta(hours=2),
    )
    said = {
        "occurrence": occurrence,
        "signup": asked,
        "free": [first.role],
        "said": None,
        "waits": False,
        "own_line": occurrence.team.own_line,
        "attendance": SimpleNamespace(minutes=180),
        "search": SimpleNamespace(stand_in=last.person, signup=first),
        "path": path,
    }
    swap = SimpleNamespace(own=first, other=last, status="accepted")
    swapped = {"swap": swap, "path": path}
    team = occurrence.team
    left = {
        "person": first.person, "activities": [occurrence.activity], "team": team,
        "path": f"/teams/{team.id}/activities",
    }  # fmt: skip
    # A date stands in it once, however many of its people do.
    one_each = list({signup.occurrence_id: signup for signup in reversed(signups)}.values())[::-1]
    invited = {"team": occurrence.team, "signups": one_each[:3], "path": "/my-week"}
    return {
        **dict.fromkeys(OF_A_DATE, said),
        "swap_offered": swapped,
        "swap_answered": swapped,
        "swap_ended": swapped,
        "rota_invited": invited,
        "lead_left": left,
    }
