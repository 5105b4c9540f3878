"""Opening and closing the door: passwords, sign-ins that end on the server."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import defer

from volunteer.accounts import keys, passwords, throttle
from volunteer.accounts.errors import (
    CodeTooOld,
    DoorsShut,
    LoginTaken,
    WrongLoginOrPassword,
    WrongPassword,
)
from volunteer.accounts.models import (
    ABSOLUTE_LIMIT,
    CODE_IS_FRESH,
    IDLE_LIMIT,
    OPERATOR_IDLE_LIMIT,
    SEEN_EVERY,
    SignIn,
    User,
    fingerprint,
    new_token,
)
from volunteer.audit import trail
from volunteer.core import chinese, clock, encryption, pressing
from volunteer.core.database import lock, made_once, session, transaction
from volunteer.core.engines import has_no_room
from volunteer.people import forgetting, profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails

# Names in vain within a quarter of an hour. One community often shares one address.
TAKEN_FROM_ONE_PLACE = 20
# Of a sign-in name: whoever signs in can type no longer one.
LONGEST_LOGIN = 64


@dataclass(frozen=True)
class Opened:
    """A sign-in that has just begun; the token is shown to the browser and kept nowhere."""

    token: str
    person: Person
    # It opens nothing before the second step is taken (second_step.py).
    is_waiting: bool = False
    # How many spare codes are left, when one of them was the second step.
    spare_left: int | None = None


@dataclass(frozen=True)
class OpenSignIn:
    """A sign-in that has not ended, as every page asks for it: its person, and of its row and of
    their account what the door goes by. Making objects of those took longer than the asking."""

    person: Person
    id: int
    way: str
    began_at: datetime
    seen_at: datetime
    is_operator: bool
    has_password: bool
    has_second_step: bool

    def is_over(self, now: datetime) -> bool:
        """Whether it was left alone for too long, or is too old."""
        idle = OPERATOR_IDLE_LIMIT if self.is_operator else IDLE_LIMIT
        return now - self.seen_at >= idle or now - self.began_at >= ABSOLUTE_LIMIT

    def may_replace_password(self, now: datetime) -> bool:
        """Whether its person has just proved by a code that phone or mailbox is theirs."""
        return self.way == "code" and now - self.began_at < CODE_IS_FRESH

    def should_note_seen(self, now: datetime) -> bool:
        return now - self.seen_at > SEEN_EVERY


def tidy_login(login: str) -> str:
    return chinese.narrow(login).lower()


def find_user(person: Person) -> User | None:
    return session.scalars(select(User).where(User.person_id == person.id)).one_or_none()


def find_by_login(login: str) -> User | None:
    return session.scalars(
        select(User).where(encryption.is_text(User.login_mark, tidy_login(login)))
    ).one_or_none()


def has_password(person: Person) -> bool:
    """Whether the person signs in with a password of their own."""
    user = find_user(person)
    return user is not None and user.password_hash is not None


def user_of(person: Person) -> User:
    """The person's account, made when there is none yet."""
    with transaction():
        if user := find_user(person):
            return user
        # Who presses twice comes in twice, by one account.
        lock(person)
        user = find_user(person) or User(person=person)
        session.add(user)
        session.flush()
        return user


def open_account(person: Person, *, login: str, password: str) -> User:
    """Let this person sign in with a name and password of their own; every browser is signed out.

    Raises LoginTaken.
    """
    with transaction():
        # Whoever hands out a link or comes in by a card at this moment holds the person, too.
        lock(person)
        holder = find_by_login(login)
        if holder is not None and holder.person_id != person.id:
            raise LoginTaken
        user = user_of(person)
        user.login = tidy_login(login)
        user.password_hash = passwords.hashed(password)
        try:
            session.flush()
        except IntegrityError as error:
            # Somebody has taken it at this moment.
            raise LoginTaken from error
        keys.end_all_of_others(person, by=person)
        trail.record("account.opened", user, by=person, person=person)
        return user


def taking_a_name(caller: str) -> AbstractContextManager[None]:
    """Within the block somebody asks for a sign-in name: often a phone, so that a place may learn
    only of so many whether they are known here. Raises TooManyTries."""
    return throttle.one_try(throttle.Limit("login_taken", caller, TAKEN_FROM_ONE_PLACE))


def choose_password(person: Person, *, login: str, password: str, caller: str) -> Opened:
    """A first name and password of their own, for who is in already; signed in anew at once.

    Raises LoginTaken or TooManyTries.
    """
    with taking_a_name(caller), transaction():
        return begin(open_account(person, login=login, password=password), "password")


def register(details: PersonDetails, *, login: str, password: str, caller: str) -> Opened:
    """A new person with an account of their own, signed in at once.

    Pressed twice, it is one account. Raises LoginTaken or TooManyTries.
    """
    with taking_a_name(caller):
        try:
            with transaction():
                person = profile.create(details, by=None)
                return begin(open_account(person, login=login, password=password), "registration")
        except LoginTaken:
            user = find_just_registered(details, login=login, password=password)
            if user is None:
                raise
            return begin(user, "registration")


