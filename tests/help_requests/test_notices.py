"""What people are told of help requests: that there is something, and a link; never for whom."""

import re
from datetime import date, datetime, time, timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.elders import volunteer_of
from tests.factories.help_requests import LAMP, HelpRequestFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.accounts.models import PersonalLink
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.help_requests import asking, closing, late, matching, notices, triage
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.models import HelpKind, HelpOffer, Wanted
from volunteer.notifications import letters, outbox
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people import away
from volunteer.people.away import Stretch
from volunteer.teams import membership
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")

# Words that stand in no letter: nobody's name, phone, address, and nothing anybody wrote.
PLANTED = {
    "words": "qzwords", "beneficiary": "qzwhom", "address": "qzaddress", "name": "qzasker",
    "wanted_words": "qzwhen", "phone": "13800138000",
}  # fmt: skip
# By chance any two letters stand beside each other in these.
TOKEN = re.compile(r"/(stops|links)/[\w-]+")
KINDS = (
    "HELP_ASKED", "HELP_OFFER_ANSWERED", "HELP_REOPENED", "HELP_OFFERED",
    "HELP_CALLED_OFF", "HELP_AGREED", "HELP_PROGRESS",
)  # fmt: skip
LONG = timedelta(days=2)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory(team__name="奶奶的厨房")


@pytest.fixture
def planted(coordinator):
    asker = PersonFactory(name="Qzsignedin")
    details = HelpDetails(**{**vars(LAMP), **PLANTED, "kinds": [HelpKind.REPAIR]})
    return asking.ask(coordinator.team.place, details, asker=asker)


@pytest.fixture
def written(app):
    """The letters that would go out now: (kind, letter, whom), oldest first."""

    def write() -> list[tuple[str, Letter, int]]:
        with app.app_context(), transaction():
            messages = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
            found = letters.write(messages)
            return [(m.kind, found[m.id], m.person_id) for m in messages if m.id in found]

    return write


def kinds(written) -> list[str]:
    return [kind for kind, _letter, _person in written()]


def only(written, kind: str) -> Letter:
    (found,) = [letter for its, letter, _person in written() if its == kind]
    return found


def test_coordinators_hear_what_kind_of_help_is_asked_and_where_to_answer(
    written, planted, coordinator
):
    letter = only(written, notices.HELP_ASKED)

    assert letter.subject == "[A neighbour asks for help] Something to mend"
    address = f"/teams/{coordinator.team_id}/help-requests/{planted.id}"
    for text in (letter.text, letter.html):
        assert address in text
        assert planted.place.name in text


def test_a_volunteer_hears_what_kind_and_which_team(written, planted, coordinator):
    volunteer = volunteer_of(coordinator.team)
    triage.take_on(planted, coordinator.team, by=coordinator.person)
    offer = matching.offer(planted, volunteer, by=coordinator.person)

    letter = only(written, notices.HELP_OFFERED)

    assert letter.path.startswith("/links/"), "who has no password comes in all the same"
    assert session.query(PersonalLink).one().leads_to == f"/help-offers/{offer.id}"
    assert "Something to mend" in letter.text
    assert "奶奶的厨房" in letter.text
    assert "A no is quite all right." in letter.text


def test_where_and_when_are_read_by_who_has_no_password_too(written, planted, coordinator):
    volunteer = volunteer_of(coordinator.team)
    triage.take_on(planted, coordinator.team, by=coordinator.person)
    offer = matching.offer(planted, volunteer, by=coordinator.person)
    # On the phone, by a coordinator: they have opened no link yet.
    matching.accept(offer, by=coordinator.person)
    matching.welcome(planted, by=coordinator.person)
    matching.agree_on(planted, datetime.combine(date(2026, 10, 15), time(9)), by=coordinator.person)

    for kind in (notices.HELP_WELCOMED, notices.HELP_AGREED):
        assert only(written, kind).path.startswith("/links/")
    assert {link.leads_to for link in session.query(PersonalLink)} == {f"/help-offers/{offer.id}"}


