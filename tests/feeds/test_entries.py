"""What stands in a calendar, read by a parser of iCalendar; and what must never stand in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.elders import VisitFactory
from tests.factories.feeds import FeedFactory
from tests.factories.network import PlaceFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from tests.factories.weather import WeatherCallFactory
from tests.feeds.reading import calendar, events, fetch
from tests.planting import names_in, plant
from volunteer.activities import planning, recurrence, series_changes, signups, single_date
from volunteer.activities.models import OccurrenceStatus, SignupStatus
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock, zones
from volunteer.elders import visits, weather
from volunteer.elders.models import Outcome, VisitStatus
from volunteer.network.models import PlaceKind


def own_feed(person):
    return FeedFactory(person=person)


def moved_by(occurrence, hours, *, by):
    wall = occurrence.wall_starts + timedelta(hours=hours)
    plan = DatePlan(day=wall.date(), starts=wall.time(),
                    ends=(wall + timedelta(minutes=30)).time(), place="二楼")  # fmt: skip
    assert single_date.move(occurrence, plan, by=by)


def test_ones_own_calendar_holds_what_one_has_promised_waits_for_and_leads(app):
    me = MembershipFactory()
    lunch = OccurrenceFactory(activity=ActivityFactory(team=me.team, bring_note="围裙"))
    full = OccurrenceFactory(activity=ActivityFactory(team=me.team, title="理发"))
    led = ActivityFactory(team=me.team, title="量血压", leader_id=me.person_id)
    OccurrenceFactory(activity=led)
    OccurrenceFactory(activity=ActivityFactory(team=me.team, title="不去的"))
    SignupFactory(occurrence=lunch, person=me.person)
    SignupFactory(occurrence=full, person=me.person, status=SignupStatus.WAITING)

    found = events(app, own_feed(me.person))

    assert {title: str(event["STATUS"]) for title, event in found.items()} == {
        "爱心午饭: 帮厨": "CONFIRMED",
        "Waiting list: 理发": "TENTATIVE",
        "量血压: you lead": "CONFIRMED",
    }
    event = found["爱心午饭: 帮厨"]
    assert event["DTSTART"].dt == lunch.starts_at
    assert event["DTEND"].dt == lunch.ends_at
    assert event["LOCATION"] == "社区活动室"
    assert event["UID"] == f"date-{lunch.id}@127.0.0.1"
    assert f"http://127.0.0.1:8000/activities/dates/{lunch.id}" in event["DESCRIPTION"]
    assert "围裙" in event["DESCRIPTION"]
    assert event["TRANSP"] == "OPAQUE"
    assert found["Waiting list: 理发"]["TRANSP"] == "TRANSPARENT"
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [-timedelta(hours=2)]


def test_a_calendar_speaks_the_language_of_whoever_holds_it(app):
    me = MembershipFactory(person__language="zh_Hans")
    lunch = OccurrenceFactory(activity__team=me.team, status=OccurrenceStatus.CANCELLED)
    SignupFactory(occurrence=lunch, person=me.person)

    assert list(events(app, own_feed(me.person))) == ["【取消】爱心午饭：帮厨"]


def test_a_moved_date_keeps_its_name_in_the_calendar_and_counts_the_change(app):
    coordinator = CoordinatorFactory()
    lunch = OccurrenceFactory(activity__team=coordinator.team)
    feed = FeedFactory(person=coordinator.person, team=coordinator.team)
    (before,) = events(app, feed).values()

    moved_by(lunch, 3, by=coordinator.person)

    (after,) = events(app, feed).values()
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == before["DTSTART"].dt + timedelta(hours=3)
    assert after["LOCATION"] == "二楼"


def test_another_place_of_all_dates_counts_too(app):
    coordinator = CoordinatorFactory()
    lunch = OccurrenceFactory(activity__team=coordinator.team)
    feed = FeedFactory(person=coordinator.person, team=coordinator.team)

    words = ActivityWords("爱心午饭", "院坝", "无明显风险", [RolePlan("帮厨", 1, 5, 0)])
    planning.change_words(lunch.activity, words, by=coordinator.person)

    (event,) = events(app, feed).values()
    # The activity has changed, and with it this date.
    assert (event["LOCATION"], event["SEQUENCE"]) == ("院坝", 2)


def test_a_cancelled_date_stays_marked_in_the_calendar_and_reminds_nobody(app):
    coordinator = CoordinatorFactory()
    lunch = OccurrenceFactory(activity__team=coordinator.team)
    SignupFactory(occurrence=lunch, person=coordinator.person)
    feed = own_feed(coordinator.person)

    single_date.cancel(lunch, reason="停水", by=coordinator.person)

    (event,) = events(app, feed).values()
    assert (event["SUMMARY"], event["STATUS"]) == ("Cancelled: 爱心午饭: 帮厨", "CANCELLED")
    assert event["TRANSP"] == "TRANSPARENT"
    assert not event.walk("VALARM")


def test_a_place_given_back_leaves_the_calendar(app):
    me = MembershipFactory()
    place = SignupFactory(occurrence=OccurrenceFactory(activity__team=me.team), person=me.person)
    feed = own_feed(me.person)
    assert len(events(app, feed)) == 1

    signups.withdraw(place, by=me.person)

    assert events(app, feed) == {}


def test_of_a_visit_the_calendar_says_when_and_for_which_team(app):
    me = MembershipFactory()
    visit = VisitFactory(elder__team=me.team, people=[me.person])
    off = VisitFactory(elder=visit.elder, people=[me.person], status=VisitStatus.CANCELLED)
    VisitFactory(elder=visit.elder)

    found = {str(e["UID"]): e for e in calendar(app, own_feed(me.person)).walk("VEVENT")}

    assert set(found) == {f"visit-{visit.id}@127.0.0.1", f"visit-{off.id}@127.0.0.1"}
    event = found[f"visit-{visit.id}@127.0.0.1"]
    assert event["SUMMARY"] == "Visit"
    assert event["DTSTART"].dt == visit.starts_at
    assert "LOCATION" not in event
    assert me.team.name in event["DESCRIPTION"]
    assert found[f"visit-{off.id}@127.0.0.1"]["STATUS"] == "CANCELLED"


def test_no_calendar_holds_anything_of_an_elder_or_the_name_of_anybody(app):
    me = MembershipFactory()
    planted = plant(me.team, me.person)
    leader = MembershipFactory(team=me.team, person__name="钱领头", person__phone="13812344321")
    lunch = OccurrenceFactory(
        activity=ActivityFactory(team=me.team, leader_id=leader.person_id), roles=[("帮厨", 1, 9)]
    )
    others = [SignupFactory(occurrence=lunch).person for _number in range(3)]
    SignupFactory(occurrence=lunch, person=me.person)
    paths = [
        own_feed(me.person).path,
        FeedFactory(person=me.person, team=me.team).path,
        FeedFactory(person=me.person, place=me.team.place).path,
        f"/activities/dates/{lunch.id}/calendar",
    ]

    texts = [unfolded(fetch(app, path).text) for path in paths]

    # Own places and visits; the team's three dates, of which two were planted; this one.
    assert [text.count("BEGIN:VEVENT") for text in texts] == [4, 3, 3, 1]
    names = [planted.elder.person.name, planted.elder.preferred_name, "钱领头", "13812344321",
             me.person.name, *(person.name for person in others)]  # fmt: skip
    for text in texts:
        assert names_in(text) == set()
        assert not [name for name in names if name in text]


def unfolded(text):
    """Long lines are folded: a word could hide behind the fold."""
    return text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("point", "is_said"),
    [
        ("东门口", True),
        ("3栋楼下", True),
        ("2单元501", False),
        ("3-2-501", False),
        ("锦绣东方小区３栋２单元５０１室", False),
        ("王婆婆家", False),
        ("王婆婆家门口", False),
        ("", False),
    ],
)
def test_everybody_reads_where_to_meet_unless_somebody_lives_there(app, point, is_said):
    me = MembershipFactory()
    lunch = OccurrenceFactory(activity=ActivityFactory(team=me.team, meeting_point=point))
    SignupFactory(occurrence=lunch, person=me.person)
    feeds = [
        own_feed(me.person),
        FeedFactory(person=me.person, team=me.team),
        FeedFactory(person=me.person, place=me.team.place),
    ]

    for feed in feeds:
        (event,) = events(app, feed).values()
        assert (f"Meet at: {point}" in event["DESCRIPTION"]) is is_said
        assert ("Meet at" in event["DESCRIPTION"]) is is_said


def test_two_members_read_their_own_things_and_the_same_team(app):
    team = TeamFactory()
    one, other = MembershipFactory(team=team).person, MembershipFactory(team=team).person
    lunch = OccurrenceFactory(activity__team=team)
    haircut = OccurrenceFactory(activity=ActivityFactory(team=team, title="理发"))
    SignupFactory(occurrence=lunch, person=one)
    SignupFactory(occurrence=haircut, person=other)

    assert list(events(app, own_feed(one))) == ["爱心午饭: 帮厨"]
    assert list(events(app, own_feed(other))) == ["理发: 帮厨"]
    of_team = [set(events(app, FeedFactory(person=p, team=team))) for p in (one, other)]
    assert of_team == [{"爱心午饭", "理发"}, {"爱心午饭", "理发"}]


def test_a_communitys_calendar_holds_all_its_teams_and_no_other_community(app):
    community = PlaceFactory(kind=PlaceKind.COMMUNITY)
    estate = PlaceFactory(kind=PlaceKind.ESTATE, parent=community)
    here = OccurrenceFactory(activity__team__place=community)
    there = OccurrenceFactory(activity=ActivityFactory(team__place=estate, title="理发"))
    OccurrenceFactory(activity__team__place=PlaceFactory(kind=PlaceKind.COMMUNITY))

    found = events(app, FeedFactory(person=PersonFactory(), place=community))

    assert set(found) == {f"爱心午饭 ({here.team.name})", f"理发 ({there.team.name})"}


def test_a_team_that_nobody_has_looked_at_stands_in_the_calendars_of_its_own_alone(app):
    new = OccurrenceFactory(activity__team__verified_at=None, activity__title="发财讲座")
    place = new.team.place
    member = MembershipFactory(team=new.team).person

    assert set(events(app, FeedFactory(person=PersonFactory(), place=place))) == set()
    assert set(events(app, FeedFactory(person=member, place=place))) == {
        f"发财讲座 ({new.team.name})"
    }


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Asia/Shanghai", "2026-10-14"),
        ("Europe/Berlin", "2027-03-28"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2027-03-14"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Santiago", "2026-09-06"),
    ],
)
def test_in_every_zone_and_night_the_file_means_the_moments_that_we_mean(app, zone, night):
    """Read by the file's own description of the zone, as a reader must who does not know it."""
    day = date.fromisoformat(night)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with time_machine.travel(start - timedelta(days=3), tick=False):
        me = MembershipFactory(team__zone=zone)
        activity = ActivityFactory(team=me.team, zone=zone)
        dates = [
            OccurrenceFactory(
                activity=activity,
                starts_at=start + timedelta(minutes=30 * number - 24 * 60),
                planned_on=day + timedelta(days=number),
            )
            for number in range(96)
        ]
        read = calendar(app, FeedFactory(person=me.person, team=me.team))

    (described,) = read.timezones
    clocks = described.to_tz(lookup_tzid=False)
    meant = {
        str(event["UID"]): event["DTSTART"].dt.replace(tzinfo=clocks).astimezone(UTC)
        for event in read.walk("VEVENT")
    }
    for found in dates:
        # By our rule no date begins in the second of two hours that look alike.
        if zones.to_moment(found.wall_starts, zone) == found.starts_at:
            assert meant[f"date-{found.id}@127.0.0.1"] == found.starts_at
    assert described["TZID"] == zone