def find_just_registered(details: PersonDetails, *, login: str, password: str) -> User | None:
    """The account that the same person has opened a moment ago, with the same password."""
    user = find_by_login(login)
    if user is None or user.created_at < clock.now() - pressing.AGAIN_WITHIN:
        return None
    is_theirs = user.person.name == details.name and not user.has_second_step
    return user if is_theirs and passwords.matches(password, user.password_hash) else None


def change_password(user: User, *, old: str, new: str) -> None:
    """A new password; every other browser is signed out. Raises WrongPassword or TooManyTries."""
    known = prove_password(user, old)
    fresh = passwords.hashed(new)
    with transaction():
        lock(user)
        # Hashing takes long: who has changed it meanwhile has the last word.
        if user.password_hash != known:
            raise WrongPassword
        set_password(user, fresh)


def prove_password(user: User, password: str) -> str | None:
    """Who is in already says their password once more, before a key is changed; answers what is
    kept of it. Raises WrongPassword or TooManyTries."""
    with throttle.one_try(throttle.Limit("change", str(user.id))):
        known = user.password_hash
        if not passwords.matches(password, known):
            raise WrongPassword
    return known


def replace_password(opened: OpenSignIn, new: str) -> None:
    """A new password for who has lost the old one; every other browser is signed out.

    Raises CodeTooOld unless this sign-in was begun by a one-time code a short time ago.
    """
    fresh = passwords.hashed(new)
    with transaction():
        row = session.get_one(SignIn, opened.id)
        lock(row.user)
        # Its person may have signed out everywhere since this page was asked for.
        if row.ended_at is not None or not opened.may_replace_password(clock.now()):
            raise CodeTooOld
        set_password(row.user, fresh)


def set_password(user: User, fresh: str) -> None:
    with transaction():
        user.password_hash = fresh
        end_all(user)
        trail.record("account.password_changed", user, by=user.person, person=user.person)


def sign_in(login: str, password: str, *, caller: str) -> Opened:
    """Sign in by password. Raises WrongLoginOrPassword or TooManyTries.

    `caller` is where the request comes from: many names tried from one place are slowed too.
    """
    limits = (throttle.Limit("login", tidy_login(login)), throttle.from_place(caller))
    with throttle.one_try(*limits):
        user = find_by_login(login)
        known = user.password_hash if user else None
        if not passwords.matches(password, known) or user is None:
            raise WrongLoginOrPassword
        with transaction():
            lock(user.person, user)
            # Looking at a password takes long: who has got a new one meanwhile has ended every
            # sign-in that was there, and this one must not come after.
            if user.password_hash != known or user.person.died_on is not None:
                raise WrongLoginOrPassword
            return begin(user, "password", waits=user.has_second_step)


def begin(user: User, way: str, *, waits: bool = False) -> Opened:
    """However they came; `waits`: the second step is still to come. Raises DoorsShut for who was
    told that they are forgotten: whatever was made for them at that moment opens nothing."""
    token = new_token()
    with transaction():
        if forgetting.was_let_go(user.person):
            raise DoorsShut
        row = SignIn(user=user, token_hash=fingerprint(token), way=way, is_waiting=waits)
        session.add(row)
        if not waits:
            trail.record("sign_in.begun", row, by=user.person, person=user.person, way=way)
    return Opened(token=token, person=user.person, is_waiting=waits)


def find_open(token: str) -> OpenSignIn | None:
    """The sign-in behind this cookie, while it is open."""
    row = session.execute(open_statement(), {"token_hash": fingerprint(token)}).one_or_none()
    now = clock.now()
    found = OpenSignIn(*row) if row else None
    if found is None or found.is_over(now):
        return None
    return note_seen(found, now) if found.should_note_seen(now) else found


def note_seen(found: OpenSignIn, now: datetime) -> OpenSignIn:
    try:
        with transaction():
            session.execute(update(SignIn).where(SignIn.id == found.id).values(seen_at=now))
    except OperationalError as error:
        # On a full disk one may still read; the next page tries again.
        if not has_no_room(error):
            raise
        return found
    return replace(found, seen_at=now)


@made_once
def open_statement() -> Executable:
    """What find_open asks, with the columns of OpenSignIn. Few pages show the reader's own phone,
    which takes long to unseal."""
    return (
        select(
            Person,
            SignIn.id,
            SignIn.way,
            SignIn.began_at,
            SignIn.seen_at,
            User.is_operator,
            User.password_hash.is_not(None),
            User.step_secret.is_not(None),
        )
        .select_from(SignIn)
        .join(User, User.id == SignIn.user_id)
        .join(Person, Person.id == User.person_id)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            ~SignIn.is_waiting,
        )
        .options(defer(Person.phone))
    )


def sign_out(token: str) -> None:
    """End this sign-in; its cookie is worth nothing from now on."""
    with transaction():
        row = session.scalars(
            select(SignIn).where(SignIn.token_hash == fingerprint(token))
        ).one_or_none()
        if row is not None and row.ended_at is None:
            row.ended_at = clock.now()
            trail.record("sign_in.ended", row, by=row.user.person, person=row.user.person)


def end_all(user: User) -> None:
    """Sign this person out everywhere."""
    with transaction():
        # Who has come in by a code and replaces the password at this moment is out, too.
        lock(user)
        keys.end(keys.sign_ins_of(user.person))
        keys.doors_shut.announce(user.person, user.person)
        trail.record("sign_in.all_ended", user, by=user.person, person=user.person)