def test_who_has_a_password_signs_in_and_each_link_leads_to_its_own_request(
    written, planted, coordinator
):
    volunteer, helper = volunteer_of(coordinator.team), volunteer_of(coordinator.team)
    UserFactory(person=volunteer)
    other = HelpRequestFactory(community_of=coordinator.team)
    for asked in (planted, other):
        triage.take_on(asked, coordinator.team, by=coordinator.person)
        for person in (volunteer, helper):
            matching.offer(asked, person, by=coordinator.person)

    asked = [letter for kind, letter, _person in written() if kind == notices.HELP_OFFERED]

    offers = {f"/help-offers/{row.id}" for row in session.query(HelpOffer)}
    assert len({letter.path for letter in asked}) == 4
    assert len([letter for letter in asked if letter.path in offers]) == 2
    links = {row.leads_to for row in session.query(PersonalLink)}
    assert links == offers - {letter.path for letter in asked}


def test_of_several_that_wait_one_letter_tells_with_a_link_to_each(
    written, planted, coordinator, time_machine
):
    other = HelpRequestFactory(community_of=coordinator.team)
    time_machine.shift(timedelta(days=3))
    late.remind(clock.now())

    letter = only(written, late.HELP_LATE)

    assert letter.subject == "[Still without an answer] 2 neighbours"
    for text in (letter.text, letter.html):
        assert "waiting for 3 days" in text
        for one in (planted, other):
            assert f"/teams/{coordinator.team_id}/help-requests/{one.id}" in text

    triage.take_on(planted, coordinator.team, by=coordinator.person)
    assert str(other.id) in only(written, late.HELP_LATE).path
    assert "waiting for" not in only(written, late.HELP_LATE).text, "one alone is told as ever"


def test_what_an_older_version_has_posted_still_goes_out(written, planted, coordinator):
    about = {"help_request_id": planted.id, "team_id": coordinator.team_id}
    old = outbox.row("help_late", to=coordinator.person, key="old",
                     expires_at=clock.now() + LONG, about=about)  # fmt: skip
    outbox.post_all([old])

    assert f"/help-requests/{planted.id}" in only(written, late.HELP_LATE).path


def every_letter(planted, coordinator, written, time_machine) -> dict[str, Letter]:
    """Go the whole way, and gather each kind of letter on it."""
    found: dict[str, Letter] = {}

    def gather() -> None:
        found.update({kind: letter for kind, letter, _person in written()})
        time_machine.shift(60)

    team, me = coordinator.team, coordinator.person
    volunteer, other = volunteer_of(team), volunteer_of(team)
    time_machine.shift(timedelta(days=2))
    late.remind(clock.now())
    gather()
    triage.take_on(planted, team, words="qzanswer", by=me)
    triage.change_brief(planted, "qzbrief", by=me)
    triage.note(planted, "qznote", is_internal=False, by=me)
    offers = [matching.offer(planted, person, by=me) for person in (volunteer, other)]
    gather()
    matching.accept(offers[0], by=volunteer)
    matching.agree_on(planted, datetime.combine(date(2026, 10, 20), time(15)), by=me)
    gather()
    closing.finish(planted, words="qzdone", by=volunteer)
    gather()
    closing.reopen(planted, "qzreopened", by=None)
    gather()
    return found


def test_no_letter_holds_a_word_of_the_request(written, planted, coordinator, time_machine):
    found = every_letter(planted, coordinator, written, time_machine)

    assert set(found) == {late.HELP_LATE, *(getattr(notices, name) for name in KINDS)}
    for kind, letter in found.items():
        for text in (letter.subject, letter.text, letter.html):
            plain = TOKEN.sub("", text)
            plain = plain.replace(" ", "").replace("-", "").replace("Qzsignedin", "")
            assert "qz" not in plain, kind
            assert PLANTED["phone"] not in plain, kind
            assert planted.number not in plain.replace("/", ""), kind


def test_what_stands_in_the_outbox_is_numbers_only(planted, coordinator):
    triage.take_on(planted, coordinator.team, words="qzanswer", by=coordinator.person)

    for message in session.query(OutboxMessage):
        assert "qz" not in str(message.about)
        assert PLANTED["phone"] not in str(message.about)


