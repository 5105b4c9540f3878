"""Who is asking, and for whom. The door of the house, and the only file that knows Flask-Login.

While somebody acts for another, the pages that a member has are those of the person acted
for (`acted_for`); what is done is recorded as done by the one who asks (`signed_in_person`).
Pages of coordinators, and everything about passwords, stay in one's own name.
"""

from flask import Flask, after_this_request, current_app, flash, g, request, session
from flask_login import UserMixin, current_user, login_user, logout_user

from volunteer.accounts import queries, signing_in
from volunteer.accounts.errors import ActingEnded, MeantSomebodyElse, SecondStepNeeded
from volunteer.accounts.models import ABSOLUTE_LIMIT
from volunteer.accounts.signing_in import OpenSignIn
from volunteer.core.errors import NotFound, SignInNeeded
from volunteer.core.extensions import login_manager
from volunteer.core.kept_pages import forget_all
from volunteer.core.language import gettext as _
from volunteer.people.models import Companion, Person

# In the signed cookie: the number of the companionship by which its owner acts.
ACTING = "acting"
READING = {"GET", "HEAD"}


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login is untyped
    """What Flask-Login holds: a sign-in and its token, which stands in the signed cookie."""

    def __init__(self, token: str, sign_in: OpenSignIn | None) -> None:
        self.token = token
        self.sign_in = sign_in

    def get_id(self) -> str:
        return self.token


def load_visitor(token: str) -> Visitor | None:
    sign_in = signing_in.find_open(token)
    return Visitor(token, sign_in) if sign_in else None


def init_app(app: Flask) -> None:
    # A sign-in ends on the server, so its cookie is written once and lasts as long as it may;
    # Flask would sign a new one for every page.
    app.config["PERMANENT_SESSION_LIFETIME"] = ABSOLUTE_LIMIT
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    # It would mark who comes from another address as "not fresh", which nothing here asks.
    login_manager.session_protection = None
    # Its own context processor would ask the database for every page, that of a broken one too.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(load_visitor)


def find_signed_in_person() -> Person | None:
    """The person who is asking: a real record, never Flask-Login's proxy; None for a visitor."""
    sign_in = open_sign_in()
    return sign_in.person if sign_in else None


def signed_in_person() -> Person:
    """The person who is asking. Raises SignInNeeded."""
    person = find_signed_in_person()
    if person is None:
        raise SignInNeeded
    g.asks_who = True
    return person


def acted_for(*, meant: int | None = None) -> Person:
    """For whom the person asking does things: themselves, or the one they act for.

    `meant` is for whom the page was drawn that is being sent. Raises SignInNeeded; ActingEnded
    for something sent when they may not act any more, so that it is not done for themselves
    instead; MeantSomebodyElse for a page that was drawn before acting began or ended.
    """
    me = signed_in_person()
    g.asks_for_whom = True
    companionship = find_acting()
    if g.get("acting_has_ended") and request.method not in READING:
        stop_acting()
        raise ActingEnded
    whom = companionship.person if companionship else me
    if meant is not None and meant != whom.id:
        raise MeantSomebodyElse
    return whom


def find_acted_for() -> Person | None:
    """For whom the person asking reads this page; None for a visitor."""
    return acted_for() if find_signed_in_person() else None


def in_own_name() -> Person | None:
    """The person asking, unless they act for another: whose powers a member's page may show."""
    return None if find_acting() else find_signed_in_person()


def oneself() -> Person:
    """The person asking, on a page that is theirs alone: NotFound while they act for another."""
    me = signed_in_person()
    if find_acting():
        raise NotFound
    return me


def find_acting() -> Companion | None:
    """That by which the person asking acts for another; None while they act for themselves.

    Asked once in each request, of the database, and only when the cookie names one.
    """
    if "acting" not in g:
        g.acting = look_up_acting()
    companionship: Companion | None = g.acting
    return companionship


def look_up_acting() -> Companion | None:
    me = find_signed_in_person()
    number = session.get(ACTING) if me else None
    if me is None or number is None:
        return None
    companionship = queries.find_companionship(number, me)
    if companionship is None:
        g.acting_has_ended = True
        if request.method in READING:
            stop_acting()
            flash(_("You do not act for anybody else any more. This is your own page."), "info")
    return companionship


def is_page_in_own_name() -> bool:
    """Whether somebody who acts for another is here on a page that is theirs alone."""
    return bool(g.get("asks_who") and not g.get("asks_for_whom"))


def start_acting(companionship: Companion) -> None:
    """From the next page on, in this browser. Raises ActingEnded when it no longer holds."""
    if queries.find_companionship(companionship.id, signed_in_person()) is None:
        raise ActingEnded
    session[ACTING] = companionship.id


def stop_acting() -> None:
    """Back to oneself."""
    session.pop(ACTING, None)


def open_sign_in() -> OpenSignIn | None:
    """The sign-in of this browser; None for a visitor."""
    # Once through the proxy: a page asks several times.
    visitor = current_user._get_current_object()
    return visitor.sign_in if isinstance(visitor, Visitor) else None


def is_operator() -> bool:
    """Whether the person asking runs the service."""
    sign_in = open_sign_in()
    return sign_in is not None and sign_in.is_operator


def expect_second_step() -> None:
    """For pages with what should not be had for a password alone (SECOND_STEP_FOR). Who has none
    came by a key that they hold. Raises SecondStepNeeded."""
    sign_in = open_sign_in()
    is_wanted = current_app.config["SECOND_STEP_FOR"] == "health"
    if is_wanted and sign_in and sign_in.has_password and not sign_in.has_second_step:
        raise SecondStepNeeded


def remember(opened: signing_in.Opened) -> None:
    """Put the new sign-in into this browser; one that was open here ends."""
    forget()
    session.permanent = True
    login_user(Visitor(opened.token, signing_in.find_open(opened.token)))


def forget() -> None:
    """End the sign-in on the server, and forget it in this browser."""
    if current_user and current_user.is_authenticated:
        signing_in.sign_out(current_user.token)
        after_this_request(forget_all)
    logout_user()
    session.clear()
