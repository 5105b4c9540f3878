"""Links handed out on paper or in a chat: one at a time, and ended when it went astray."""

from datetime import timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.accounts import keys, personal_links, signing_in
from volunteer.accounts.errors import LinkNotUsable
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def hand_out(member, coordinator):
    return lambda: personal_links.make(member.person, by=coordinator, team=member.team)


@pytest.fixture
def end(member, coordinator):
    return lambda: personal_links.end_handed(member.person, by=coordinator, team=member.team)


def opens(token):
    try:
        return personal_links.use(token)[0]
    except LinkNotUsable:
        return None


def endings():
    return session.query(AuditEntry).filter_by(action="personal_link.ended").count()


def test_who_came_in_by_a_link_from_the_wrong_chat_is_out(hand_out, end, member):
    stranger = opens(hand_out())
    assert personal_links.has_handed(member.person)

    end()

    assert signing_in.find_open(stranger.token) is None
    assert not personal_links.has_handed(member.person)
    assert endings() == 1


def test_a_link_that_was_not_used_yet_opens_nothing_any_more(hand_out, end, member):
    token = hand_out()
    assert personal_links.has_handed(member.person)

    end()

    assert not opens(token)
    assert not personal_links.has_handed(member.person)


def test_a_new_link_ends_one_that_nobody_used_and_leaves_another_phone_signed_in(hand_out):
    on_the_phone, lost = opens(hand_out()), hand_out()

    token = hand_out()

    assert not opens(lost)
    assert opens(token)
    assert signing_in.find_open(on_the_phone.token)


def test_links_in_messages_and_other_sign_ins_stay(hand_out, end, member):
    path = personal_links.doors([member.person], "/my-week", lasts=timedelta(days=8))
    by_message = opens(path[member.person_id].removeprefix("/links/"))
    by_code = signing_in.begin(signing_in.user_of(member.person), "code")
    sent = personal_links.make(member.person, by=None)
    hand_out()

    end()

    assert signing_in.find_open(by_message.token)
    assert signing_in.find_open(by_code.token)
    assert opens(sent)


def test_links_of_others_stay(hand_out, end, coordinator):
    other = MembershipFactory().person
    theirs = personal_links.make(other, by=coordinator)
    came_in = opens(personal_links.make(MembershipFactory().person, by=coordinator))
    hand_out()

    end()

    assert opens(theirs)
    assert signing_in.find_open(came_in.token)


def test_ending_what_is_not_there_is_no_news(end, hand_out, time_machine):
    end()
    hand_out()
    time_machine.move_to(clock.now() + personal_links.LASTS, tick=False)
    end()
    assert endings() == 0


def test_a_phone_that_lay_in_a_drawer_is_nothing_to_end(hand_out, member, time_machine):
    time_machine.move_to("2026-10-12T12:00Z", tick=False)
    opens(hand_out())
    time_machine.shift(timedelta(days=59))
    assert personal_links.has_handed(member.person)
    time_machine.shift(timedelta(days=1))
    assert not personal_links.has_handed(member.person)


@pytest.fixture
def shut(monkeypatch):
    """Whose doors were shut, calendars and notices with them."""
    whose = []
    monkeypatch.setattr(keys.doors_shut, "announce", lambda person, _by: whose.append(person))
    return whose


def test_what_a_stranger_set_up_while_in_ends_with_the_link(hand_out, end, member, shut):
    opens(hand_out())
    end()
    assert shut == [member.person]


def test_of_a_link_that_was_used_nothing_is_left_when_its_reader_has_signed_out(hand_out, member):
    reader = opens(hand_out())

    signing_in.sign_out(reader.token)

    assert not personal_links.has_handed(member.person)


def test_calendars_stay_when_they_came_in_another_way(hand_out, end, member, shut):
    signing_in.begin(signing_in.user_of(member.person), "card")
    hand_out()

    end()

    assert shut == []


def test_calendars_stay_when_nobody_came_in_by_it(hand_out, end, shut):
    hand_out()
    hand_out()
    end()
    assert shut == []


def test_a_coordinator_ends_it_on_the_members_page(member, signed_in_as):
    hers = signed_in_as(UserFactory(person=CoordinatorFactory(team=member.team).person).person)
    page = f"/teams/{member.team_id}/members/{member.id}"
    assert "End the link" not in hers.get(page).text
    hers.post(f"{page}/link")
    assert "End the link" in hers.get(page).text

    said = hers.post(f"{page}/link/end", follow_redirects=True).text

    assert "opens nothing any more" in said
    assert "End the link" not in said
    assert endings() == 1
