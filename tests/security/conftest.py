"""A village of two teams, seen by every kind of reader, and what its database holds."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from tests.conftest import fresh_database
from tests.factories import hours
from tests.factories.accounts import PASSWORD, OperatorFactory, UserFactory
from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    RotaSeatFactory,
    SignupFactory,
)
from tests.factories.concerns import ConcernFactory
from tests.factories.deeds import deed_of
from tests.factories.elders import (
    ElderFactory,
    NoAnswerFactory,
    PairingFactory,
    VisitFactory,
)
from tests.factories.feeds import FeedFactory
from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory
from tests.factories.incidents import IncidentFactory
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
from tests.factories.rights import ForgettingRequestFactory
from tests.factories.stand_ins import StandingPlaceFactory, StandInSearchFactory, SwapOfferFactory
from tests.factories.teams import (
    CoordinatorFactory,
    HandoverFactory,
    ImportFactory,
    MembershipFactory,
)
from tests.factories.weather import WeatherCallFactory
from tests.servers import master, speaking_to
from volunteer.accounts import personal_links, signing_in
from volunteer.activities import ties
from volunteer.activities.models import ActivityPause, DaysOff
from volunteer.core import clock
from volunteer.core.database import Model, session
from volunteer.help_requests.models import HotlineCall
from volunteer.hours.models import CertificateObjection
from volunteer.meals.models import KittyHandover, StandingMealPause
from volunteer.network.models import Holiday, HolidayKind
from volunteer.notifications import stopping
from volunteer.notifications.models import Channel, MessageStatus
from volunteer.notifications.topics import Topic
from volunteer.people.models import ConsentScope
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo
from volunteer.reminders.models import Call, CallResult, CallShare
from volunteer.teams.models import MembershipStatus, Quality, StarAward

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
    deed = deed_of(visit, volunteer.person)
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
    together = DaysOff(team=team, first_on=occurrence.day, last_on=occurrence.day, reason="下大雨")
    session.add_all([rest, holiday, together])
    session.commit()
    weather_call = WeatherCallFactory(round__team=team, caller=volunteer.person)
    concern = ConcernFactory(team=team, elder=elder)
    certificate = hours.issued(volunteer.person, team=team, by=coordinator.person)
    objection = CertificateObjection(
        certificate=certificate, person_id=acted_for.id, words="qz", answered_at=clock.now(),
        answered_by_id=coordinator.person_id,
    )  # fmt: skip
    star = StarAward(
        team=team, person=volunteer.person, level=1, quality=Quality.GOOD, minutes=6000,
        given_on=clock.today(), by=coordinator.person,
    )  # fmt: skip
    session.add_all([objection, star])
    session.commit()
    incident = IncidentFactory(team=team, reporter=volunteer.person, hurt=[people[1]], photo=True)
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
        "days_off_id": together.id,
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
        "request_id": ForgettingRequestFactory(person=volunteer.person).id,
        "certificate_id": certificate.id,
        "objection_id": objection.id,
        "level_id": 1,
        "deed_id": deed.id,
        "import_id": ImportFactory(team=team, by=coordinator.person, made=[volunteer.id]).id,
        "elder_import_id": ImportFactory(team=team, by=coordinator.person, kind="elders").id,
        "code": team.join_code,
        "token": personal_links.make(volunteer.person, by=None),
        "seat_id": seat.id,
        **lunch,
        "draft_id": seat.draft_id,
        "call_id": asked_by_phone.id,
        "weather_call_id": weather_call.id,
        "round_id": weather_call.round_id,
        "concern_id": concern.id,
        "incident_id": incident.id,
        "photo_id": incident.photos[0].id,
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


def build_village():
    """Two teams with everything in them, and their readers; answers what the tests need to know."""
    coordinator = CoordinatorFactory()
    CoordinatorFactory(team=coordinator.team)
    volunteer = MembershipFactory(team=coordinator.team)
    stranger = CoordinatorFactory()
    other_volunteer = MembershipFactory(team=stranger.team)
    people = {
        "stranger": stranger.person,
        "volunteer": volunteer.person,
        "coordinator": coordinator.person,
        "operator": OperatorFactory().person,
    }
    own = team_of(coordinator, volunteer)
    other = team_of(stranger, other_volunteer)
    return Built(own, other, {role: sign_in_of(person) for role, person in people.items()})


def sign_in_of(person):
    """What stands in the cookie of a browser in which this person is signed in."""
    return signing_in.begin(signing_in.user_of(person), "test").token


@dataclass(frozen=True)
class Built:
    """What is to be known of a village: numbers for addresses, and who is signed in by role."""

    own: dict
    other: dict
    sign_ins: dict


@dataclass(frozen=True)
class Look:
    """How each address answered one reader: with our numbers, with another team's; and what of the
    database was another afterwards."""

    own: list
    other: list
    # Asking for the head alone, and for what may be asked.
    more: list
    changed: set


@dataclass(frozen=True)
class Ground:
    """A database of its own in which something stands, and what is to be known of it."""

    engine: Engine
    built: Any
    # By role; kept because a look changes nothing, which a test of its own proves.
    looks: dict = field(default_factory=dict)


@pytest.fixture(scope="session")
def grounds(setting, tmp_path_factory):
    """The ground on which this stands, by the function that builds it; for all tests that ask.

    Each test undoes what it changes. What is a day away must stay so, so that every hour all is
    built anew.
    """
    kind, folder = setting.engine.dialect.name, tmp_path_factory.mktemp("grounds")
    made = {}
    with ExitStack() as stack:

        def ground_of(build):
            asked = (build, clock.now().hour)
            if asked not in made:
                name = f"ground{len(made)}"
                url = stack.enter_context(fresh_database(kind, folder, name, like=master(kind)))
                with speaking_to(url):
                    made[asked] = Ground(session.get_bind().engine, build())
                stack.callback(made[asked].engine.dispose)
            return made[asked]

        yield ground_of


@pytest.fixture
def build():
    """What stands in the database of a test that asks for a village."""
    return build_village


@pytest.fixture
def ground(grounds, build):
    return grounds(build)


@pytest.fixture
def engine(request, setting):
    """Of the village's database, when a test asks for one."""
    if "village" in request.fixturenames:
        return request.getfixturevalue("ground").engine
    return setting.engine


@pytest.fixture
def village(ground, app, client, browser_of):
    built = ground.built
    browsers = {role: browser_of(token) for role, token in built.sign_ins.items()}
    client.set_cookie("lang", "en")
    return Village({"visitor": client, **browsers}, {**built.own}, {**built.other})


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
def look(ground, village, rules, contents):
    """One look at every address by this role, kept for every test that asks about it."""

    def look_around(role):
        if role not in ground.looks:
            browser, found = village.browsers[role], Look([], [], [], set())
            before = contents()
            for rule in rules:
                if "GET" in rule.methods:
                    own = village.address(rule, village.own)
                    found.own.append((rule, browser.get(own)))
                    found.more.extend(browser.open(own, method=m) for m in ("HEAD", "OPTIONS"))
                    found.other.append((rule, browser.get(village.address(rule, village.other))))
            after = contents()
            found.changed.update(name for name, rows in after.items() if rows != before[name])
            ground.looks[role] = found
        return ground.looks[role]

    return look_around


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