def test_once_answered_nobody_is_asked_to_answer(written, planted, coordinator):
    assert notices.HELP_ASKED in kinds(written)

    triage.take_on(planted, coordinator.team, by=coordinator.person)

    assert notices.HELP_ASKED not in kinds(written)
    assert notices.HELP_PROGRESS in kinds(written)


def test_old_news_about_how_far_it_is_is_not_told(written, planted, coordinator, time_machine):
    triage.take_on(planted, coordinator.team, by=coordinator.person)
    time_machine.shift(60)
    closing.finish(planted, by=coordinator.person)

    assert kinds(written).count(notices.HELP_PROGRESS) == 1


def test_who_was_asked_and_is_free_again_hears_only_that(written, planted, coordinator):
    triage.take_on(planted, coordinator.team, by=coordinator.person)
    matching.offer(planted, volunteer_of(coordinator.team), by=coordinator.person)
    closing.withdraw(planted, by=None)

    assert notices.HELP_OFFERED not in kinds(written)
    assert notices.HELP_CALLED_OFF in kinds(written)


def test_who_is_away_by_now_on_the_day_that_was_wished_for_is_not_asked(
    written, planted, coordinator
):
    volunteer = volunteer_of(coordinator.team)
    planted.wanted_on = clock.today() + timedelta(days=1)
    session.commit()
    triage.take_on(planted, coordinator.team, by=coordinator.person)
    matching.offer(planted, volunteer, by=coordinator.person)

    away.note(volunteer, Stretch(planted.wanted_on, planted.wanted_on), by=volunteer)

    assert notices.HELP_OFFERED not in kinds(written)


def test_nor_is_who_is_away_today_for_what_is_wished_for_today(written, planted, coordinator):
    volunteer = volunteer_of(coordinator.team)
    planted.wanted, planted.wanted_on = Wanted.TODAY, None
    session.commit()
    triage.take_on(planted, coordinator.team, by=coordinator.person)
    matching.offer(planted, volunteer, by=coordinator.person)

    away.note(volunteer, Stretch(clock.today(), clock.today()), by=volunteer)

    assert notices.HELP_OFFERED not in kinds(written)


def test_of_two_agreed_times_only_the_newer_is_told(written, planted, coordinator):
    volunteer = volunteer_of(coordinator.team)
    triage.take_on(planted, coordinator.team, by=coordinator.person)
    offer = matching.offer(planted, volunteer, by=coordinator.person)
    matching.accept(offer, by=volunteer)
    for day in (20, 21):
        wall = datetime.combine(date(2026, 10, day), time(15))
        matching.agree_on(planted, wall, by=coordinator.person)

    assert kinds(written).count(notices.HELP_AGREED) == 1


def test_a_letter_about_a_request_leads_the_asker_to_their_own_page(written, planted, coordinator):
    triage.take_on(planted, coordinator.team, by=coordinator.person)

    assert f"/my-help-requests/{planted.id}" in only(written, notices.HELP_PROGRESS).text


def test_who_asked_without_an_account_gets_no_letter(written, coordinator):
    found = HelpRequestFactory(community_of=coordinator.team)

    triage.take_on(found, coordinator.team, by=coordinator.person)

    assert notices.HELP_PROGRESS not in kinds(written)


def test_what_another_team_has_by_now_is_told_to_its_coordinators_alone(written, coordinator):
    other = CoordinatorFactory(team__place=coordinator.team.place)
    third = CoordinatorFactory(team__place=coordinator.team.place)
    request = asking.ask(coordinator.team.place, HelpDetails(**vars(LAMP)))
    asked = {person for kind, _letter, person in written() if kind == notices.HELP_ASKED}
    assert asked == {row.person_id for row in (coordinator, other, third)}

    triage.hand_on(request, coordinator.team, other.team, by=coordinator.person)

    asked = {person for kind, _letter, person in written() if kind == notices.HELP_ASKED}
    assert asked == {other.person_id}


def test_who_coordinates_no_more_is_told_of_no_request(written, planted, coordinator):
    other = CoordinatorFactory(team=coordinator.team)
    assert coordinator.person_id in {person for _kind, _letter, person in written()}

    membership.pause(coordinator, by=other.person)

    told = [(kind, person) for kind, _letter, person in written()]
    assert (notices.HELP_ASKED, coordinator.person_id) not in told