def test_one_date_can_be_taken_along_by_everybody(app):
    lunch = OccurrenceFactory()
    feed_uid = f"date-{lunch.id}@127.0.0.1"

    answer = fetch(app, f"/activities/dates/{lunch.id}/calendar")

    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == f"inline; filename=linli-{lunch.day}.ics"
    (event,) = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert (event["UID"], event["DTSTART"].dt) == (feed_uid, lunch.starts_at)
    assert event.walk("VALARM")


def test_old_and_far_off_dates_are_left_out(app):
    me = MembershipFactory()
    now = clock.now()
    activity = ActivityFactory(team=me.team)
    for days in (-40, -20, 20, 80, 120):
        OccurrenceFactory(activity=activity, starts_at=now + timedelta(days=days))

    read = calendar(app, FeedFactory(person=me.person, team=me.team)).walk("VEVENT")

    assert [round((e["DTSTART"].dt - now).days / 10) for e in read] == [-2, 2, 8]


def test_a_task_stands_on_its_day_without_an_hour_and_reminds_in_the_morning(app):
    me = MembershipFactory()
    activity = ActivityFactory(
        team=me.team, is_task=True, starts=planning.DUE, ends=planning.DUE_UNTIL
    )
    day = clock.now().date() + timedelta(days=2)
    span = recurrence.span(day, planning.DUE, planning.DUE_UNTIL, activity.zone)
    task = OccurrenceFactory(activity=activity, starts_at=span.starts_at, ends_at=span.ends_at)
    SignupFactory(occurrence=task, person=me.person)

    (event,) = events(app, own_feed(me.person)).values()

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (day, day + timedelta(days=1))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["TRANSP"] == "TRANSPARENT"
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(hours=8)]


