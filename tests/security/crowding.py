"""One more of everything that pages of the village list, so that there are few or many."""

from datetime import timedelta

from sqlalchemy import select

from tests.factories import at_once, hours
from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    RotaSeatFactory,
    SignupFactory,
)
from tests.factories.concerns import ConcernFactory
from tests.factories.deeds import deed_of
from tests.factories.elders import ElderFactory, NoAnswerFactory, PairingFactory, VisitFactory
from tests.factories.feeds import FeedFactory
from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory
from tests.factories.hours import CertificateFactory
from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    KittyEntryFactory,
    MealFactory,
    StandingMealFactory,
)
from tests.factories.notifications import DeviceFactory, GroupRobotFactory, OutboxMessageFactory
from tests.factories.people import CompanionFactory
from tests.factories.rights import ForgettingRequestFactory
from tests.factories.stand_ins import StandingPlaceFactory, StandInSearchFactory, SwapOfferFactory
from tests.factories.teams import ImportFactory, MembershipFactory
from tests.factories.weather import WeatherCallFactory
from volunteer.activities.models import (
    Attendance,
    AttendanceState,
    AttendanceWay,
    Occurrence,
    RotaDraft,
    Signup,
)
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders.models import Elder, VisitStatus, WeatherRound
from volunteer.help_requests.models import HotlineCall
from volunteer.meals.models import Kitty, Meal
from volunteer.notifications.models import Channel, MessageStatus
from volunteer.people.models import Person
from volunteer.reminders.models import Call, CallShare
from volunteer.teams.models import MembershipStatus, Team

A_DAY = timedelta(days=1)


class Village:
    """What stands in the village, by the numbers of its addresses."""

    def __init__(self, numbers):
        self.team = session.get_one(Team, numbers["team_id"])
        self.volunteer = session.get_one(Person, numbers["person_id"])
        self.occurrence = session.get_one(Occurrence, numbers["occurrence_id"])
        self.signup = session.get_one(Signup, numbers["signup_id"])
        self.elder = session.get_one(Elder, numbers["elder_id"])
        self.draft = session.get_one(RotaDraft, numbers["draft_id"])
        self.meal = session.get_one(Meal, numbers["meal_id"])
        self.round = session.get_one(WeatherRound, numbers["round_id"])
        self.share = session.get_one(CallShare, numbers["share_id"])
        self.kitty = session.scalars(select(Kitty).where(Kitty.team_id == self.team.id)).one()
        self.coordinator = self.share.backup


def one_more(numbers, turn):
    """Of everything, this turn's; each in its place, so that none meets another."""
    with at_once():
        village = Village(numbers)
        for add in (members, dates, visits, help_requests, lunches, lists):
            add(village, turn)


def members(village, turn):
    for status in (MembershipStatus.ACTIVE, MembershipStatus.APPLIED, MembershipStatus.LEFT):
        MembershipFactory(team=village.team, status=status)
    mine = MembershipFactory(team=village.team).person
    CompanionFactory(companion=village.volunteer, person=mine)
    FeedFactory(person=mine, holder=village.volunteer)
    ForgettingRequestFactory(person=mine)
    for person in (village.volunteer, village.coordinator):
        other = MembershipFactory(person=person).team
        OccurrenceFactory(activity=ActivityFactory(team=other))


def dates(village, turn):
    team, activity = village.team, ActivityFactory(team=village.team)
    for at in (A_DAY + turn * timedelta(minutes=7), -A_DAY * (turn + 1), -timedelta(minutes=5)):
        now = clock.now().replace(second=0, microsecond=0)
        occurrence = OccurrenceFactory(
            activity=activity, starts_at=now + at, roles=[("帮厨", 3, 5), ("掌勺", 1, 1)]
        )
        for person in (village.volunteer, village.coordinator, None, None):
            signup = SignupFactory(occurrence=occurrence, **({"person": person} if person else {}))
            if at < -A_DAY / 2:
                session.add(came(signup))
    soon = OccurrenceFactory(activity=activity, starts_at=now + 3 * A_DAY)
    StandInSearchFactory(signup=SignupFactory(occurrence=soon), ask=village.volunteer)
    SwapOfferFactory(own=SignupFactory(occurrence=soon), other=SignupFactory(occurrence=soon))
    StandingPlaceFactory(activity=activity, person=village.volunteer)
    for shown in (village.occurrence, village.meal.occurrence):
        # Always short-handed, so that more are invited.
        shown.roles[0].minimum, shown.roles[0].maximum = 30, 40
        SignupFactory(occurrence=shown)
    StandingPlaceFactory(
        activity=village.occurrence.activity, person=MembershipFactory(team=team).person
    )
    RotaSeatFactory(
        draft=village.draft, occurrence=village.occurrence,
        person=MembershipFactory(team=team).person,
    )  # fmt: skip
    hours.serve(
        village.volunteer, 30, str((now - A_DAY * (30 + turn)).date()), team=team,
        closed_by=village.coordinator,
    )  # fmt: skip


