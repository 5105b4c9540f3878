"""Who was looked after, and is nothing else to us, is forgotten with their record."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.accounts import UserFactory
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.concerns import ConcernFactory
from tests.factories.elders import ElderFactory
from tests.factories.feeds import FeedFactory
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory, StandingMealFactory
from tests.factories.notifications import DeviceFactory, OutboxMessageFactory
from tests.factories.people import CompanionFactory, ConsentFactory, PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer import wiring
from volunteer.accounts import personal_links
from volunteer.accounts.models import PersonalLink
from volunteer.activities.models import Attendance, AttendanceState, AttendanceWay
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, jobs
from volunteer.elders.details import ElderDetails
from volunteer.elders.models import ConcernStatus, ElderStatus, EndReason
from volunteer.feeds.models import Feed
from volunteer.help_requests.models import HelpStatus
from volunteer.notifications.models import Device, MessageStatus
from volunteer.people import deaths
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import ConsentScope
from volunteer.teams import membership
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


@pytest.fixture
def years_later(time_machine):
    def go_on(years=1):
        time_machine.shift(timedelta(days=366 * years))
        jobs.forget_old_elders()
        session.expire_all()

    return go_on


def gone(**more):
    """An elder who has moved away today."""
    elder = ElderFactory(**more)
    care.end(elder, EndReason.MOVED, by=PersonFactory())
    return elder


def is_forgotten(person):
    return (person.name, person.phone, person.phone_mark, person.phone_tail, person.email) == (
        NAMELESS, None, None, None, None,
    )  # fmt: skip


def test_a_year_after_the_end_nobody_knows_who_they_were(years_later):
    elder = gone(person__birth_year=1940, person__birth_month=3)
    known = (elder.person.name, elder.person.phone)
    heard = ConsentFactory(person=elder.person, scope=ConsentScope.SMS, witness="女儿 李敏")
    jobs.forget_old_elders()
    assert (elder.person.name, elder.person.phone) == known

    years_later()

    assert elder.status is ElderStatus.ARCHIVED
    assert is_forgotten(elder.person)
    assert (elder.person.birth_year, elder.person.birth_month) == (None, None)
    assert heard.witness is None
    written = session.scalars(
        select(AuditEntry.by_id).where(AuditEntry.action == "person.forgotten")
    )
    assert written.all() == [None], "by the clock, once"
    jobs.forget_old_elders()
    assert is_forgotten(elder.person)


def test_who_has_died_is_forgotten_too_though_they_had_an_account_and_a_companion(years_later):
    elder = ElderFactory()
    account = UserFactory(person=elder.person, login="13800138000")
    companion = CompanionFactory(companion=elder.person)
    care.end(elder, EndReason.DIED, by=PersonFactory())
    assert elder.person.died_on is not None

    years_later()

    assert is_forgotten(elder.person)
    assert (account.login, account.login_mark, account.password_hash) == (None, None, None)
    assert not is_forgotten(companion.person)


def test_doors_calendars_and_devices_of_who_is_forgotten_end(years_later):
    elder = gone()
    personal_links.make(elder.person, by=PersonFactory())
    FeedFactory(holder=elder.person, person=elder.person)
    DeviceFactory(person_id=elder.person.id)
    companionship = CompanionFactory(person=elder.person)
    message = OutboxMessageFactory(person=elder.person)

    years_later()

    assert is_forgotten(elder.person)
    assert session.scalars(select(Feed)).all() == []
    assert session.scalars(select(Device)).all() == []
    assert companionship.ended_at is not None
    assert message.status is MessageStatus.DROPPED
    assert not is_forgotten(companionship.companion)
    assert all(not link.is_usable(clock.now()) for link in session.scalars(select(PersonalLink)))


def member(person):
    MembershipFactory(person=person)


def applicant(person):
    MembershipFactory(person=person, status=MembershipStatus.APPLIED, joined_at=None)


def has_left(person):
    membership.leave(MembershipFactory(person=person), by=person)


def account_holder(person):
    UserFactory(person=person)


def companion_of_somebody(person):
    CompanionFactory(companion=person)


def eats_every_week(person):
    plan = MealFactory().plan
    StandingMealFactory(plan=plan, diner=DinerFactory(team=plan.team, person=person))


def has_eaten_lately(person):
    meal = MealFactory(in_days=300)
    BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, person=person))


def waits_for_help(person):
    HelpRequestFactory(asker_id=person.id)


def is_looked_after_elsewhere(person):
    ElderFactory(person=person)


def left_another_list_lately(person):
    other = ElderFactory(person=person)
    care.end(other, EndReason.MOVED, by=PersonFactory())
    other.since_on += timedelta(days=300)


def stood_at_the_door(person):
    occurrence = OccurrenceFactory(starts_at=clock.now() - timedelta(hours=3))
    session.add(
        Attendance(
            occurrence=occurrence,
            person=person,
            state=AttendanceState.CAME,
            way=AttendanceWay.WALK_IN,
            by=person,
        )
    )


def has_a_place(person):
    SignupFactory(
        occurrence=OccurrenceFactory(starts_at=clock.now() + timedelta(days=300)), person=person
    )


def reported_a_concern(person):
    ConcernFactory(reporter=person)


@pytest.mark.parametrize(
    "part",
    [
        member, applicant, has_left, account_holder, companion_of_somebody, eats_every_week,
        has_eaten_lately, waits_for_help, is_looked_after_elsewhere, left_another_list_lately,
        stood_at_the_door, has_a_place, reported_a_concern,
    ],
)  # fmt: skip
def test_who_is_something_else_to_us_stays_known(part, years_later):
    elder = gone()
    part(elder.person)
    session.commit()

    years_later()

    assert elder.status is ElderStatus.ARCHIVED
    assert not is_forgotten(elder.person)
    assert elder.person.phone


def test_whom_an_open_concern_is_about_stays_known_until_it_is_closed_and_old(years_later):
    elder = ElderFactory()
    concern = ConcernFactory(team=elder.team, elder_id=elder.id)
    session.commit()
    care.end(elder, EndReason.MOVED, by=PersonFactory())

    years_later(4)
    assert not is_forgotten(elder.person)

    concern.status = ConcernStatus.CLOSED
    session.commit()
    jobs.forget_old_elders()
    session.expire_all()
    assert is_forgotten(elder.person)


def test_they_are_forgotten_later_when_the_last_part_that_needs_them_is_over(years_later):
    elder = gone()
    row = MembershipFactory(person=elder.person)
    years_later()
    assert not is_forgotten(elder.person)

    membership.leave(row, by=elder.person)
    years_later(9)
    assert not is_forgotten(elder.person), "what they did is kept for ten years"

    years_later(2)
    assert is_forgotten(elder.person)


def test_what_was_asked_for_them_and_how_they_ate_goes_with_their_name(years_later):
    elder = gone()
    request = HelpRequestFactory(elder=elder, status=HelpStatus.WITHDRAWN, ended_at=clock.now())
    meal = MealFactory(in_days=0)
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    diner = DinerFactory(
        team=meal.team, person=elder.person, address={"building": "3", "room": "501"},
        diet={"tags": ["halal"], "allergies": "花生"}, lives_alone="yes",
    )  # fmt: skip
    booking = BookingFactory(meal=meal, diner=diner, diet=diner.diet)
    session.commit()

    years_later()

    assert is_forgotten(elder.person)
    kept = (request.asker_name, request.asker_phone, request.asker_phone_mark, request.address)
    assert kept == (None, None, None, None)
    assert (request.words, request.number) == (None, request.number)
    assert (diner.address, diner.diet, diner.lives_alone, booking.diet) == (None,) * 4


def test_who_comes_back_after_that_has_a_name_again(years_later):
    elder = gone()
    years_later()
    assert is_forgotten(elder.person)

    again = care.take_in(
        elder.team,
        ElderDetails("李明", "李大爷", phone="138 0013 8000"),
        by=PersonFactory(),
        person=elder.person,
    )

    assert again.id == elder.id
    assert (again.person.name, again.person.phone) == ("李明", "13800138000")


def test_a_death_noted_alone_forgets_nobody_who_was_never_on_a_list(years_later):
    person = PersonFactory()
    deaths.note(person, by=PersonFactory())
    years_later(3)

    assert not is_forgotten(person)
