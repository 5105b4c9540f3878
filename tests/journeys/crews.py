"""Teams for journeys that are about something else: made by the use cases, as of yesterday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count

from tests.journeys.service import Service
from volunteer.accounts import personal_links, signing_in
from volunteer.activities import planning, recurrence
from volunteer.activities.models import Occurrence
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.queries import get_activity, get_occurrence
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.network.models import PlaceKind
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.people.queries import get_person
from volunteer.reminders import plans
from volunteer.teams import founding, roster, verification
from volunteer.teams.founding import TeamDetails
from volunteer.teams.models import Team
from volunteer.teams.queries import get_team, list_active

PASSWORD = "three warm buns"
BEFORE = timedelta(days=1)
numbers = count(1)


@dataclass(frozen=True)
class Member:
    """Somebody of a crew, as far as a journey has to know them."""

    id: int
    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Crew:
    """A team: the first of its members coordinates it, and signs in with `login` and PASSWORD."""

    service: Service
    id: int
    name: str
    login: str
    members: Sequence[Member]

    @property
    def coordinator(self) -> Member:
        return self.members[0]

    def named(self, name: str) -> Member:
        return next(member for member in self.members if member.name == name)

    def link_of(self, member: Member) -> str:
        """A personal link, as a coordinator would hand it over."""
        with self.service.inside():
            return "/links/" + personal_links.make(get_person(member.id), by=None)

    def share_mailbox(self, one: Member, other: Member) -> None:
        """From now on the other reads the mailbox of the one."""
        with self.service.inside(), transaction():
            get_person(other.id).email = one.email

    def remind(self) -> None:
        """Its dates are reminded of as usual, as if that had been said a week ago."""
        with self.service.inside(), clock.pretend(clock.now() - 7 * BEFORE):
            plans.set_for_team(
                get_team(self.id), plans.USUAL, own_line="", watch_days=0,
                by=get_person(self.coordinator.id),
            )  # fmt: skip

    def plan(
        self,
        title: str,
        first_on: date,
        roles: Sequence[RolePlan],
        *,
        starts: time = time(10),
        ends: time = time(13),
        leader: Member | None = None,
    ) -> int:
        """A weekly activity from this day on; the number of its first date."""
        words = ActivityWords(
            title=title, place="黉门街社区活动室一楼", risk_note="刀、热油、地滑。", roles=roles,
            bring_note="围裙", leader_id=leader.id if leader else None,
        )  # fmt: skip
        rule = recurrence.weekly(first_on.weekday())
        plan = SeriesPlan(words, rule, first_on, starts, ends)
        with self.service.inside(), clock.pretend(clock.now() - BEFORE):
            coordinator = get_person(self.coordinator.id)
            activity = planning.plan_series(get_team(self.id), plan, by=coordinator)
            return first_date(activity.id)


def first_date(activity_id: int) -> int:
    activity = get_activity(activity_id)
    dates = session.query(Occurrence).filter_by(activity_id=activity.id)
    return get_occurrence(dates.order_by(Occurrence.starts_at).first().id).id


def start(service: Service, names: Sequence[str], *, without_mail: int = 0) -> Crew:
    """A team of these people; the last ones have no mailbox."""
    tag = f"crew{next(numbers)}"
    lines = [
        f"{name}, 1390000{number:04d}"
        + (f", {tag}.{number}@example.org" if number < len(names) - without_mail else "")
        for number, name in enumerate(names)
    ]
    with service.inside(), transaction():
        with clock.pretend(clock.now() - BEFORE):
            team, coordinator = found(tag, lines)
        # A message that fell due since yesterday would be caught up; so the time is set only now.
        far_off = (clock.now() + timedelta(days=4)).weekday()
        founding.set_reminder(team, weekday=far_off, at=time(6), by=coordinator)
        # Stories about something else count their mails: a crew asks for reminders by remind().
        plans.set_for_team(team, [], own_line="", watch_days=0, by=coordinator)
        people = sorted((row.person for row in list_active(team)), key=lambda person: person.id)
        members = [Member(p.id, p.name, p.phone or "", p.email or "") for p in people]
        assert [member.name for member in members] == list(names)
        return Crew(service, team.id, team.name, tag, members)


def found(tag: str, lines: Sequence[str]) -> tuple[Team, Person]:
    first = roster.read(lines[0])[0]
    coordinator = profile.create(
        PersonDetails(name=first.name, phone=first.phone, email=first.email), by=None
    )
    signing_in.open_account(coordinator, login=tag, password=PASSWORD)
    steps = [
        (PlaceKind.CITY, "成都市"),
        (PlaceKind.DISTRICT, "武侯区"),
        (PlaceKind.COMMUNITY, "黉门街社区"),
    ]
    details = TeamDetails(name=f"奶奶的厨房{tag}", phone="028-0000 0200")
    team = founding.start(details, steps, by=coordinator)
    verification.verify(team, by=coordinator)
    roster.add_all(team, roster.preview(team, "\n".join(lines[1:])).new, by=coordinator)
    return team, coordinator


__all__ = ["PASSWORD", "Crew", "Member", "RolePlan", "start"]
