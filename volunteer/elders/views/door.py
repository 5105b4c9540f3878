"""Who may open the pages of elders, and where their links lead back to."""

from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.elders import policy, queries
from volunteer.elders.models import Elder
from volunteer.people.models import Person

blueprint = Blueprint("elders", __name__)

Value = TypeVar("Value", bound=StrEnum)


def coordinated_elder(team_id: int, elder_id: int) -> tuple[Person, Elder]:
    """Who is asking and the elder of this page, or NotFound for all but the coordinators."""
    me = identity.signed_in_person()
    elder = queries.get_elder(team_id, elder_id)
    authorize(policy.can_look_after(me, elder))
    surround(elder)
    return me, elder


def surround(elder: Elder) -> None:
    """The frame around the page speaks of the elder's team and leads back to the elder."""
    g.team = elder.team
    g.back_url = page_of_elder(elder)


def page_of_elder(elder: Elder) -> str:
    return url_for("elders.show_elder", team_id=elder.team_id, elder_id=elder.id)


def back_to(elder: Elder, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(page_of_elder(elder))


def chosen(values: type[Value], text: str, usual: Value) -> Value:
    """The value that stands in the address; the usual one for anything else."""
    try:
        return values(text)
    except ValueError:
        return usual


def month_in_address(usual: date) -> date:
    """The first day of the month in the address; the usual one for anything else."""
    try:
        month = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return usual
    return month if date(2000, 1, 1) <= month <= usual else usual
