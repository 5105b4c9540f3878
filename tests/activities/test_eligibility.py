"""Why somebody can't have a place: every reason, in one sentence that says what to do instead."""

from datetime import date, timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import ConsentFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import eligibility, insurance, signups, ties
from volunteer.activities.errors import (
    AgeNotKnown,
    GuardianMustAgree,
    GuardianMustCome,
    NotForTheYoung,
    NotInsured,
    OutsideAgeBand,
    OutsideInsuranceAges,
    TooLateForTheYoung,
    TooYoung,
    TrainingNeeded,
    WeekIsFull,
    WorthASecondThought,
)
from volunteer.activities.insurance import PolicyDetails
from volunteer.activities.models import DangerLevel, RoleNeeds, Signup
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.models import ConsentScope
from volunteer.training import qualifications

pytestmark = pytest.mark.usefixtures("database")

# Wednesday, 10:00 in Chengdu; dates of the factory lie on Friday at the same hour.
NOW = "2026-10-14T02:00:00+00:00"
DAY = date(2026, 10, 16)


@pytest.fixture(autouse=True)
def wednesday(time_machine, database):
    time_machine.move_to(NOW, tick=False)


def reasons(occurrence, person):
    facts = eligibility.of_date(occurrence, [person])
    return [str(reason) for reason in facts.refusals(person, occurrence.roles[0], occurrence)]


def kinds(occurrence, person):
    facts = eligibility.of_date(occurrence, [person])
    return [type(reason) for reason in facts.refusals(person, occurrence.roles[0], occurrence)]


def aged(occurrence, years):
    """A member who had this birthday in the month before."""
    return member_of(occurrence, birth_year=2026 - years, birth_month=9)


def asking_for(occurrence, **needs):
    occurrence.roles[0].needs = RoleNeeds(**needs)
    session.commit()
    return occurrence


def insured(team, **details):
    values = {"starts_on": DAY, "ends_on": DAY} | details
    by = CoordinatorFactory(team=team).person
    return insurance.register(team, PolicyDetails("平安", "A-1", **values), by=by)


def test_nothing_keeps_a_grown_up_member_away():
    occurrence = OccurrenceFactory()

    assert reasons(occurrence, member_of(occurrence)) == []


@pytest.mark.parametrize(
    ("years", "found"),
    [(7, [TooYoung]), (8, [GuardianMustCome]), (13, [GuardianMustCome]),
     (14, [GuardianMustAgree]), (17, [GuardianMustAgree]), (18, [])],
)  # fmt: skip
def test_children_need_their_guardian(years, found):
    occurrence = OccurrenceFactory()

    assert kinds(occurrence, aged(occurrence, years)) == found


def test_in_the_month_of_the_birthday_one_counts_as_younger():
    occurrence = OccurrenceFactory()
    eighteen_this_month = member_of(occurrence, birth_year=2008, birth_month=10)

    assert kinds(occurrence, eighteen_this_month) == [GuardianMustAgree]


def test_a_child_comes_once_its_guardian_has_a_place_on_the_same_date():
    occurrence = OccurrenceFactory()
    child, guardian = aged(occurrence, 10), member_of(occurrence)
    ties.set_guardian(occurrence.team, child, guardian, by=guardian)
    before = kinds(occurrence, child)

    signups.sign_up(occurrence, occurrence.roles[0].id, guardian, by=guardian)

    assert (before, kinds(occurrence, child)) == ([GuardianMustCome], [])


def test_a_child_goes_when_its_guardian_gives_the_place_back():
    occurrence = OccurrenceFactory()
    child, guardian = aged(occurrence, 10), member_of(occurrence)
    ties.set_guardian(occurrence.team, child, guardian, by=guardian)
    for person in (guardian, child):
        signups.sign_up(occurrence, occurrence.roles[0].id, person, by=guardian)

    signups.withdraw(occurrence.signup_of(guardian), by=guardian)

    assert occurrence.going == []


def test_a_youth_comes_with_the_guardians_consent_on_paper():
    occurrence = OccurrenceFactory()
    youth = aged(occurrence, 15)
    ConsentFactory(person=youth, scope=ConsentScope.YOUNG_VOLUNTEER)

    assert kinds(occurrence, youth) == []


def test_nobody_under_18_is_put_into_danger_or_comes_at_night():
    activity = ActivityFactory(danger_level=DangerLevel.POSSIBLE)
    occurrence = OccurrenceFactory(
        activity=activity, starts_at=clock.now() + timedelta(days=2, hours=10)
    )
    insured(activity.team)
    youth = aged(occurrence, 15)
    ConsentFactory(person=youth, scope=ConsentScope.YOUNG_VOLUNTEER)

    assert kinds(occurrence, youth) == [NotForTheYoung, TooLateForTheYoung]


def test_a_role_may_be_for_certain_ages():
    occurrence = asking_for(OccurrenceFactory(), least_age=50, most_age=70)

    found = [kinds(occurrence, aged(occurrence, years)) for years in (49, 50, 70, 71)]

    assert found == [[OutsideAgeBand], [], [], [OutsideAgeBand]]
    assert kinds(occurrence, member_of(occurrence)) == [AgeNotKnown]


def test_the_reason_says_which_ages():
    occurrence = asking_for(OccurrenceFactory(), most_age=70)

    assert reasons(occurrence, aged(occurrence, 71)) == [
        "This work is up to the age of 70. Please choose other work."
    ]


