"""What the weekly letter says, to whom, in which language."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.elders import ElderFactory, VisitFactory
from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory, matched
from tests.factories.hours import CertificateFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.activities import holiday_questions
from volunteer.activities.models import SignupStatus
from volunteer.core.database import session, transaction
from volunteer.help_requests import matching
from volunteer.help_requests.models import HelpStatus
from volunteer.network import holidays
from volunteer.network.models import HolidayKind
from volunteer.notifications.letters import Letter
from volunteer.people import away
from volunteer.people.away import Stretch
from volunteer.people.models import Person
from volunteer.reminders import timing, week_ahead
from volunteer.reminders.week_ahead import Part
from volunteer.teams.models import Team

pytestmark = pytest.mark.usefixtures("database")

# Sunday, 18:00 in Chengdu, and the Wednesday after it, 10:00.
DUE = datetime(2026, 10, 18, 10, tzinfo=UTC)
WEDNESDAY = datetime(2026, 10, 21, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sunday(time_machine, database):
    time_machine.move_to(DUE, tick=False)


@pytest.fixture
def letter_to(app, count_queries):
    """As delivery has them written: what a draft needs is read, and nothing while it is drawn."""

    def write(person: Person, team: Team, door: str = "/links/secret") -> Letter:
        with app.app_context():
            part = Part(team, timing.first_day(team, DUE), [person])
            with transaction():
                (drafts,) = week_ahead.compose_all([part], doors={person.id: door})
            with count_queries() as sent:
                letter = drafts[person.id]()
        assert sent == []
        return letter

    return write


def lunch(**values: object):
    leader = PersonFactory(name="王秀英", phone="13800138000")
    return OccurrenceFactory(
        starts_at=WEDNESDAY,
        ends_at=WEDNESDAY + timedelta(hours=3),
        activity__leader=leader,
        activity__bring_note="围裙",
        place="黉门街8号",
        **values,
    )


def test_it_names_the_time_the_place_the_role_the_leader_and_their_phone(letter_to):
    signup = SignupFactory(occurrence=lunch())

    letter = letter_to(signup.person, signup.occurrence.team)

    wanted = [
        "Wed 21 Oct",
        "10:00",
        "爱心午饭",
        "帮厨",
        "黉门街8号",
        "王秀英",
        "138 0013 8000",
        "围裙",
    ]
    for text in (letter.text, letter.html):
        assert [words for words in wanted if words not in text] == []


def test_a_chinese_reader_reads_chinese_with_chinese_wall_time(letter_to):
    signup = SignupFactory(occurrence=lunch())
    signup.person.language = "zh_Hans"
    session.commit()

    letter = letter_to(signup.person, signup.occurrence.team)

    assert "10月21日（周三）" in letter.text
    assert "上午10:00到下午1:00" in letter.text
    assert "10月19日" in letter.subject
    for english in ("your week", "Dear", "10:00 am", "Place:"):
        assert english not in letter.subject + letter.text + letter.html


def test_a_team_elsewhere_reads_its_own_clock(letter_to):
    team = TeamFactory(zone="Europe/London")
    signup = SignupFactory(
        occurrence__activity__team=team,
        occurrence__activity__zone="Europe/London",
        occurrence__starts_at=datetime(2026, 10, 24, 9, tzinfo=UTC),
    )

    assert "Sat 24 Oct" in letter_to(signup.person, team).text
    assert "10:00 am" in letter_to(signup.person, team).text


def test_who_waits_reads_their_number_in_the_queue(letter_to):
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    SignupFactory(occurrence=occurrence)
    SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    second = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    assert "waiting list, number 2" in letter_to(second.person, occurrence.team).text


def test_who_promised_nothing_reads_what_is_open(letter_to):
    occurrence = lunch(roles=[("送餐", 2, 3)])
    member = MembershipFactory(team=occurrence.team).person

    text = letter_to(member, occurrence.team).text

    assert "You have promised nothing in this team this week" in text
    assert text.index("still open") < text.index("送餐") < text.index("2 more needed")


def test_who_is_away_on_its_day_reads_of_no_open_place(letter_to):
    occurrence = lunch(roles=[("送餐", 2, 3)])
    member = MembershipFactory(team=occurrence.team).person
    away.note(member, Stretch(occurrence.day, occurrence.day), by=member)

    assert "送餐" not in letter_to(member, occurrence.team).text


def test_coordinators_read_which_dates_are_short_and_members_do_not(letter_to):
    occurrence = lunch(roles=[("送餐", 2, 3)])
    coordinator = CoordinatorFactory(team=occurrence.team).person
    member = MembershipFactory(team=occurrence.team).person

    assert "dates still lack people" in letter_to(coordinator, occurrence.team).text
    assert "dates still lack people" not in letter_to(member, occurrence.team).text


def test_coordinators_read_which_dates_are_on_a_holiday_until_somebody_has_decided(letter_to):
    occurrence = lunch()
    coordinator = CoordinatorFactory(team=occurrence.team).person
    member = MembershipFactory(team=occurrence.team).person
    holidays.enter(occurrence.day, HolidayKind.HOLIDAY, "重阳节", by=coordinator)

    text = letter_to(coordinator, occurrence.team).text
    assert "Do they go on?" in text
    assert "重阳节, Wed 21 Oct" in text
    assert "Do they go on?" not in letter_to(member, occurrence.team).text

    holiday_questions.go_on(occurrence, by=coordinator)
    assert "Do they go on?" not in letter_to(coordinator, occurrence.team).text


def test_coordinators_are_told_too_that_every_date_has_enough(letter_to):
    occurrence = SignupFactory(occurrence=lunch(roles=[("送餐", 1, 3)])).occurrence
    coordinator = CoordinatorFactory(team=occurrence.team)

    assert "has enough people" in letter_to(coordinator.person, coordinator.team).text


def test_a_week_without_dates_is_not_praised(letter_to):
    coordinator = CoordinatorFactory()

    assert "has enough people" not in letter_to(coordinator.person, coordinator.team).text


def test_it_says_whom_to_call(letter_to):
    coordinator = CoordinatorFactory(person__name="陈桂芳", person__phone="13900139000")
    member = MembershipFactory(team=coordinator.team).person

    assert "Or call 陈桂芳: 139 0013 9000" in letter_to(member, coordinator.team).text
    assert "Or call" not in letter_to(coordinator.person, coordinator.team).text


def test_the_link_is_our_own_address_and_the_persons_own_door(app, letter_to):
    member = MembershipFactory()

    letter = letter_to(member.person, member.team)

    assert f"{app.config['BASE_URL']}/links/secret" in letter.text
    assert f"{app.config['BASE_URL']}/links/secret" in letter.html


def test_words_typed_by_people_do_no_harm_in_the_mail(letter_to):
    signup = SignupFactory(occurrence=lunch(activity__title="<script>alert(1)</script>"))

    letter = letter_to(signup.person, signup.occurrence.team)

    assert "<script>" not in letter.html
    assert "<script>" in letter.text


def test_a_leader_reads_when_and_where_how_many_come_and_who_is_missing(letter_to):
    occurrence = lunch(roles=[("送餐", 3, 4)])
    leader = occurrence.activity.leader
    MembershipFactory(team=occurrence.team, person=leader)
    SignupFactory(occurrence=occurrence)

    letter = letter_to(leader, occurrence.team)

    assert "your week" in letter.subject
    for text in (letter.text, letter.html):
        wanted = ["You lead:", "Wed 21 Oct", "黉门街8号", "1 person comes", "送餐: 2 more needed"]
        assert [words for words in wanted if words not in text] == []
        assert "You have promised nothing" not in text
        assert "still open" not in text


def test_a_leader_reads_in_words_that_nobody_has_signed_up(letter_to):
    occurrence = lunch(roles=[("送餐", 3, 4)])
    leader = occurrence.activity.leader
    MembershipFactory(team=occurrence.team, person=leader)

    text = letter_to(leader, occurrence.team).text

    assert "Nobody has signed up so far; 送餐: 3 more needed" in text


def test_a_leader_with_a_place_reads_of_the_date_once(letter_to):
    occurrence = lunch()
    leader = occurrence.activity.leader
    MembershipFactory(team=occurrence.team, person=leader)
    SignupFactory(occurrence=occurrence, person=leader)

    text = letter_to(leader, occurrence.team).text

    assert "You lead:" not in text
    assert text.count("Wed 21 Oct") == 1


SECRETS = ("王婆婆", "王淑华", "3栋", "501室", "02800000012", "028-0000 0012", "血压", "厨房的灯")


def visited_elder(team: Team):
    return ElderFactory(
        team=team,
        person__name="王淑华",
        person__phone="02800000012",
        preferred_name="王婆婆",
        address={"estate": "锦绣东方小区", "building": "3", "room": "501"},
    )


def test_a_visitor_reads_when_and_a_link_and_nothing_about_whom(letter_to):
    team = TeamFactory()
    visitors = [MembershipFactory(team=team).person for _ in range(2)]
    visit = VisitFactory(
        elder=visited_elder(team),
        starts_at=datetime(2026, 10, 20, 7, tzinfo=UTC),
        people=visitors,
    )

    letter = letter_to(visitors[0], team)

    for text in (letter.text, letter.html):
        assert "Tue 20 Oct" in text
        assert "3:00 pm" in text
        assert f"/visits/{visit.id}" in text
        assert [secret for secret in SECRETS if secret in text + letter.subject] == []
    assert "promised nothing" not in letter.text
    assert f"/visits/{visit.id}" not in letter_to(MembershipFactory(team=team).person, team).text


def test_who_is_asked_for_help_reads_what_kind_and_a_link_and_nothing_about_whom(letter_to):
    volunteer = MembershipFactory()
    asked = HelpRequestFactory(
        team=volunteer.team,
        status=HelpStatus.ACCEPTED,
        kinds=["repair"],
        words="厨房的灯不亮",
        beneficiary="王婆婆",
        address="3栋501",
        asker_phone="02800000012",
    )
    offer = HelpOfferFactory(help_request=asked, person=volunteer.person)

    letter = letter_to(volunteer.person, volunteer.team)

    for text in (letter.text, letter.html):
        assert "1 neighbour asks for help" in text
        assert "Something to mend" in text
        assert f"/help-offers/{offer.id}" in text
        assert [secret for secret in SECRETS if secret in text + letter.subject] == []


def test_who_has_promised_a_neighbour_help_reads_when_and_a_link_and_nothing_about_whom(letter_to):
    coordinator = CoordinatorFactory()
    volunteer = MembershipFactory(team=coordinator.team)
    offer = matched(volunteer.team, coordinator.person, volunteer.person)
    unagreed = letter_to(volunteer.person, volunteer.team)
    matching.agree_on(offer.help_request, datetime(2026, 10, 21, 15), by=coordinator.person)  # noqa: DTZ001 - wall

    letter = letter_to(volunteer.person, volunteer.team)
    matching.agree_on(offer.help_request, datetime(2026, 10, 29, 15), by=coordinator.person)  # noqa: DTZ001 - wall
    later = letter_to(volunteer.person, volunteer.team)

    for text in (letter.text, letter.html):
        assert "You help a neighbour" in text
        assert "Wed 21 Oct 3:00 pm" in text
        assert f"/help-offers/{offer.id}" in text
        assert [one for one in ("刘桂芳", "3栋", "灯") if one in text + letter.subject] == []
    assert "promised nothing" not in letter.text
    assert "You help a neighbour" in unagreed.text
    assert "You help a neighbour" not in later.text


def test_coordinators_alone_read_how_many_elders_are_overdue_and_requests_unanswered(letter_to):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    member = MembershipFactory(team=team)
    visited_elder(team).due_on = DUE.date() - timedelta(days=1)
    visited = ElderFactory(team=team)
    visited.due_on = DUE.date() + timedelta(days=1)
    session.commit()
    HelpRequestFactory(place=team.place)
    HelpRequestFactory(team=team, status=HelpStatus.ACCEPTED)
    HelpRequestFactory()

    theirs, others = letter_to(coordinator.person, team), letter_to(member.person, team)

    for text in (theirs.text, theirs.html):
        assert "1 elder has not been seen for too long" in text
        assert "1 request for help waits for an answer" in text
        assert [secret for secret in SECRETS if secret in text] == []
    assert "too long" not in others.text
    assert "waits for an answer" not in others.text


def test_who_has_said_that_they_cannot_come_reads_that_we_look_for_somebody(letter_to):
    signup = SignupFactory(occurrence=lunch(), excused_at=DUE)

    letter = letter_to(signup.person, signup.occurrence.team)

    assert "爱心午饭, 帮厨 (we look for somebody instead of you)" in letter.text
    assert "(we look for somebody instead of you)" in letter.html


def test_members_read_whose_certificate_is_shown_and_until_when_and_no_hours(letter_to):
    team = TeamFactory()
    holder, other = (
        MembershipFactory(team=team, person__name=n).person for n in ("王秀英", "陈明")
    )
    until = DUE + timedelta(days=4)
    for of_team in (team, TeamFactory()):
        CertificateFactory(
            team=of_team, person=holder, public_until=until, shown_minutes=8040
        )  # fmt: skip
    CertificateFactory(team=team, person=PersonFactory(), public_until=DUE, shown_minutes=60)

    to_other, to_holder = letter_to(other, team), letter_to(holder, team)

    for form in (to_other.text, to_other.html):
        assert form.count("王秀英, until 22 Oct") == 1
        assert f"/teams/{team.id}/certificates/shown" in form
        assert "134" not in form
    assert "Certificates" not in to_holder.text
