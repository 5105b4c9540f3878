"""Opening and closing the door: passwords, personal links, sign-ins that end on the server."""

import sqlite3
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.factories.accounts import PASSWORD, OperatorFactory, UserFactory
from tests.factories.people import PersonFactory
from volunteer import wiring
from volunteer.accounts import one_time_codes, passwords, personal_links, signing_in, throttle
from volunteer.accounts.errors import (
    CodeTooOld,
    LinkNotUsable,
    LoginTaken,
    NoLinkForPasswordHolders,
    WrongCode,
    WrongLoginOrPassword,
    WrongPassword,
)
from volunteer.accounts.models import (
    ABSOLUTE_LIMIT,
    CODE_IS_FRESH,
    IDLE_LIMIT,
    OPERATOR_IDLE_LIMIT,
    SEEN_EVERY,
    PersonalLink,
    SignIn,
)
from volunteer.accounts.signing_in import OpenSignIn
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.people import deaths, profile
from volunteer.people.profile import PersonDetails

pytestmark = pytest.mark.usefixtures("database")

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to(NOON, tick=False)


def actions() -> list[str]:
    return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]


def enter(login: str, password: str = PASSWORD) -> signing_in.Opened:
    return signing_in.sign_in(login, password, caller="192.0.2.1")


def test_the_right_name_and_password_open_the_door():
    user = UserFactory(login="chengfang")

    opened = enter("  ChengFang ")

    assert opened.person is user.person
    assert signing_in.find_open(opened.token).person is user.person


@pytest.mark.parametrize(
    ("login", "password"),
    [("chengfang", "wrong"), ("nobody", PASSWORD), ("chengfang", ""), ("", "")],
)
def test_wrong_name_and_wrong_password_get_the_same_answer(login, password):
    UserFactory(login="chengfang")

    with pytest.raises(WrongLoginOrPassword, match="The sign-in name or the password"):
        enter(login, password)

    assert session.query(SignIn).count() == 0


def test_an_account_without_password_opens_by_no_password():
    UserFactory(login="chengfang", password_hash=None)

    with pytest.raises(WrongLoginOrPassword):
        enter("chengfang", "")


def test_a_cookie_that_was_copied_is_dead_after_signing_out():
    opened = enter(UserFactory().login)

    signing_in.sign_out(opened.token)

    assert signing_in.find_open(opened.token) is None


def test_signing_out_twice_is_signing_out_once():
    opened = enter(UserFactory().login)

    signing_in.sign_out(opened.token)
    signing_in.sign_out(opened.token)

    assert actions() == ["sign_in.begun", "sign_in.ended"]


def test_signing_out_leaves_the_persons_other_browsers_alone():
    login = UserFactory().login
    phone, computer = enter(login), enter(login)

    signing_in.sign_out(phone.token)

    assert signing_in.find_open(computer.token) is not None


def test_signing_out_everywhere_ends_all_of_ones_own_and_nobody_elses():
    user, other = UserFactory(), enter(UserFactory().login)
    mine = [enter(user.login), enter(user.login)]

    signing_in.end_all(user)

    assert [signing_in.find_open(opened.token) for opened in mine] == [None, None]
    assert signing_in.find_open(other.token) is not None


def test_the_token_itself_is_kept_nowhere():
    opened = enter(UserFactory().login)

    (row,) = session.query(SignIn)
    assert opened.token not in {str(value) for value in vars(row).values()}


@pytest.mark.parametrize(
    ("make", "limit"), [(UserFactory, IDLE_LIMIT), (OperatorFactory, OPERATOR_IDLE_LIMIT)]
)
def test_a_browser_that_nobody_uses_is_signed_out(time_machine, make, limit):
    opened = enter(make().login)

    time_machine.move_to(NOON + limit - timedelta(seconds=1), tick=False)
    assert signing_in.find_open(opened.token) is not None
    time_machine.move_to(NOON + 2 * limit, tick=False)
    assert signing_in.find_open(opened.token) is None


@pytest.mark.parametrize("is_operator", [False, True])
def test_each_limit_of_a_sign_in_is_reached_at_that_very_moment(is_operator):
    idle = OPERATOR_IDLE_LIMIT if is_operator else IDLE_LIMIT
    person, a_moment = PersonFactory(), timedelta(microseconds=1)

    def by(way, *, began, seen):
        return OpenSignIn(person, 1, way, NOON - began, NOON - seen, is_operator, True, False)

    new = timedelta()
    assert not by("code", began=new, seen=idle - a_moment).is_over(NOON)
    assert by("code", began=new, seen=idle).is_over(NOON)
    assert not by("code", began=ABSOLUTE_LIMIT - a_moment, seen=new).is_over(NOON)
    assert by("code", began=ABSOLUTE_LIMIT, seen=new).is_over(NOON)
    assert by("code", began=CODE_IS_FRESH - a_moment, seen=new).may_replace_password(NOON)
    assert not by("code", began=CODE_IS_FRESH, seen=new).may_replace_password(NOON)
    assert not by("link", began=new, seen=new).may_replace_password(NOON)
    assert not by("code", began=new, seen=SEEN_EVERY).should_note_seen(NOON)
    assert by("code", began=new, seen=SEEN_EVERY + a_moment).should_note_seen(NOON)