def came(signup):
    return Attendance(
        occurrence=signup.occurrence, person=signup.person, by=signup.person,
        way=AttendanceWay.COORDINATOR, state=AttendanceState.CAME,
    )  # fmt: skip


def visits(village, turn):
    overdue = ElderFactory(team=village.team, due_on=clock.today() - A_DAY, contacts=1)
    PairingFactory(elder=overdue)
    PairingFactory(elder=overdue, person=village.volunteer)
    NoAnswerFactory(elder=overdue)
    for elder in (overdue, village.elder):
        for hour, people in ((25 + turn, [village.volunteer]), (-20 - 2 * turn, None)):
            now = clock.now().replace(second=0, microsecond=0)
            VisitFactory(elder=elder, starts_at=now + timedelta(hours=hour), people=people)
        past = VisitFactory(
            elder=elder, starts_at=now - (turn + 3) * A_DAY, people=[village.volunteer],
            status=VisitStatus.DONE,
        )  # fmt: skip
        session.flush()
        deed_of(past, MembershipFactory(team=village.team).person)
        deed_of(past, village.volunteer)
        confirmed = {"confirmed_by": MembershipFactory().person, "confirmed_at": clock.now()}
        for person in (village.volunteer, village.coordinator):
            before = VisitFactory(elder=elder, starts_at=past.starts_at - A_DAY / 2, people=[])
            session.flush()
            deed_of(before, person, **confirmed)
    ConcernFactory(team=village.team, elder=village.elder)
    WeatherCallFactory(round=village.round, caller=village.volunteer)


def help_requests(village, turn):
    team = village.team
    HelpRequestFactory(community_of=team)
    asked = HelpRequestFactory(community_of=team, taken=True, asker_id=village.volunteer.id)
    HelpOfferFactory(help_request=asked, person=village.volunteer)
    HelpOfferFactory(help_request=asked)
    session.add(
        HotlineCall(team=team, words="qz", taken_by=village.coordinator, call_back_by=clock.now())
    )


def lunches(village, turn):
    BookingFactory(meal=village.meal)
    diner = DinerFactory(team=village.team)
    StandingMealFactory(plan=village.meal.plan, diner=diner)
    soon = MealFactory(plan=village.meal.plan, in_days=4 + turn)
    BookingFactory(meal=soon)
    KittyEntryFactory(kitty=village.kitty)


def lists(village, turn):
    team, volunteer, coordinator = village.team, village.volunteer, village.coordinator
    CertificateFactory(team=team, person=MembershipFactory(team=team).person)
    hours.issued(volunteer, team=team, by=coordinator)
    ImportFactory(team=team, by=coordinator)
    DeviceFactory(person_id=volunteer.id)
    GroupRobotFactory(team_id=team.id, made_by=coordinator)
    for status in (MessageStatus.FAILED, MessageStatus.WAITING, MessageStatus.SENT):
        OutboxMessageFactory(team_id=team.id, kind="place_freed", status=status)
    person = SignupFactory(occurrence=village.occurrence).person
    OutboxMessageFactory(
        team_id=team.id, kind="place_freed", channel=Channel.CALL, person=person,
        about={"occurrence_id": village.occurrence.id},
    )  # fmt: skip
    session.add(
        Call(
            team=team,
            occurrence=village.occurrence,
            person=person,
            share=village.share,
            starts_at=village.occurrence.starts_at,
        )
    )
