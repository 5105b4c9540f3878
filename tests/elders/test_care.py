"""Taking somebody in, what is known of them, risk and intervals, pause, end, and consent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.accounts import personal_links
from volunteer.accounts.models import PersonalLink
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import lock, session
from volunteer.core.homes import Home
from volunteer.elders import care, jobs, queries
from volunteer.elders.details import ContactDetails, ElderDetails, details_of
from volunteer.elders.errors import (
    AlreadyServed,
    BasicConsentNeeded,
    NoLongerServed,
    ReasonNeeded,
)
from volunteer.elders.models import (
    Category,
    Elder,
    ElderStatus,
    EmergencyContact,
    EndReason,
    Living,
    RiskLevel,
    VisitChannel,
    VisitStatus,
)
from volunteer.elders.notices import VISIT_CANCELLED
from volunteer.notifications.models import OutboxMessage
from volunteer.people import consents
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)
BASIC = ConsentScope.BASIC
HIGH, KEY, GENERAL = RiskLevel.HIGH, RiskLevel.KEY, RiskLevel.GENERAL
PAPER = ConsentDetails()


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def day(time_machine):
    """Go on to this day, in the afternoon of Chengdu."""
    return lambda when: time_machine.move_to(f"{when.isoformat()}T08:00Z", tick=False)


def days(number):
    return timedelta(days=number)


def details(**changed: object) -> ElderDetails:
    return ElderDetails(**{"name": "王秀英", "preferred_name": "王婆婆", **changed})


def taken_in(team=None, /, **how) -> Elder:
    team = team or TeamFactory()
    wanted = how.pop("details", None) or details()
    return care.take_in(team, wanted, by=CoordinatorFactory(team=team).person, **how)


def actions(subject) -> list[str]:
    rows = session.query(AuditEntry).filter_by(
        subject_kind=subject.__tablename__, subject_id=subject.id
    )
    return [entry.action for entry in rows.order_by(AuditEntry.id)]


# --- taking in ------------------------------------------------------------------------------


def test_who_agreed_is_visited_from_now_on_and_due_after_the_usual_time():
    elder = taken_in(consent=PAPER)

    assert (elder.status, elder.is_active, elder.is_served) == (ElderStatus.ACTIVE, True, True)
    assert (elder.since_on, elder.interval_days, elder.due_on) == (TODAY, 90, TODAY + days(90))
    assert consents.has(elder.person, BASIC)
    assert actions(elder) == ["elder.taken_in"]


def test_who_has_not_agreed_is_on_the_list_and_nobody_counts_the_days():
    elder = taken_in()

    assert (elder.status, elder.due_on) == (ElderStatus.PROSPECTIVE, None)
    assert queries.list_elders(elder.team) == [elder]


def test_everything_that_was_said_is_kept():
    said = details(
        phone="138 1234 5678", landline="028-8666 1234", birth_year=1940,
        home=Home("锦绣东方小区", "3", "2", "501"), living=Living.ALONE,
        categories=[Category.LIVING_ALONE, Category.DEMENTIA], communication_note="耳背，敲门大声",
        caution_note="有狗", key_holder="对门张嬢嬢", note="爱听川剧",
        visit_channel=VisitChannel.PHONE, interval_days=10,
        contacts=[ContactDetails("王丽", "139 0000 0001", "女儿", "成都", has_key=True),
                  ContactDetails("王刚", "13900000002")],
    )  # fmt: skip

    number = taken_in(details=said, consent=PAPER).id
    session.expunge_all()

    elder = session.get_one(Elder, number)
    assert (elder.person.name, elder.preferred_name) == ("王秀英", "王婆婆")
    assert (elder.person.phone, elder.landline) == ("13812345678", "02886661234")
    assert (elder.birth_year, elder.age(TODAY)) == (1940, 86)
    assert elder.home == Home("锦绣东方小区", "3", "2", "501")
    assert (elder.living_situation, elder.special_categories) == (
        Living.ALONE,
        [Category.LIVING_ALONE, Category.DEMENTIA],
    )
    assert (elder.communication_note, elder.caution_note) == ("耳背，敲门大声", "有狗")
    assert (elder.key_holder, elder.note) == ("对门张嬢嬢", "爱听川剧")
    assert (elder.visit_channel, elder.interval_days) == (VisitChannel.PHONE, 10)
    assert [(c.name, c.phone, c.relation, c.city, c.has_key) for c in elder.contacts] == [
        ("王丽", "13900000001", "女儿", "成都", True),
        ("王刚", "13900000002", None, None, False),
    ]


def test_a_member_who_is_looked_after_too_keeps_their_one_record():
    member = MembershipFactory(person__phone="13912345678")

    elder = taken_in(member.team, person=member.person, consent=PAPER)

    assert elder.person == member.person
    assert session.query(Person).filter(Person.name == "王秀英").count() == 0
    assert member.person.phone == "13912345678"


def test_nobody_is_on_a_teams_list_twice():
    elder = taken_in(consent=PAPER)

    with pytest.raises(AlreadyServed):
        taken_in(elder.team, person=elder.person)

    assert session.query(Elder).count() == 1


@pytest.mark.parametrize("status", [ElderStatus.PROSPECTIVE, ElderStatus.SUSPENDED])
def test_who_waits_or_is_away_is_on_the_list_too(status):
    elder = ElderFactory(status=status)

    with pytest.raises(AlreadyServed):
        taken_in(elder.team, person=elder.person)


def test_two_teams_may_look_after_one_person():
    first = taken_in(consent=PAPER)
    second = taken_in(person=first.person)

    assert (first.id, first.person) != (second.id, second.team)
    assert second.is_active, "their consent to be looked after holds already"


def test_who_had_left_comes_back_to_the_same_row_due_anew_and_not_overdue_at_once(day):
    elder = ElderFactory(last_seen_on=TODAY - days(7))
    care.end(elder, EndReason.MOVED, by=PersonFactory())
    day(TODAY + days(400))

    again = taken_in(elder.team, person=elder.person)

    assert again == elder
    assert (elder.status, elder.end_reason) == (ElderStatus.ACTIVE, None)
    assert elder.since_on == TODAY + days(400)
    assert elder.due_on == elder.since_on + days(1)
    assert not elder.is_overdue(elder.since_on)


def test_a_raised_risk_has_a_reason_from_the_beginning():
    for blank in ("", "  "):
        with pytest.raises(ReasonNeeded):
            taken_in(risk=HIGH, risk_reason=blank)
    assert (
        session.query(Elder).count() == session.query(Person).filter_by(name="王秀英").count() == 0
    )

    elder = taken_in(risk=HIGH, risk_reason="独居，三月摔过", consent=PAPER)
    assert (elder.risk_level, elder.risk_reason) == (HIGH, "独居，三月摔过")
    assert (elder.risk_set_on, elder.risk_review_on) == (TODAY, TODAY + days(182))
    assert elder.risk_set_by is not None


# --- intervals ------------------------------------------------------------------------------


# 民发〔2022〕73号: 独居、空巢、留守、失能、重残、计划生育特殊家庭.
NATIONAL = {
    Category.LIVING_ALONE, Category.EMPTY_NEST, Category.LEFT_BEHIND, Category.CARE_DEPENDENT,
    Category.SEVERELY_DISABLED, Category.SPECIAL_FAMILY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("level", "categories", "interval"),
    [
        (HIGH, [], 7),
        (HIGH, [Category.DEMENTIA], 7),
        (KEY, [], 30),
        (KEY, [Category.EMPTY_NEST], 30),
        (GENERAL, [], 90),
        *((GENERAL, [category], 30) for category in sorted(NATIONAL)),
        *((GENERAL, [category], 90) for category in sorted(set(Category) - NATIONAL)),
        (GENERAL, [Category.ADVANCED_AGE, Category.LIVING_ALONE], 30),
    ],
)
def test_how_often_somebody_is_seen_follows_from_risk_and_the_national_list(
    level, categories, interval
):
    elder = taken_in(
        details=details(categories=categories), risk=level, risk_reason="因为", consent=PAPER
    )

    assert (elder.interval_days, elder.due_on) == (interval, TODAY + days(interval))


@pytest.mark.parametrize(
    ("living", "interval"),
    [(Living.ALONE, 30), (Living.COUPLE, 30), (Living.LEFT_BEHIND, 30), (Living.WITH_CHILDREN, 90)],
)
def test_with_whom_they_live_counts_without_a_second_tick(living, interval):
    """§2.2: at least once a month whoever the state names, such as 独居 and 空巢."""
    assert taken_in(details=details(living=living), consent=PAPER).interval_days == interval


def test_a_usual_interval_follows_what_becomes_known_and_a_chosen_one_stays():
    usual, chosen = taken_in(consent=PAPER), taken_in(details=details(interval_days=45))
    assert [details_of(elder).interval_days for elder in (usual, chosen)] == [None, 45]

    for elder in (usual, chosen):
        changed = replace(details_of(elder), categories=[Category.SPECIAL_FAMILY])
        care.change(elder, changed, by=PersonFactory())

    assert [elder.interval_days for elder in (usual, chosen)] == [30, 45]
    assert usual.due_on == TODAY + days(30)


def test_an_interval_of_ones_own_goes_before_the_usual_one():
    assert taken_in(details=details(interval_days=3), consent=PAPER).due_on == TODAY + days(3)


def test_seen_today_counts_from_today_and_an_earlier_day_takes_nothing_back():
    elder = ElderFactory(interval_days=7, last_seen_on=TODAY - days(10))
    assert elder.is_overdue(TODAY)

    care.seen(elder, TODAY)
    assert (elder.last_seen_on, elder.due_on) == (TODAY, TODAY + days(7))

    care.seen(elder, TODAY - days(3))
    assert (elder.last_seen_on, elder.due_on) == (TODAY, TODAY + days(7))


def test_overdue_begins_the_day_after_the_last_one():
    elder = ElderFactory(interval_days=7, last_seen_on=TODAY - days(7))
    assert elder.due_on == TODAY

    assert not elder.is_overdue(TODAY)
    assert elder.is_overdue(TODAY + days(1))
    assert queries.list_to_be_seen(elder.team, TODAY) == []
    assert queries.list_to_be_seen(elder.team, TODAY + days(1)) == [elder]
    assert queries.count_overdue(elder.team, TODAY + days(1)) == 1


def test_the_longest_overdue_stand_first_and_only_ones_own_team():
    team = TeamFactory()
    short, long = (
        ElderFactory(team=team, interval_days=7, last_seen_on=TODAY - days(n)) for n in (8, 20)
    )
    ElderFactory(interval_days=7, last_seen_on=TODAY - days(20))

    assert queries.list_to_be_seen(team, TODAY) == [long, short]
    assert queries.count_overdue(team, TODAY) == 2


# --- risk -----------------------------------------------------------------------------------


def test_a_named_human_raises_the_risk_and_the_interval_follows():
    elder, coordinator = ElderFactory(interval_days=90, last_seen_on=TODAY), PersonFactory()

    care.set_risk(elder, HIGH, "摔过一次", by=coordinator)

    assert (elder.risk_level, elder.risk_reason, elder.risk_set_by) == (
        HIGH,
        "摔过一次",
        coordinator,
    )
    assert (elder.interval_days, elder.due_on) == (7, TODAY + days(7))
    assert elder.risk_review_on == TODAY + days(182)
    assert not elder.needs_review(TODAY + days(181))
    assert elder.needs_review(TODAY + days(182))
    assert elder.needs_review(TODAY + days(183))
    (entry,) = session.query(AuditEntry).filter_by(action="elder.risk_set")
    assert entry.details == {"level": "high"}
    assert entry.by_id == coordinator.id


def test_the_same_level_again_keeps_an_interval_of_ones_own():
    elder = ElderFactory(risk_level=KEY, risk_reason="独居", interval_days=5)

    care.set_risk(elder, KEY, "还是独居", by=PersonFactory())

    assert (elder.interval_days, elder.risk_reason) == (5, "还是独居")


def test_back_to_general_needs_no_reason_and_the_law_still_counts():
    elder = ElderFactory(
        risk_level=HIGH, risk_reason="摔过", categories=[Category.EMPTY_NEST.value]
    )

    care.set_risk(elder, GENERAL, "", by=PersonFactory())

    assert (elder.risk_level, elder.risk_reason, elder.interval_days) == (GENERAL, None, 30)


@pytest.mark.parametrize("level", [HIGH, KEY])
@pytest.mark.parametrize("reason", ["", " ", "\n"])
def test_without_a_reason_nothing_is_raised(level, reason):
    elder = ElderFactory()

    with pytest.raises(ReasonNeeded):
        care.set_risk(elder, level, reason, by=PersonFactory())

    assert elder.risk_level is GENERAL


# --- changing -------------------------------------------------------------------------------


def test_a_phone_that_is_put_right_ends_the_links_that_lie_on_the_old_one():
    elder = ElderFactory()
    known = replace(details_of(elder), phone="13811112222")
    personal_links.doors([elder.person], "/somewhere", lasts=days(2))

    care.change(elder, replace(details_of(elder), note="爱听川剧"), by=PersonFactory())
    before = session.query(PersonalLink).one().expires_at
    care.change(elder, known, by=PersonFactory())

    session.expire_all()
    assert before > clock.now() >= session.query(PersonalLink).one().expires_at


def test_what_changed_is_noted_by_field_and_never_in_words():
    elder, coordinator = ElderFactory(contacts=1, preferred_name="李嬢嬢"), PersonFactory()
    said = details(
        name="王玉英", phone="13811112222", home=Home(estate="小税巷5号院"), note="住院过",
        contacts=[ContactDetails("新的人", "13700001111")],
    )  # fmt: skip

    care.change(elder, said, by=coordinator)

    (entry,) = session.query(AuditEntry).filter_by(action="elder.changed")
    assert entry.details["fields"] == sorted(
        ["name", "phone", "address", "note", "contacts", "preferred_name", "interval_days",
         "categories"]
    )  # fmt: skip
    assert not any(word in str(entry.details) for word in ("小税巷", "住院", "1381111", "新的人"))
    assert (elder.person.name, elder.person.phone) == ("王玉英", "13811112222")
    assert entry.by_id == coordinator.id


def test_nothing_changed_leaves_no_line():
    elder = taken_in(consent=PAPER)

    care.change(elder, details(), by=PersonFactory())

    assert "elder.changed" not in actions(elder)


def test_who_has_an_account_keeps_their_own_name_and_phone():
    elder = ElderFactory(person__name="李明", person__phone="13912345678")

    care.change(elder, details(phone="13700001111", note="新"), by=PersonFactory(), own_name=False)

    assert (elder.person.name, elder.person.phone) == ("李明", "13912345678")
    assert elder.note == "新"


def test_contacts_follow_the_list_that_is_given():
    elder = ElderFactory(contacts=3)
    first, second = ContactDetails("甲", "13700000001"), ContactDetails("乙", "13700000002")

    care.change(elder, details(contacts=[first]), by=PersonFactory())
    care.change(elder, details(contacts=[second, first]), by=PersonFactory())
    session.expire_all()

    assert [(c.position, c.name) for c in elder.contacts] == [(0, "乙"), (1, "甲")]
    assert session.query(EmergencyContact).count() == 2


def test_what_is_no_longer_said_is_gone():
    elder = taken_in(details=details(note="旧", landline="02886661234", home=Home("小区", "3")))

    care.change(elder, details(), by=PersonFactory())

    assert (elder.note, elder.landline, elder.address) == (None, None, None)


def test_another_interval_moves_the_due_day():
    elder = ElderFactory(last_seen_on=TODAY, interval_days=30)

    care.change(elder, details(interval_days=5), by=PersonFactory())

    assert elder.due_on == TODAY + days(5)


# --- away and back --------------------------------------------------------------------------


def test_who_is_in_hospital_is_never_overdue_and_planned_visits_end(day):
    elder = ElderFactory(last_seen_on=TODAY - days(27))
    visit = VisitFactory(elder=elder)
    pairing = PairingFactory(elder=elder)

    care.suspend(elder, "住院", by=PersonFactory())

    assert (elder.status, elder.status_note, elder.due_on) == (ElderStatus.SUSPENDED, "住院", None)
    assert visit.status is VisitStatus.CANCELLED
    assert pairing.ended_on is None
    day(TODAY + days(100))
    assert not elder.is_overdue(TODAY + days(100))
    assert queries.list_to_be_seen(elder.team, TODAY + days(100)) == []


@pytest.mark.parametrize("away", [0, 3, 100])
@pytest.mark.parametrize("seen_before", [None, 2, 60])
def test_who_is_back_from_hospital_is_due_the_next_day(day, away, seen_before):
    last = None if seen_before is None else TODAY - days(seen_before)
    elder = ElderFactory(last_seen_on=last)
    care.suspend(elder, "住院", by=PersonFactory())
    day(TODAY + days(away))

    care.begin(elder, by=PersonFactory())

    back = TODAY + days(away)
    assert (elder.status, elder.status_note, elder.since_on) == (ElderStatus.ACTIVE, None, back)
    assert elder.due_on == back + days(1)
    assert not elder.is_overdue(back + days(1))
    assert elder.is_overdue(back + days(2))


def test_who_is_back_stays_due_the_next_day_whatever_is_written_meanwhile(day):
    elder = ElderFactory(last_seen_on=TODAY - days(2), interval_days=90)
    care.suspend(elder, "住院", by=PersonFactory())
    day(TODAY + days(3))
    care.begin(elder, by=PersonFactory())
    back = elder.since_on

    care.change(elder, details(note="出院了", interval_days=60), by=PersonFactory())
    care.set_risk(elder, HIGH, "刚出院", by=PersonFactory())
    assert elder.due_on == back + days(1)

    care.seen(elder, back)
    assert elder.due_on == back + days(7)


def test_beginning_twice_moves_nothing(day):
    elder = ElderFactory()
    due_on = elder.due_on
    day(TODAY + days(5))

    care.begin(elder, by=PersonFactory())

    assert (elder.due_on, elder.since_on) == (due_on, TODAY - days(30))


def test_without_consent_nobody_begins():
    elder = taken_in()

    with pytest.raises(BasicConsentNeeded):
        care.begin(elder, by=PersonFactory())
    assert elder.status is ElderStatus.PROSPECTIVE

    care.begin(elder, PAPER, by=PersonFactory())
    assert (elder.status, elder.due_on) == (ElderStatus.ACTIVE, TODAY + days(90))


def test_a_consent_that_ended_while_they_were_away_must_be_given_anew(day):
    elder = ElderFactory(consent=None)
    ConsentFactory(person=elder.person, expires_on=TODAY + days(10))
    care.suspend(elder, "", by=PersonFactory())
    day(TODAY + days(11))

    with pytest.raises(BasicConsentNeeded):
        care.begin(elder, by=PersonFactory())


# --- the end --------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", EndReason)
def test_who_left_is_off_the_list_and_what_was_stays_written(reason):
    elder = ElderFactory(note="爱听川剧")
    past, coming = VisitFactory(elder=elder, in_days=-5), VisitFactory(elder=elder)
    pairing = PairingFactory(elder=elder)

    care.end(elder, reason, by=PersonFactory())

    assert (elder.status, elder.end_reason, elder.due_on) == (ElderStatus.ENDED, reason, None)
    assert queries.list_elders(elder.team) == []
    assert queries.list_ended(elder.team) == [elder]
    assert (past.status, coming.status) == (VisitStatus.PLANNED, VisitStatus.CANCELLED)
    assert pairing.ended_on == TODAY
    assert elder.note == "爱听川剧"


@pytest.mark.parametrize(
    "act",
    [
        lambda elder, by: care.change(elder, details(), by=by),
        lambda elder, by: care.set_risk(elder, HIGH, "因为", by=by),
        lambda elder, by: care.begin(elder, PAPER, by=by),
        lambda elder, by: care.suspend(elder, "", by=by),
        lambda elder, by: care.end(elder, EndReason.MOVED, by=by),
    ],
    ids=["change", "risk", "begin", "suspend", "end"],
)
def test_nothing_is_done_with_who_is_off_the_list(act):
    elder = ElderFactory(status=ElderStatus.ENDED, end_reason=EndReason.DIED)
    before = session.query(AuditEntry).count()

    with pytest.raises(NoLongerServed):
        act(elder, PersonFactory())

    assert (elder.status, elder.end_reason) == (ElderStatus.ENDED, EndReason.DIED)
    assert session.query(AuditEntry).count() == before


# --- consent --------------------------------------------------------------------------------


def test_who_takes_their_consent_back_is_visited_no_more_in_any_team():
    first = ElderFactory()
    second = ElderFactory(person=first.person, status=ElderStatus.SUSPENDED)
    ended = ElderFactory(person=first.person, status=ElderStatus.ENDED)
    neighbour = ElderFactory(team=first.team)
    visits = [VisitFactory(elder=elder) for elder in (first, neighbour)]
    pairing = PairingFactory(elder=first)

    consents.withdraw(first.person, BASIC, by=first.person)

    statuses = [elder.status for elder in (first, second, ended, neighbour)]
    assert statuses == [
        ElderStatus.PROSPECTIVE, ElderStatus.PROSPECTIVE, ElderStatus.ENDED, ElderStatus.ACTIVE,
    ]  # fmt: skip
    assert first.due_on is None
    assert [visit.status for visit in visits] == [VisitStatus.CANCELLED, VisitStatus.PLANNED]
    assert pairing.ended_on is None
    assert actions(first) == ["elder.stopped"]


@pytest.mark.parametrize("scope", sorted(set(ConsentScope) - {BASIC}))
def test_taking_back_anything_else_stops_no_visit(scope):
    elder = ElderFactory()
    visit = VisitFactory(elder=elder)
    ConsentFactory(person=elder.person, scope=scope)

    consents.withdraw(elder.person, scope, by=elder.person)

    assert (elder.status, visit.status) == (ElderStatus.ACTIVE, VisitStatus.PLANNED)


def test_a_consent_that_ends_by_its_date_stops_every_plan_the_day_after(day):
    elder, visitor = ElderFactory(consent=None), PersonFactory()
    neighbour = ElderFactory(team=elder.team)
    ConsentFactory(person=elder.person, expires_on=TODAY)
    ConsentFactory(person=neighbour.person, expires_on=TODAY + days(1))
    both = [VisitFactory(elder=one, people=[visitor], in_days=7) for one in (elder, neighbour)]

    def tick() -> list[ElderStatus]:
        jobs.stop_without_good_consent()
        return [one.status for one in (elder, neighbour)]

    assert tick() == [ElderStatus.ACTIVE, ElderStatus.ACTIVE]
    day(TODAY + days(1))
    assert tick() == tick() == [ElderStatus.PROSPECTIVE, ElderStatus.ACTIVE]

    assert (elder.due_on, elder.since_on) == (None, TODAY + days(1))
    assert [visit.status for visit in both] == [VisitStatus.CANCELLED, VisitStatus.PLANNED]
    assert actions(elder) == ["elder.stopped"]
    assert {entry.by_id for entry in session.query(AuditEntry)} == {None}
    told = session.query(OutboxMessage).all()
    assert [(one.kind, one.person_id) for one in told] == [(VISIT_CANCELLED, visitor.id)]


@pytest.mark.parametrize("status", [ElderStatus.SUSPENDED, ElderStatus.ENDED])
def test_the_clock_stops_only_what_goes_on(status):
    elder = ElderFactory(consent=None, status=status)

    jobs.stop_without_good_consent()

    assert (elder.status, actions(elder)) == (status, [])


@pytest.mark.parametrize("meanwhile", ["agreed anew", "away"])
def test_what_was_done_while_the_clock_waited_for_its_turn_counts(monkeypatch, meanwhile):
    elder, by = ElderFactory(consent=None), PersonFactory()
    waiting = [
        {
            "agreed anew": lambda: ConsentFactory(person=elder.person),
            "away": lambda: care.suspend(elder, "住院", by=by),
        }[meanwhile]
    ]

    def lock_later(*rows):
        while waiting:
            waiting.pop()()
        lock(*rows)

    monkeypatch.setattr(care, "lock", lock_later)
    jobs.stop_without_good_consent()

    assert elder.status is not ElderStatus.PROSPECTIVE
    assert "elder.stopped" not in actions(elder)


def test_a_consent_to_something_else_or_from_tomorrow_on_is_none():
    other, tomorrow, taken_back = (ElderFactory(consent=None) for _time in range(3))
    ConsentFactory(person=other.person, scope=ConsentScope.HEALTH)
    ConsentFactory(person=tomorrow.person, given_on=TODAY + days(1))
    ConsentFactory(person=taken_back.person, withdrawn_on=TODAY)

    jobs.stop_without_good_consent()

    assert [one.is_active for one in (other, tomorrow, taken_back)] == [False, False, False]


def test_agreeing_anew_stops_nothing():
    elder = ElderFactory()
    visit = VisitFactory(elder=elder)

    consents.give(elder.person, BASIC, PAPER, by=PersonFactory())

    assert (elder.is_active, visit.status) == (True, VisitStatus.PLANNED)
