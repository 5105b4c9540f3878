"""The table of public holidays, for whoever runs the service: it counts for all teams."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.network import holidays, queries
from volunteer.network.forms import YEARS_AROUND, HolidayForm
from volunteer.network.models import HolidayKind

blueprint = Blueprint("network", __name__)


@blueprint.route("/holidays", methods=["GET", "POST"])
def show_holidays() -> ResponseReturnValue:
    """The holidays of one year, this one unless the address names another."""
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    today = clock.today()
    year = chosen_year(request.args.get("year", today.year, type=int), today)
    form = HolidayForm(year)
    if form.validate_on_submit():
        holidays.enter_all(form.days, HolidayKind(form.kind.data), form.name.data or "", by=me)
        flash(_("Entered."), "success")
        return redirect(url_for(".show_holidays", year=form.days[0].year))
    return render_template(
        "network/show_holidays.html",
        form=form,
        year=year,
        years=years_around(today),
        days=queries.list_holidays(date(year, 1, 1), date(year, 12, 31)),
        is_known=year in queries.list_holiday_years(),
    )


def chosen_year(year: int, today: date) -> int:
    return year if year in years_around(today) else today.year


def years_around(today: date) -> range:
    before, after = YEARS_AROUND
    return range(today.year + before, today.year + after + 1)


@blueprint.post("/holidays/<int:holiday_id>/removal")
def take_holiday_out(holiday_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    holiday = queries.get_holiday(holiday_id)
    year = holiday.day.year
    holidays.take_out(holiday, by=me)
    flash(_("Taken out."), "success")
    return redirect(url_for(".show_holidays", year=year))


@blueprint.post("/holiday-years/<int:year_id>/end")
def close_holiday_year(year_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    today = clock.today()
    if chosen_year(year_id, today) != year_id:
        raise NotFound
    holidays.close_year(year_id, by=me)
    flash(_("The year is complete."), "success")
    return redirect(url_for(".show_holidays", year=year_id))
