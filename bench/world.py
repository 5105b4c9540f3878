"""The people, teams and dates that the measurements stand on, put in by the bundle.

Everything is counted from now: a team's dates lie in the twelve weeks that begin tomorrow.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from volunteer.accounts.models import SignIn, User, fingerprint
from volunteer.activities import recurrence
from volunteer.activities.models import (
    Activity,
    ActivityRole,
    Occurrence,
    OccurrenceRole,
    Signup,
    SignupStatus,
)
from volunteer.core import chinese, clock, zones
from volunteer.core.database import Model, session, transaction
from volunteer.network.models import Place, PlaceKind
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team

WEEKS = 12
LENGTH = timedelta(hours=2)
Role = tuple[str, int, int]
# Of the ten places of a date so many are taken, turn and turn about.
TAKEN = (2, 5, 8)
ROWS_AT_ONCE = 2000
SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = "兰芳英秀琴玉梅珍华桂"


@dataclass(frozen=True)
class Size:
    """How large a service is; the first team is the one whose page is looked at."""

    teams: int = 1
    people_a_team: int = 50
    activities_a_team: int = 4
    # Activities of ten other teams, and the people who come to them.
    others: int = 0
    strangers: int = 0
    sign_ups_a_date: Sequence[int] = TAKEN
    roles: Sequence[Role] = (("帮厨", 2, 6), ("送餐", 1, 4))


# 10 or 1,000 dates of one's team: what the statements of a page are counted on.
TEN = Size(activities_a_team=1)
THOUSAND = Size(activities_a_team=84, sign_ups_a_date=(2,))
SMALL = Size(others=500, strangers=350)
LARGE = Size(teams=200, people_a_team=100, sign_ups_a_date=(20, 21, 22))
# Dates of twenty places that nobody has taken, and a thousand people.
RACE = Size(
    people_a_team=1000, activities_a_team=84, sign_ups_a_date=(0,), roles=(("帮厨", 1, 20),)
)


def token_of(person: int) -> str:
    """By which this person is signed in, in every world."""
    return f"signed in as number {person}"


def name_of(number: int) -> str:
    return SURNAMES[number % 10] + GIVEN[number // 10 % 10] + GIVEN[number // 100 % 10]


def fill(size: Size) -> None:
    """Put a world of this size into an empty database."""
    with transaction():
        put(Place, [{"id": 1, "kind": PlaceKind.COMMUNITY, "name": "吉福社区"}])
        teams = size.teams + (10 if size.others else 0)
        put(Team, (team_row(number) for number in range(1, teams + 1)))
        put_people(size.teams * size.people_a_team + size.strangers, size.people_a_team)
        put(
            Membership,
            (
                {"team_id": team, "person_id": person, "joined_at": clock.now() - timedelta(30)}
                for team in range(1, size.teams + 1)
                for person in members(size, team)
            ),
        )
        put_activities(size)
    session.remove()


def put(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Insert them, many at once; what a row does not say is as the model says."""
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        session.execute(insert(model), some)
    if session.get_bind().dialect.name == "postgresql":
        name = model.__tablename__
        session.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608 - our own name
                f"(SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
            )
        )


def team_row(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"第{number}服务队", "place_id": 1, "phone": "02885550100",
            "verified_at": clock.now()}  # fmt: skip


def members(size: Size, team: int) -> range:
    first = (team - 1) * size.people_a_team + 1
    return range(first, first + size.people_a_team)


def strangers(size: Size) -> range:
    first = size.teams * size.people_a_team + 1
    return range(first, first + size.strangers)


def put_people(count: int, signed_in: int) -> None:
    """So many people; the first of them are signed in."""
    numbers = range(1, count + 1)
    put(
        Person,
        (
            {"id": number, "name": name_of(number), "sort_key": chinese.sort_key(name_of(number)),
             "phone": f"139{number:08d}", "email": f"neighbour{number}@example.org",
             "free_slots": []}
            for number in numbers
        ),
    )  # fmt: skip
    put(User, ({"id": number, "person_id": number} for number in numbers[:signed_in]))
    put(
        SignIn,
        (
            {"user_id": number, "token_hash": fingerprint(token_of(number))}
            for number in numbers[:signed_in]
        ),
    )


