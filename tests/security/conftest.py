"""A village of two teams, seen by every kind of reader, and what its database holds."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.accounts import PASSWORD, OperatorFactory, UserFactory
from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    RotaSeatFactory,
    SignupFactory,
)
from tests.factories.concerns import ConcernFactory
from tests.factories.elders import (
    ElderFactory,
    NoAnswerFactory,
    PairingFactory,
    VisitFactory,
)
from tests.factories.feeds import FeedFactory
from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory
from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    KittyEntryFactory,
    KittyFactory,
    MealFactory,
    StandingMealFactory,
)
from tests.factories.notifications import DeviceFactory, GroupRobotFactory, OutboxMessageFactory
from tests.factories.people import CompanionFactory, ConsentFactory, PersonFactory
from tests.factories.stand_ins import StandingPlaceFactory, StandInSearchFactory, SwapOfferFactory
from tests.factories.teams import (
    CoordinatorFactory,
    HandoverFactory,
    ImportFactory,
    MembershipFactory,
)
from tests.factories.weather import WeatherCallFactory
from volunteer.accounts import signing_in
from volunteer.activities import ties
from volunteer.activities.models import ActivityPause
from volunteer.core import clock
from volunteer.core.database import Model, session
from volunteer.help_requests.models import HotlineCall
from volunteer.meals.models import KittyHandover, StandingMealPause
from volunteer.network.models import Holiday, HolidayKind
from volunteer.notifications import stopping
from volunteer.notifications.models import Channel, MessageStatus
from volunteer.notifications.topics import Topic
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo
from volunteer.reminders.models import Call, CallResult, CallShare
from volunteer.teams.models import MembershipStatus

A_WEEK = timedelta(weeks=1)
ROLES = ("visitor", "stranger", "volunteer", "coordinator", "operator")


@dataclass(frozen=True)
class Village:
    """Browsers by role, and the numbers that stand in addresses: our team's and another's."""

    browsers: dict
    own: dict
    other: dict

    def address(self, rule, numbers):
        """This rule's path with these numbers in it."""
        path = rule.rule
        for name in rule.arguments:
            for kind in ("int:", "path:", ""):
                path = path.replace(f"<{kind}{name}>", str(numbers[name]))
        return path


def team_of(coordinator, volunteer):
    """Everything that addresses may name in the team of these two."""
    team = coordinator.team
    occurrence = OccurrenceFactory(activity=ActivityFactory(team=team), roles=[("帮厨", 1, 2)])
    signup = SignupFactory(occurrence=occurrence, person=volunteer.person)
    standing = StandingPlaceFactory(activity=occurrence.activity, person=volunteer.person)
    search = StandInSearchFactory(signup=SignupFactory(occurrence=occurrence), ask=volunteer.person)
    later = OccurrenceFactory(activity=occurrence.activity, starts_at=occurrence.starts_at + A_WEEK)
    swap = SwapOfferFactory(own=signup, other=SignupFactory(occurrence=later))
    MembershipFactory(team=team, status=MembershipStatus.APPLIED)
    HandoverFactory(team=team, giver=coordinator, taker=volunteer)
    share = CallShare(
        team=team, caller=volunteer.person, backup=coordinator.person,
        made_by_id=coordinator.person_id,
    )  # fmt: skip
    asked_by_phone = Call(
        team=team, occurrence=occurrence, person=search.signup.person, share=share,
        starts_at=occurrence.starts_at, result=CallResult.NO_ANSWER, tries=1,
        noted_by=coordinator.person, noted_at=clock.now(),
    )  # fmt: skip
    session.add(asked_by_phone)
    session.commit()
    call = OutboxMessageFactory(
        team_id=team.id,
        kind="place_freed",
        channel=Channel.CALL,
        person=volunteer.person,
        about={"occurrence_id": occurrence.id},
    )
    OutboxMessageFactory(team_id=team.id, kind="place_freed", status=MessageStatus.FAILED)
    elder = ElderFactory(team=team, consent=None, contacts=1)
    consent = ConsentFactory(person=elder.person)
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    # Near enough for its visitors to see whom they visit.
    people = [volunteer.person, MembershipFactory(team=team).person]
    visit = VisitFactory(elder=elder, in_days=1, people=people)
    asked = HelpRequestFactory(community_of=team, taken=True, asker_id=volunteer.person_id)
    offer = HelpOfferFactory(help_request=asked, person=volunteer.person)
    received = HotlineCall(team=team, words="qz", taken_by=coordinator.person,
                           call_back_by=clock.now())  # fmt: skip
    session.add(received)
    acted_for = MembershipFactory(team=team).person
    seat = RotaSeatFactory(occurrence=occurrence, person=acted_for)
    ties.live_together(team, volunteer.person, [people[1]], by=coordinator.person)
    lunch = lunch_of(later, volunteer, coordinator)
    rest = ActivityPause(
        activity=occurrence.activity, first_on=occurrence.day, last_on=occurrence.day,
        by_id=coordinator.person_id,
    )  # fmt: skip
    day = clock.now().date() + timedelta(days=team.id)
    holiday = Holiday(day=day, kind=HolidayKind.HOLIDAY, name="放假", source="test")
    session.add_all([rest, holiday])
    session.commit()
    weather_call = WeatherCallFactory(round__team=team, caller=volunteer.person)
    concern = ConcernFactory(team=team, elder=elder)
    companionship = CompanionFactory(companion=volunteer.person, person=acted_for)
    return {
        "team_id": team.id,
        "membership_id": volunteer.id,
        "occurrence_id": occurrence.id,
        "activity_id": occurrence.activity_id,
        "signup_id": signup.id,
        "standing_id": standing.id,
        "pause_id": standing.pauses[0].id,
        "rest_id": rest.id,
        "holiday_id": holiday.id,
        "year_id": holiday.day.year,
        "search_id": search.id,
        "swap_id": swap.id,
        "message_id": call.id,
        "role_id": signup.role_id,
        "companion_id": companionship.id,
        "feed_id": FeedFactory(person=volunteer.person).id,
        "mark": stopping.path(volunteer.person, Topic.WEEK).removeprefix("/stops/"),
        "device_id": DeviceFactory(person_id=volunteer.person_id).id,
        "robot_id": GroupRobotFactory(team_id=team.id, made_by=coordinator.person).id,
        "elder_id": elder.id,
        "consent_id": consent.id,
        "pairing_id": PairingFactory(elder=elder, person=volunteer.person).id,
        "visit_id": visit.id,
        "no_answer_id": NoAnswerFactory(elder=elder, began_by=volunteer.person).id,
        "help_request_id": asked.id,
        "offer_id": offer.id,
        "person_id": volunteer.person_id,
        "import_id": ImportFactory(team=team, by=coordinator.person, made=[volunteer.id]).id,
        "elder_import_id": ImportFactory(team=team, by=coordinator.person, kind="elders").id,
        "code": team.join_code,
        "token": signing_in.make_link(volunteer.person, by=None),
        "seat_id": seat.id,
        **lunch,
        "draft_id": seat.draft_id,
        "call_id": asked_by_phone.id,
        "weather_call_id": weather_call.id,
        "round_id": weather_call.round_id,
        "concern_id": concern.id,
        "place_id": team.place_id,
        "received_id": received.id,
        "share_id": share.id,
        "step": "pause",
        "filename": "linli.css",
    }


