"""到家报平安: who has come home, and whom to call."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.meals import booking_queries, home_safe
from volunteer.meals.forms.kitchen import HomeForm
from volunteer.meals.views.door import blueprint, coordinated_meal


@blueprint.route("/meals/<int:meal_id>/home-safe", methods=["GET", "POST"])
def show_home_safe(meal_id: int) -> ResponseReturnValue:
    me, meal = coordinated_meal(meal_id)
    form = HomeForm()
    if form.is_submitted():
        booking = booking_queries.get_booking(form.booking.data or 0) if form.validate() else None
        if booking is None or booking.meal_id != meal.id:
            raise NotFound
        home_safe.tick(booking, is_home=bool(form.home.data), by=me)
        return redirect(
            url_for(".show_home_safe", meal_id=meal.id, _anchor=f"booking-{booking.id}")
        )
    now = clock.now()
    listed = home_safe.on_list(booking_queries.list_bookings(meal))
    return render_template(
        "meals/show_home_safe.html",
        meal=meal,
        listed=listed,
        home=[booking for booking in listed if booking.home_at],
        to_call=[booking for booking in listed if home_safe.is_to_be_called(booking, now)],
        may_be_home=home_safe.may_be_home(meal, now),
    )