def put_activities(size: Size) -> None:
    """Weekly activities with their dates, roles and sign-ups, of every team and of nobody's."""
    owners = [
        team for team in range(1, size.teams + 1) for _each in range(size.activities_a_team)
    ] + [size.teams + 1 + number % 10 for number in range(size.others)]
    tomorrow = zones.day_in(zones.HOME_ZONE, clock.now()) + timedelta(days=1)
    put(Activity, (activity_row(n, team, tomorrow) for n, team in enumerate(owners, start=1)))
    put(
        ActivityRole,
        (
            {
                "activity_id": n,
                "position": position,
                "name": name,
                "minimum": least,
                "maximum": most,
            }
            for n in range(1, len(owners) + 1)
            for position, (name, least, most) in enumerate(size.roles)
        ),
    )
    dates = list(date_rows(len(owners), tomorrow))
    put(Occurrence, dates)
    put(
        OccurrenceRole,
        (
            {"id": role_of(size, row["id"], position), "occurrence_id": row["id"],
             "position": position, "name": name, "minimum": least, "maximum": most}
            for row in dates
            for position, (name, least, most) in enumerate(size.roles)
        ),
    )  # fmt: skip
    put(Signup, sign_up_rows(size, owners, dates))


def role_of(size: Size, occurrence: int, position: int = 0) -> int:
    """The number of this role on this date."""
    return (occurrence - 1) * len(size.roles) + position + 1


def activity_row(number: int, team: int, tomorrow: date) -> dict[str, Any]:
    return {
        "id": number,
        "team_id": team,
        "title": f"爱心午饭{number}",
        "place": "社区活动室二楼",
        "rule": str(recurrence.weekly((tomorrow.weekday() + number) % 7)),
        "starts": time(8 + number % 9),
        "ends": time(10 + number % 9),
        "first_on": tomorrow,
        "planned_until": tomorrow + timedelta(weeks=WEEKS),
        "leader_id": 2 if team == 1 else None,
        "risk_note": "厨房里有热油和刀",
        "bring_note": "围裙",
    }


def date_rows(activities: int, tomorrow: date) -> Iterator[dict[str, Any]]:
    number = 0
    for week in range(WEEKS):
        for activity in range(1, activities + 1):
            number += 1
            day = tomorrow + timedelta(weeks=week, days=activity % 7)
            wall_starts = datetime.combine(day, time(8 + activity % 9))
            starts_at = zones.to_moment(wall_starts, zones.HOME_ZONE)
            yield {
                "id": number, "activity_id": activity, "planned_on": day, "place": "社区活动室二楼",
                "wall_starts": wall_starts, "wall_ends": wall_starts + LENGTH,
                "starts_at": starts_at, "ends_at": starts_at + LENGTH,
            }  # fmt: skip


def sign_up_rows(
    size: Size, owners: Sequence[int], dates: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """On each date another part of its team; number 1 has a place in every week's first one."""
    asked: datetime = clock.now() - timedelta(days=1)
    for row in dates:
        team = owners[row["activity_id"] - 1]
        crowd = members(size, team) if team <= size.teams else strangers(size)
        if team == 1:
            crowd = crowd[1:]
        wanted = size.sign_ups_a_date[row["id"] % len(size.sign_ups_a_date)]
        people = [crowd[(row["id"] * 7 + each) % len(crowd)] for each in range(wanted)]
        if row["activity_id"] == 1 and people:
            people[0] = 1
        for each, person in enumerate(people):
            position = each % len(size.roles)
            place = each // len(size.roles)
            is_going = place < size.roles[position][2]
            yield {
                "occurrence_id": row["id"], "role_id": role_of(size, row["id"], position),
                "person_id": person, "by_id": person, "asked_at": asked,
                "status": SignupStatus.GOING if is_going else SignupStatus.WAITING,
            }  # fmt: skip