def test_a_browser_that_is_used_stays_signed_in_for_a_year_and_no_longer(time_machine):
    opened = enter(UserFactory().login)

    for day in range(30, 365, 30):
        time_machine.move_to(NOON + timedelta(days=day), tick=False)
        assert signing_in.find_open(opened.token) is not None
    time_machine.move_to(NOON + ABSOLUTE_LIMIT, tick=False)

    assert signing_in.find_open(opened.token) is None


@pytest.mark.parametrize(
    ("code", "is_full"), [(sqlite3.SQLITE_FULL, True), (sqlite3.SQLITE_BUSY, False)]
)
def test_who_was_seen_is_not_noted_on_a_full_disk_and_any_other_trouble_is_said(
    time_machine, engine, code, is_full
):
    opened = enter(UserFactory().login)
    time_machine.move_to(NOON + 2 * SEEN_EVERY, tick=False)
    trouble = sqlite3.OperationalError("no")
    trouble.sqlite_errorcode = code

    def refuse(_connection, _cursor, statement, *_rest):
        if statement.startswith("UPDATE sign_ins"):
            raise OperationalError(statement, {}, trouble)

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        with nullcontext() if is_full else pytest.raises(OperationalError):
            assert signing_in.find_open(opened.token).seen_at == NOON
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def test_reading_pages_writes_when_somebody_was_seen_only_once_an_hour(time_machine):
    opened = enter(UserFactory().login)
    seen = []

    for minutes in (30, 61, 90):
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
        seen.append(signing_in.find_open(opened.token).seen_at - NOON)

    assert seen == [timedelta(0), timedelta(minutes=61), timedelta(minutes=61)]


def test_a_link_signs_its_person_in_once():
    person = PersonFactory()
    token = personal_links.make(person, by=PersonFactory())

    opened, leads_to = personal_links.use(token)

    assert (opened.person, leads_to) == (person, "/")
    with pytest.raises(LinkNotUsable, match="used or is too old"):
        personal_links.use(token)


def test_a_link_ends_with_its_time(time_machine):
    token = personal_links.make(PersonFactory(), by=None)

    time_machine.move_to(NOON + personal_links.LASTS, tick=False)

    with pytest.raises(LinkNotUsable):
        personal_links.use(token)


@pytest.mark.parametrize("token", ["", "guessed", "x" * 5000])
def test_a_link_that_never_was_opens_nothing(token):
    with pytest.raises(LinkNotUsable):
        personal_links.use(token)


def test_a_link_is_kept_as_a_fingerprint_only():
    token = personal_links.make(PersonFactory(), by=None)

    (row,) = session.query(PersonalLink)
    assert token not in {str(value) for value in vars(row).values()}


def test_nobody_makes_a_link_for_who_has_a_password_and_they_themselves_neither():
    """Whoever sits at their browser for a moment would hold a key that no new password ends."""
    holder = UserFactory().person

    for maker in (PersonFactory(), holder):
        with pytest.raises(NoLinkForPasswordHolders, match="Only they can do that"):
            personal_links.make(holder, by=maker)

    assert session.query(PersonalLink).count() == 0


def test_the_trail_says_who_handed_out_a_link_for_whom():
    person, coordinator = PersonFactory(), PersonFactory()

    personal_links.make(person, by=coordinator)

    (entry,) = session.query(AuditEntry)
    assert (entry.action, entry.by_id, entry.person_id) == (
        "personal_link.made",
        coordinator.id,
        person.id,
    )


def test_a_message_opens_the_door_of_members_but_not_of_password_holders():
    member, holder = PersonFactory(), UserFactory().person

    paths = personal_links.doors([member, holder], "/my-week", lasts=timedelta(days=8))

    assert paths[holder.id] == "/my-week"
    opened, leads_to = personal_links.use(paths[member.id].removeprefix("/links/"))
    assert (opened.person.id, leads_to) == (member.id, "/my-week")


