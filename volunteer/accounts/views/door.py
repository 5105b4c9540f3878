"""What all doors share: who is in from now on, and where they wanted to go."""

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.accounts.models import FEW_SPARE_CODES
from volunteer.accounts.signing_in import Opened
from volunteer.core import saying
from volunteer.core.addresses import safe_next
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext

blueprint = Blueprint("accounts", __name__)

# Kept in the signed cookie: the sign-in that waits for its second step, and opens nothing yet.
WAITING = "second_step"


def let_in(opened: Opened, target: str | None) -> ResponseReturnValue:
    """This browser is theirs now, or once the second step is taken; on to where they wanted to
    go."""
    if opened.is_waiting:
        session[WAITING] = opened.token
        return redirect(url_for(".take_second_step", next=safe_next(target)))
    identity.remember(opened)
    flash(_("Welcome, %(name)s.", name=opened.person.name), "success")
    if opened.spare_left is not None:
        flash(how_many_left(opened.spare_left), "info")
    return redirect(safe_next(target) or url_for("home.show_home"))


def how_many_left(spare: int) -> str:
    """Said to whoever has just used a spare code up, with the way to new ones when few are left."""
    said = ngettext(
        "That was a spare code. %(num)d is left.", "That was a spare code. %(num)d are left.", spare
    )
    if spare > FEW_SPARE_CODES:
        return said
    return (
        said + saying.gap() + _("For new ones, set the second step up again under “My settings”.")
    )


def wanted() -> str | None:
    """The page of ours that the person wanted before they were asked who they are."""
    return safe_next(request.args.get("next"))
