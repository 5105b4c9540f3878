"""Suggestions from what is in the tables: the same few statements for one request and for many."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.factories.abilities import AbilitiesFactory
from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory, volunteer_of
from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory, matched
from tests.factories.network import PlaceFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders.models import VisitPart
from volunteer.help_requests import closing, matching, suggesting
from volunteer.help_requests.models import ForWhom, HelpKind, OfferStatus, Reach
from volunteer.help_requests.scoring import Why
from volunteer.network.models import PlaceKind
from volunteer.people import away
from volunteer.people.away import Stretch
from volunteer.people.models import Slot
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")
TUESDAY = date(2026, 10, 13)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def lamp(team):
    return HelpRequestFactory(community_of=team, taken=True)


def suggested(help_request, team, **where):
    return suggesting.suggest(help_request, team, clock.now(), **where)


def of(person, help_request, team):
    found = {one.person.id: one for one in suggested(help_request, team, most=50)}
    return {reason.why: reason.value for reason in found[person.id].reasons}


def test_the_day_that_was_wished_for_says_which_parts_of_the_week_suit(team):
    someday = HelpRequestFactory(community_of=team, taken=True)
    tuesday = HelpRequestFactory(community_of=team, taken=True, wanted_on=TUESDAY)
    at_three = HelpRequestFactory(
        community_of=team, taken=True, wanted_on=TUESDAY, wanted_at=time(15)
    )

    slots = [suggesting.slots_of(one, clock.now()) for one in (someday, tuesday, at_three)]
    times = [suggesting.time_of(one) for one in (someday, tuesday)]

    assert slots == [[], [Slot.TUE_AM, Slot.TUE_PM], [Slot.TUE_PM]]
    assert times == [None, None]


def test_who_asks_for_somebody_else_may_help_themselves(lamp, team):
    asker = volunteer_of(team)
    lamp.asker_id, lamp.for_whom = asker.id, ForWhom.OTHER
    session.commit()

    assert asker in {one.person for one in suggested(lamp, team)}


@pytest.mark.parametrize(
    ("year", "month", "is_asked"),
    [(2009, 1, False), (2008, 10, False), (2008, None, False), (2008, 9, True), (2007, None, True),
     (None, None, True)],
)  # fmt: skip
def test_who_is_not_grown_up_for_certain_is_not_suggested(lamp, team, year, month, is_asked):
    person = volunteer_of(team, birth_year=year, birth_month=month)

    assert (person in {one.person for one in suggested(lamp, team)}) is is_asked
    assert person.is_young_on(date(2026, 10, 12)) is not is_asked


def test_nobody_is_suggested_to_help_themselves(lamp, team):
    neighbour, asker, looked_after = (volunteer_of(team) for _one in range(3))
    before = {one.person for one in suggested(lamp, team)}
    lamp.asker_id = asker.id
    lamp.elder_id = ElderFactory(team=team, person=looked_after).id
    session.commit()

    after = {one.person for one in suggested(lamp, team)}
    assert neighbour in after
    assert before - after == {asker, looked_after}


def test_who_can_and_lives_near_stands_first_with_the_reasons(lamp, team):
    volunteer_of(team)
    handy = volunteer_of(team)
    AbilitiesFactory(person=handy)

    first = suggested(lamp, team)[0]

    assert (first.person, first.team_id) == (handy, team.id)
    assert {Why.CAN, Why.SAME_ESTATE} <= {reason.why for reason in first.reasons}


def test_only_active_members_who_want_to_be_asked_are_suggested(lamp, team, coordinator):
    MembershipFactory(team=team, status=MembershipStatus.PAUSED)
    MembershipFactory()
    volunteer_of(team).wants_asks = False
    session.commit()

    assert [one.person for one in suggested(lamp, team)] == [coordinator.person]


def test_who_is_away_today_is_not_suggested(lamp, team, coordinator):
    person, back = volunteer_of(team), volunteer_of(team)
    today = clock.today()
    away.note(person, Stretch(today, today), by=person)
    away.note(back, Stretch(today + timedelta(days=1), today + timedelta(days=2)), by=back)

    found = {one.person for one in suggested(lamp, team)}

    assert found == {coordinator.person, back}


def test_who_is_away_on_the_day_that_was_wished_for_is_not_suggested(team, coordinator):
    tuesday = HelpRequestFactory(community_of=team, taken=True, wanted_on=TUESDAY)
    person, back = volunteer_of(team), volunteer_of(team)
    away.note(person, Stretch(TUESDAY, TUESDAY), by=person)
    away.note(back, Stretch(clock.today(), clock.today()), by=back)

    found = {one.person for one in suggested(tuesday, team)}

    assert found == {coordinator.person, back}


def test_who_helped_the_same_elder_or_phone_before_is_known(team, coordinator):
    before = matched(team, coordinator.person)
    closing.finish(before.help_request, by=before.person)
    again = HelpRequestFactory(community_of=team, taken=True, asker_phone="13800138000")

    assert of(before.person, again, team)[Why.HELPED_BEFORE] == 1


def test_who_looks_after_the_elder_is_known_and_their_home_counts(team):
    elder = ElderFactory(team=team, address={"estate": "锦绣东方小区", "building": "5"})
    person = volunteer_of(team)
    PairingFactory(elder=elder, person=person)
    AbilitiesFactory(person=person)
    asked = HelpRequestFactory(community_of=team, taken=True, elder=elder, address=None)

    assert {Why.LOOKS_AFTER, Why.SAME_BUILDING} <= set(of(person, asked, team))


def test_what_somebody_was_asked_lately_counts(lamp, team):
    person = volunteer_of(team)
    HelpOfferFactory(help_request=HelpRequestFactory(community_of=team, taken=True), person=person)

    assert of(person, lamp, team)[Why.ASKED_SELDOM] == 1


def test_who_visits_at_that_hour_is_not_suggested(team):
    busy, free = volunteer_of(team), volunteer_of(team)
    wall = datetime.combine(TUESDAY, time(9, 30))
    visit = VisitFactory(elder__team=team, wall_starts=wall,
                         starts_at=clock.now() + timedelta(hours=23, minutes=30))  # fmt: skip
    session.add(VisitPart(visit_id=visit.id, person_id=busy.id, by_id=busy.id))
    session.commit()
    doctor = HelpRequestFactory(
        community_of=team, taken=True, wanted_on=TUESDAY, wanted_at=time(9),
        kinds=[HelpKind.CLINIC.value],
    )  # fmt: skip

    found = {one.person.id for one in suggested(doctor, team)}

    assert free.id in found
    assert busy.id not in found


def test_who_helps_somebody_else_at_that_hour_is_not_suggested(team, coordinator):
    offer = matched(team, coordinator.person)
    matching.agree_on(offer.help_request, datetime.combine(TUESDAY, time(10)),
                      by=coordinator.person)  # fmt: skip
    doctor = HelpRequestFactory(
        community_of=team, taken=True, wanted_on=TUESDAY, wanted_at=time(9, 30)
    )

    assert offer.person.id not in {one.person.id for one in suggested(doctor, team)}


def test_who_has_said_no_is_not_suggested_and_who_was_let_go_is(lamp, team, coordinator):
    no, let_go = volunteer_of(team), volunteer_of(team)
    HelpOfferFactory(help_request=lamp, person=no, status=OfferStatus.DECLINED)
    HelpOfferFactory(help_request=lamp, person=let_go, status=OfferStatus.RELEASED)

    found = {one.person.id for one in suggested(lamp, team)}

    assert found == {let_go.id, coordinator.person_id}


def test_one_level_up_the_neighbouring_teams_are_asked_too_each_through_their_own(lamp, team):
    district = PlaceFactory(kind=PlaceKind.SUBDISTRICT, name="跳蹬河街道")
    team.place.community.parent = district
    beside = TeamFactory(place=PlaceFactory(parent=district))
    session.commit()
    neighbour = volunteer_of(beside)
    volunteer_of(TeamFactory())

    found = {one.person.id: one.team_id for one in suggested(lamp, team, reach=Reach.ABOVE)}

    assert found[neighbour.id] == beside.id
    assert len(found) == 2
    assert neighbour.id not in {one.person.id for one in suggested(lamp, team)}


def test_a_board_of_many_takes_no_more_statements_than_one_with_few(team, count_queries):
    elder = ElderFactory(team=team)
    requests = [
        HelpRequestFactory(
            community_of=team, taken=True, elder=elder, wanted_on=TUESDAY, wanted_at=time(9)
        )
        for _number in range(12)
    ]
    for _number in range(6):
        AbilitiesFactory(person=volunteer_of(team))
    for request in requests:
        _loaded = request.offers

    counts = []
    for some in (requests[:2], requests):
        with count_queries() as sent:
            found = suggesting.suggest_all(some, team, clock.now())
        counts.append(len(sent))
        assert len(found) == len(some)

    assert counts[0] == counts[1] == 4


def test_a_help_takes_as_long_for_who_gives_it_as_for_who_is_asked(team, coordinator):
    offer = matched(team, coordinator.person)
    matching.agree_on(offer.help_request, datetime.combine(TUESDAY, time(9)),
                      by=coordinator.person)  # fmt: skip
    at_half_past_ten = HelpRequestFactory(
        community_of=team, taken=True, wanted_on=TUESDAY, wanted_at=time(10, 30)
    )

    assert offer.person.id not in {one.person.id for one in suggested(at_half_past_ten, team)}


def test_who_is_on_a_long_visit_is_not_suggested(team):
    busy = volunteer_of(team)
    wall = datetime.combine(TUESDAY, time(9))
    visit = VisitFactory(elder__team=team, wall_starts=wall, minutes=180,
                         starts_at=clock.now() + timedelta(hours=23))  # fmt: skip
    session.add(VisitPart(visit_id=visit.id, person_id=busy.id, by_id=busy.id))
    session.commit()
    asked = {
        hour: HelpRequestFactory(
            community_of=team, taken=True, wanted_on=TUESDAY, wanted_at=time(hour, 30)
        )
        for hour in (11, 12)
    }

    found = {hour: {one.person.id for one in suggested(row, team, most=50)}
             for hour, row in asked.items()}  # fmt: skip

    assert busy.id not in found[11]
    assert busy.id in found[12]