def test_a_role_may_need_a_training_that_is_still_good_on_the_day():
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person
    training = qualifications.name_training(occurrence.team, "急救", by=coordinator)
    asking_for(occurrence, training_id=training.id)
    members = [member_of(occurrence) for _number in range(3)]
    until = [DAY, DAY - timedelta(days=1)]
    for person, last in zip(members, until, strict=False):
        qualifications.note_passed(person, occurrence.team, {training.id: last}, by=coordinator)

    found = [reasons(occurrence, person) for person in members]

    assert found == [
        [],
        ["Your training “急救” was good until 10月15日. Please ask the coordinator for a new one."],
        ["This work needs the training “急救”. Please ask the coordinator, or choose other work."],
    ]


def test_a_training_that_is_unticked_is_not_passed_any_more():
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person
    training = qualifications.name_training(occurrence.team, "急救", by=coordinator)
    asking_for(occurrence, training_id=training.id)
    member = member_of(occurrence)
    qualifications.note_passed(member, occurrence.team, {training.id: None}, by=coordinator)

    qualifications.note_passed(member, occurrence.team, {}, by=coordinator)

    assert kinds(occurrence, member) == [TrainingNeeded]


def test_what_may_be_dangerous_needs_an_insurance_for_its_day_and_the_age():
    occurrence = OccurrenceFactory(activity__danger_level=DangerLevel.POSSIBLE)
    member = aged(occurrence, 76)
    before = kinds(occurrence, member)
    insured(occurrence.team, least_age=18, most_age=75)

    assert (before, kinds(occurrence, member)) == ([NotInsured], [OutsideInsuranceAges])
    assert kinds(occurrence, aged(occurrence, 75)) == []
    assert kinds(occurrence, member_of(occurrence)) == []


def test_an_insurance_of_another_team_or_of_before_helps_nobody():
    occurrence = OccurrenceFactory(activity__danger_level=DangerLevel.POSSIBLE)
    insured(MembershipFactory().team)
    insured(occurrence.team, starts_on=DAY - timedelta(days=9), ends_on=DAY - timedelta(days=1))

    assert kinds(occurrence, member_of(occurrence)) == [NotInsured]


def test_a_team_may_say_on_how_many_dates_a_week_one_comes():
    first = SignupFactory()
    team = first.occurrence.team
    team.most_a_week = 1
    session.commit()
    same_week, next_week = (
        OccurrenceFactory(
            activity=ActivityFactory(team=team),
            starts_at=first.occurrence.starts_at + timedelta(days=days),
        )
        for days in (1, 3)
    )

    assert kinds(same_week, first.person) == [WeekIsFull]
    assert kinds(next_week, first.person) == []


def second_date(first: Signup, *, after: timedelta, place: str = "别处", hours: int = 2):
    """Another date of the same team, so long after the end of the first."""
    begin = first.occurrence.ends_at + after
    return OccurrenceFactory(
        activity=ActivityFactory(team=first.occurrence.team, place=place),
        starts_at=begin,
        ends_at=begin + timedelta(hours=hours),
    )


def test_hardly_time_to_get_there_is_said_once_and_done_when_they_are_sure():
    first = SignupFactory()
    then = second_date(first, after=timedelta(minutes=10))
    ask = (then.id, then.roles[0].id, first.person)

    with pytest.raises(WorthASecondThought, match="there are 10 minutes"):
        signups.ask(*ask, by=first.person, is_sure=False)
    before = then.signup_of(first.person)
    signups.ask(*ask, by=first.person, is_sure=True)

    assert before is None
    assert then.signup_of(first.person).is_going


def test_no_time_between_is_not_counted_as_0_minutes():
    first = SignupFactory()
    then = second_date(first, after=timedelta())

    with pytest.raises(WorthASecondThought, match="there is no time at all"):
        signups.ask(then.id, then.roles[0].id, first.person, by=first.person, is_sure=False)


@pytest.mark.parametrize(
    ("after", "place"), [(timedelta(minutes=30), "别处"), (timedelta(minutes=10), "社区活动室")]
)
def test_time_enough_or_the_same_place_needs_no_second_thought(after, place):
    first = SignupFactory()
    then = second_date(first, after=after, place=place)

    signup = signups.ask(then.id, then.roles[0].id, first.person, by=first.person, is_sure=False)

    assert signup.is_going


def test_a_very_long_day_is_worth_a_second_thought():
    first = SignupFactory()
    then = second_date(first, after=timedelta(hours=1), hours=5)

    with pytest.raises(WorthASecondThought, match="That would be 7 hours on one day"):
        signups.ask(then.id, then.roles[0].id, first.person, by=first.person, is_sure=False)


def test_many_people_and_dates_are_looked_up_with_few_questions(count_queries):
    occurrences = [
        asking_for(OccurrenceFactory(activity__danger_level=DangerLevel.POSSIBLE), least_age=9)
        for _number in range(4)
    ]
    people = [aged(occurrences[0], years) for years in (10, 15, 60, 70)]

    with count_queries() as sent:
        facts = eligibility.look_up(occurrences, people)
        for person in people:
            facts.may_come(person, occurrences[0].roles[0], occurrences[0])

    assert len(sent) <= 7, sent