def lunch_of(occurrence, volunteer, coordinator):
    """The lunch of this date: the volunteer eats every week, the coordinator keeps the money, and
    gives it to the volunteer."""
    team, person = volunteer.team, volunteer.person
    meal = MealFactory(occurrence=occurrence, plan__activity=occurrence.activity)
    diner = DinerFactory(team=team, person=person)
    standing = StandingMealFactory(plan=meal.plan, diner=diner)
    away = StandingMealPause(
        standing_id=standing.id, first_on=occurrence.day, last_on=occurrence.day, by_id=person.id
    )
    session.add(away)
    session.commit()
    kitty = KittyFactory(team=team, keeper=coordinator.person)
    photo = keeping.keep(Photo(b"a photo", 1, 1), by=person)
    entry = KittyEntryFactory(kitty=kitty, picture=photo)
    offered = KittyHandover(
        kitty_id=kitty.id, giver=coordinator.person, taker=person, fen=entry.fen
    )
    session.add(offered)
    session.commit()
    return {
        "meal_id": meal.id,
        "booking_id": BookingFactory(meal=meal, diner=diner).id,
        "standing_meal_id": standing.id,
        "meal_pause_id": away.id,
        "entry_id": entry.id,
    }


@pytest.fixture
def village(app, client, signed_in_as):
    coordinator = CoordinatorFactory()
    CoordinatorFactory(team=coordinator.team)
    volunteer = MembershipFactory(team=coordinator.team)
    stranger = CoordinatorFactory()
    other_volunteer = MembershipFactory(team=stranger.team)
    operator = OperatorFactory().person
    people = {
        "stranger": stranger.person,
        "volunteer": volunteer.person,
        "coordinator": coordinator.person,
        "operator": operator,
    }
    own = team_of(coordinator, volunteer)
    other = team_of(stranger, other_volunteer)
    numbers = {role: person.id for role, person in people.items()}
    browsers = {
        role: signed_in_as(people_queries.get_person(number)) for role, number in numbers.items()
    }
    client.set_cookie("lang", "en")
    return Village({"visitor": client, **browsers}, own, other)


@pytest.fixture
def rules(app):
    """Every address of the service but its static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


@pytest.fixture
def guarded(app, monkeypatch):
    """Forms ask for their token, as in real use."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app


@pytest.fixture
def contents():
    """What the database holds: a fingerprint of each table, but for when a browser was seen."""

    def look():
        session.remove()
        found = {}
        for name, table in sorted(Model.metadata.tables.items()):
            columns = [c for c in table.columns if (name, c.name) != ("sign_ins", "seen_at")]
            rows = session.execute(select(*columns).order_by(table.c.id)).all()
            found[name] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
        session.remove()
        return found

    return look


@pytest.fixture
def account(app):
    """Somebody with a password, and a way to sign in with it."""
    user = UserFactory(person=PersonFactory(phone="13912345678", email="secret@example.org"))
    login = user.login

    def sign_in(browser, password=PASSWORD, **query):
        return browser.post(
            "/sign-in", data={"login": login, "password": password}, query_string=query
        )

    return sign_in