@pytest.mark.parametrize("changed", ["own@example.org", ""])
def test_what_went_to_a_mailbox_that_is_theirs_no_more_opens_nothing(changed):
    """Somebody had mistyped it: a stranger reads their letters until it is put right."""
    wiring.wire()
    person, coordinator = PersonFactory(email="strangers@example.org"), PersonFactory()
    paths = personal_links.doors([person], "/my-week", lasts=timedelta(days=8))
    code = one_time_codes.make("strangers@example.org", [person])
    handed = personal_links.make(person, by=coordinator)

    details = PersonDetails(person.name, person.phone, email=changed)
    profile.change(person, details, by=coordinator)

    with pytest.raises(LinkNotUsable):
        personal_links.use(paths[person.id].removeprefix("/links/"))
    with pytest.raises(WrongCode):
        one_time_codes.prove("strangers@example.org", code, caller="192.0.2.1")
    assert personal_links.use(handed)


def test_a_new_name_ends_no_link(app):
    person = PersonFactory()
    token = personal_links.make(person, by=None)

    details = PersonDetails("赵桂香", person.phone, email=person.email)
    profile.change(person, details, by=person)

    assert personal_links.use(token)


def test_no_two_people_have_the_same_door():
    people = [PersonFactory() for _number in range(5)]

    paths = personal_links.doors(people, "/my-week", lasts=timedelta(days=8))

    assert len(set(paths.values())) == 5


def test_a_name_that_somebody_signs_in_with_is_taken():
    UserFactory(login="chengfang")

    with pytest.raises(LoginTaken, match="choose another one"):
        signing_in.open_account(PersonFactory(), login="ChengFang", password=PASSWORD)


def test_who_came_by_link_may_choose_a_password():
    person = PersonFactory()
    personal_links.use(personal_links.make(person, by=None))

    signing_in.open_account(person, login="wangxiuying", password=PASSWORD)

    assert enter("wangxiuying").person is person
    assert signing_in.has_password(person)


def test_a_first_password_signs_out_who_came_in_by_a_key_that_others_made():
    person, coordinator = PersonFactory(), PersonFactory()
    theirs, _path = personal_links.use(personal_links.make(person, by=coordinator))
    neighbour = enter(UserFactory().login)

    signing_in.open_account(person, login="wangxiuying", password=PASSWORD)

    assert signing_in.find_open(theirs.token) is None
    assert signing_in.find_open(neighbour.token) is not None


def test_a_new_password_ends_all_sign_ins_and_the_old_password():
    user = UserFactory()
    opened = enter(user.login)

    signing_in.change_password(user, old=PASSWORD, new="another short sentence")

    assert signing_in.find_open(opened.token) is None
    with pytest.raises(WrongLoginOrPassword):
        enter(user.login)
    assert enter(user.login, "another short sentence")


@pytest.fixture
def meanwhile(monkeypatch):
    """What somebody else does while a password is looked at, which takes long."""

    def meanwhile(deed):
        real, waiting = passwords.matches, [deed]

        def matches(password, kept):
            found = real(password, kept)
            if waiting:
                waiting.pop()()
            return found

        monkeypatch.setattr(passwords, "matches", matches)

    return meanwhile


def test_who_knows_the_old_password_does_not_slip_in_while_it_is_changed(meanwhile):
    user = UserFactory()
    meanwhile(lambda: signing_in.change_password(user, old=PASSWORD, new="another short sentence"))

    with pytest.raises(WrongLoginOrPassword):
        enter(user.login)

    assert session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 0


def test_nobody_slips_in_as_somebody_whose_death_is_noted_at_this_moment(monkeypatch):
    wiring.wire()
    user, coordinator = UserFactory(), PersonFactory()
    give_back = throttle.give_back

    def noted_meanwhile(*what):
        deaths.note(user.person, by=coordinator)
        give_back(*what)

    monkeypatch.setattr(throttle, "give_back", noted_meanwhile)
    enter(user.login)

    assert session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 0


def test_of_two_who_change_a_password_at_once_the_first_has_the_last_word(meanwhile):
    """The other one knew a password that is the old one by now."""
    user = UserFactory()
    meanwhile(lambda: signing_in.change_password(user, old=PASSWORD, new="the owner's own words"))

    with pytest.raises(WrongPassword):
        signing_in.change_password(user, old=PASSWORD, new="another short sentence")

    assert enter(user.login, "the owner's own words")


def test_a_sign_in_that_has_ended_since_replaces_no_password():
    user = UserFactory()
    sign_in = signing_in.find_open(signing_in.begin(user, "code").token)
    signing_in.end_all(user)

    with pytest.raises(CodeTooOld):
        signing_in.replace_password(sign_in, "another short sentence")

    assert enter(user.login)


def test_without_the_old_password_there_is_no_new_one():
    user = UserFactory()

    with pytest.raises(WrongPassword, match="The password is not right"):
        signing_in.change_password(user, old="wrong", new="another short sentence")

    assert enter(user.login)
