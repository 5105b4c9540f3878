"""Paper: the poster of a week and the sheet to sign."""

import io
import re
from datetime import UTC, datetime, timedelta

import segno
import time_machine

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities.models import OccurrenceStatus

# A Monday at eight in Chengdu.
NOW = datetime(2026, 11, 30, 0, tzinfo=UTC)


def picture_of(address):
    """How the address looks as a picture: its dark parts."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, omitsize=True)
    return re.search(r'class="qrline"[^>]* d="([^"]+)"', out.getvalue().decode())[1]


@time_machine.travel(NOW, tick=False)
def test_a_poster_says_what_when_where_and_who_is_needed(app, signed_in_as):
    me = MembershipFactory(team__name="奶奶的厨房", team__phone="028-0000 0200")
    activity = ActivityFactory(team=me.team)
    for days, place in ((1, "院坝"), (3, "活动室")):
        OccurrenceFactory(activity=activity, starts_at=NOW + timedelta(days=days, hours=2),
                          place=place, roles=[("帮厨", 3, 5), ("分餐", 1, 2)])  # fmt: skip
    next_week = ActivityFactory(team=me.team, title="下周的")
    OccurrenceFactory(activity=next_week, starts_at=NOW + timedelta(days=7))
    OccurrenceFactory(
        activity=ActivityFactory(team=me.team, title="不去了的"),
        starts_at=NOW + timedelta(days=2),
        status=OccurrenceStatus.CANCELLED,
    )
    OccurrenceFactory(activity=ActivityFactory(title="别队的"), starts_at=NOW + timedelta(days=2))

    page = signed_in_as(me.person).get(f"/teams/{me.team_id}/week/poster?lang=zh").text

    assert page.count("<h2>") == 2
    assert "上午10:00，院坝" in page
    assert "帮厨还差3位；分餐还差1位" in page
    assert "028-0000 0200" in page
    assert picture_of(f"http://127.0.0.1:8000/teams/{me.team_id}/dates") in page
    for absent in ("下周的", "不去了的", "别队的"):
        assert absent not in page


@time_machine.travel(NOW, tick=False)
def test_the_picture_of_a_single_date_leads_to_it(app, signed_in_as):
    me = MembershipFactory()
    lunch = OccurrenceFactory(activity__team=me.team)

    page = signed_in_as(me.person).get(f"/teams/{me.team_id}/week/poster").text

    assert picture_of(f"http://127.0.0.1:8000/activities/dates/{lunch.id}") in page


@time_machine.travel(NOW, tick=False)
def test_what_has_no_room_is_counted_and_names_stay_off_the_wall(app, signed_in_as, count_queries):
    leader = CoordinatorFactory(person__name="钱领头")
    dates = [
        OccurrenceFactory(activity=ActivityFactory(team=leader.team, leader_id=leader.person_id))
        for _number in range(11)
    ]
    person = SignupFactory(occurrence=dates[0]).person
    browser = signed_in_as(leader.person)

    with count_queries() as sent:
        page = browser.get(f"/teams/{leader.team_id}/week/poster?size=a4").text

    assert page.count("<li>") == 8
    assert "And 3 more dates." in page
    assert person.name not in page
    assert "钱领头" not in page
    assert len(sent) <= 12, sent


@time_machine.travel(NOW, tick=False)
def test_paper_is_a3_unless_another_size_is_asked_for(app, signed_in_as):
    me = MembershipFactory()
    browser = signed_in_as(me.person)
    url = f"/teams/{me.team_id}/week/poster"

    found = ["sheet--a3" in browser.get(f"{url}{q}").text for q in ("", "?size=a4", "?size=x")]

    assert found == [True, False, True]


def test_the_sheet_to_sign_has_a_line_for_each_and_for_who_comes_along(app, signed_in_as):
    coordinator = CoordinatorFactory()
    lunch = OccurrenceFactory(activity__team=coordinator.team)
    people = [SignupFactory(occurrence=lunch).person for _number in range(3)]

    page = signed_in_as(coordinator.person).get(f"/activities/dates/{lunch.id}/roster").text

    rows = re.findall(r'<tr class="tall"><td class="num[^"]*">([\d+]+)</td>', page)
    assert rows == ["1", "2", "3", "+", "+", "+", "+"]
    assert all(person.name in page for person in people)
    # On each sheet of paper, not on the first alone, stands which date it is.
    head = re.search(r"<thead>.*?</thead>", page, re.DOTALL)[0]
    assert lunch.title in head
    assert lunch.team.name in head
