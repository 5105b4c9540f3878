"""Signing in in two steps: after the password, or a code that was sent, six digits from an app on
one's phone (RFC 6238), or a spare code from paper.

Who has lost a password comes in by a code that was sent, and is asked for the second step as well.
Who has lost phone and paper is helped by whoever runs the service (`flask people one-step`).
"""

import base64
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select

from volunteer.accounts import signing_in, throttle
from volunteer.accounts.errors import (
    NoSecondStep,
    SecondStepIsOn,
    SignInAgain,
    WrongFirstCode,
    WrongSecondCode,
)
from volunteer.accounts.models import SignIn, User, fingerprint
from volunteer.accounts.signing_in import Opened
from volunteer.audit import trail
from volunteer.core import chinese, clock, encryption
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person

STEP_SECONDS, SECRET_BYTES = encryption.STEP_SECONDS, 20
# So many steps a phone's clock may be wrong (RFC 6238, 5.2).
DRIFT = 1
# So long a right password waits for the second step.
GOOD_FOR = timedelta(minutes=10)
SPARE_CODES, SPARE_DIGITS = 8, 8
# What the app writes above the digits.
ISSUER = "邻里 Linli"


def new_secret() -> str:
    """As apps take it, also typed by hand."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_spare_code() -> str:
    return f"{secrets.randbelow(10**SPARE_DIGITS):0{SPARE_DIGITS}}"


def address_for_app(secret: str, user: User) -> str:
    """What the picture says to the app that reads it."""
    return encryption.address_for_app(secret, user.login or "", ISSUER)


def turn_on(user: User, secret: str, code: str, *, password: str) -> list[str]:
    """From now on; every other browser is signed out. Answers the spare codes, which nobody can
    show again. Raises WrongPassword, TooManyTries, SecondStepIsOn or WrongFirstCode."""
    signing_in.prove_password(user, password)
    with transaction():
        lock(user)
        if user.has_second_step:
            raise SecondStepIsOn
        step = step_of(secret, tidy(code))
        if step is None:
            raise WrongFirstCode
        spare = [new_spare_code() for _number in range(SPARE_CODES)]
        user.step_secret, user.step_used = secret, step
        user.spare_marks = [mark_of(secret, one) for one in spare]
        signing_in.end_all(user)
        trail.record("second_step.turned_on", user, by=user.person, person=user.person)
        return spare


def turn_off(user: User, *, password: str) -> None:
    """One step is enough again; every other browser is signed out. Raises WrongPassword,
    TooManyTries or NoSecondStep."""
    signing_in.prove_password(user, password)
    end(user, by=user.person)


def end(user: User, *, by: Person | None) -> None:
    """Raises NoSecondStep."""
    with transaction():
        lock(user)
        if not user.has_second_step:
            raise NoSecondStep
        user.step_secret = user.step_used = None
        user.spare_marks = []
        signing_in.end_all(user)
        trail.record("second_step.turned_off", user, by=by, person=user.person)


def confirm(token: str, code: str, *, caller: str) -> Opened:
    """The second step of the sign-in with this token: it is open from now on.

    Raises WrongSecondCode, TooManyTries; SignInAgain when it has waited for too long, or was ended.
    """
    waiting = find_waiting(token)
    with (
        throttle.one_try(
            throttle.Limit("second", str(waiting.user_id)), throttle.from_place(caller)
        ),
        transaction(),
    ):
        lock(waiting.user, waiting)
        check_waits(waiting)
        spare_left = take(waiting.user, tidy(code))
        waiting.is_waiting = False
        person = waiting.user.person
        trail.record("sign_in.begun", waiting, by=person, person=person, way=waiting.way)
        return Opened(token=token, person=person, spare_left=spare_left)


def find_waiting(token: str) -> SignIn:
    """Raises SignInAgain."""
    found = session.scalars(
        select(SignIn).where(SignIn.token_hash == fingerprint(token))
    ).one_or_none()
    if found is None:
        raise SignInAgain
    check_waits(found)
    return found


def check_waits(found: SignIn) -> None:
    is_fresh = clock.now() - found.began_at < GOOD_FOR
    if not (found.is_waiting and found.ended_at is None and is_fresh):
        raise SignInAgain


def take(user: User, code: str) -> int | None:
    """Use these digits up: those of the app, or of a spare code, and then answers how many of these
    are left. Raises WrongSecondCode.

    Digits used later than any that are good now were used by a clock that was ahead, and has been
    put right: they shut nobody out until it gets there.
    """
    secret = user.step_secret or ""
    step = step_of(secret, code)
    if step is not None and not step <= (user.step_used or 0) <= step + 2 * DRIFT:
        user.step_used = step
        return None
    mark = mark_of(secret, code)
    if mark not in user.spare_marks:
        raise WrongSecondCode
    user.spare_marks = [one for one in user.spare_marks if one != mark]
    return len(user.spare_marks)


def step_of(secret: str, code: str) -> int | None:
    """In which half minute, of this one and its neighbours, the app showed these digits."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    for step in range(now - DRIFT, now + DRIFT + 1):
        shown = encryption.digits_at(secret, step * STEP_SECONDS)
        if hmac.compare_digest(shown.encode(), code.encode()):
            return step
    return None


def mark_of(secret: str, code: str) -> str:
    """What is kept of a spare code. The secret is sealed, so nobody who has the table alone can try
    all codes."""
    return hmac.new(secret.encode(), f"spare {code}".encode(), "sha256").hexdigest()


def tidy(code: str) -> str:
    """The digits, however they were spaced."""
    return "".join(letter for letter in chinese.narrow(code) if letter.isdigit())
