"""Who is asking. The door of the house, and the only file that knows Flask-Login."""

from flask import Flask, session
from flask_login import UserMixin, current_user, login_user, logout_user

from volunteer.accounts import signing_in
from volunteer.accounts.models import SignIn
from volunteer.core.errors import SignInNeeded
from volunteer.core.extensions import login_manager
from volunteer.people.models import Person


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login is untyped
    """What Flask-Login holds: a sign-in and its token, which stands in the signed cookie."""

    def __init__(self, token: str, sign_in: SignIn | None) -> None:
        self.token = token
        self.sign_in = sign_in

    def get_id(self) -> str:
        return self.token


def load_visitor(token: str) -> Visitor | None:
    sign_in = signing_in.find_open(token)
    return Visitor(token, sign_in) if sign_in else None


def init_app(app: Flask) -> None:
    # Its own context processor would ask the database for every page, that of a broken one too.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(load_visitor)


def find_signed_in_person() -> Person | None:
    """The person who is asking: a real record, never Flask-Login's proxy; None for a visitor."""
    if current_user and current_user.is_authenticated:
        visitor: Visitor = current_user._get_current_object()
        if visitor.sign_in is not None:
            return visitor.sign_in.user.person
    return None


def signed_in_person() -> Person:
    """The person who is asking. Raises SignInNeeded."""
    person = find_signed_in_person()
    if person is None:
        raise SignInNeeded
    return person


def acted_for() -> Person:
    """For whom the person asking does things: themselves. Raises SignInNeeded."""
    return signed_in_person()


def is_operator() -> bool:
    """Whether the person asking runs the service."""
    return bool(
        current_user
        and current_user.is_authenticated
        and current_user.sign_in is not None
        and current_user.sign_in.user.is_operator
    )


def remember(opened: signing_in.Opened) -> None:
    """Put the new sign-in into this browser; one that was open here ends."""
    forget()
    session.permanent = True
    login_user(Visitor(opened.token, signing_in.find_open(opened.token)))


def forget() -> None:
    """End the sign-in on the server, and forget it in this browser."""
    if current_user and current_user.is_authenticated:
        signing_in.sign_out(current_user.token)
    logout_user()
    session.clear()