def test_a_date_counts_its_changes_on_when_its_series_is_parted(app, time_machine):
    time_machine.move_to("2026-10-12T12:00+08:00", tick=False)
    coordinator = CoordinatorFactory()
    lunch = OccurrenceFactory(activity__team=coordinator.team)
    feed = FeedFactory(person=coordinator.person, team=coordinator.team)
    for place in ("院坝", "二楼", "花园"):
        words = ActivityWords("爱心午饭", place, "无明显风险", [RolePlan("帮厨", 1, 5, 0)])
        planning.change_words(lunch.activity, words, by=coordinator.person)
    uid = f"date-{lunch.id}@127.0.0.1"
    before = {str(e["UID"]): e["SEQUENCE"] for e in calendar(app, feed).walk("VEVENT")}[uid]

    weekly = recurrence.weekly(lunch.planned_on.weekday())
    ends = (lunch.wall_ends + timedelta(minutes=5)).time()
    plan = SeriesPlan(words, weekly, lunch.planned_on, lunch.wall_starts.time(), ends)
    series_changes.change_since(lunch, plan, by=coordinator.person)

    after = {str(e["UID"]): e["SEQUENCE"] for e in calendar(app, feed).walk("VEVENT")}[uid]
    assert after > before


def test_who_looks_for_somebody_instead_is_not_said_to_come_nor_reminded(app):
    me = MembershipFactory()
    lunch = OccurrenceFactory(activity__team=me.team)
    SignupFactory(occurrence=lunch, person=me.person, excused_at=clock.now())

    (event,) = events(app, own_feed(me.person)).values()

    assert (str(event["STATUS"]), event["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")
    assert not event.walk("VALARM")


def test_a_visit_counts_its_changes_and_lasts_as_long_as_planned(app):
    me, other = MembershipFactory(), CoordinatorFactory()
    visit = VisitFactory(elder__team=me.team, people=[me.person], minutes=150)
    feed = own_feed(me.person)

    def seen():
        return list(events(app, feed).values())

    (planned,) = seen()
    visits.move(visit, visit.wall_starts + timedelta(hours=2), by=other.person)
    (moved,) = seen()
    visits.withdraw(visit, me.person, by=me.person)
    gone = seen()
    visits.join(visit, me.person, by=other.person)
    (again,) = seen()
    visits.cancel(visit, by=other.person)
    (off,) = seen()

    numbers = [entry["SEQUENCE"] for entry in (planned, moved, again, off)]
    assert (numbers, gone) == ([0, 1, 2, 3], [])
    assert moved["DTEND"].dt - moved["DTSTART"].dt == timedelta(minutes=150)


def test_a_call_in_the_heat_that_was_undone_counts_as_a_change(app):
    call = WeatherCallFactory(caller=PersonFactory())
    MembershipFactory(team=call.elder.team, person=call.caller)
    visit = weather.note(call, Outcome.FINE, by=call.caller)
    before = visit.revision

    weather.undo(call, by=call.caller)

    assert visit.revision == before + 1
