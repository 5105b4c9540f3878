"""Booking on the phone; and for coordinators who eats, entering others, who stayed away."""

from collections.abc import Sequence
from dataclasses import replace

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock, pressing
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.web_address import Site
from volunteer.meals import (
    booking_queries,
    bookings,
    diets,
    diners,
    group_texts,
    head_count,
    kitchen,
    policy,
    queries,
    standing,
    standing_queries,
)
from volunteer.meals.forms.bookings import (
    BookingForm,
    EntryForm,
    ForSomebodyForm,
    own_consent,
)
from volunteer.meals.forms.kitchen import NoShowForm
from volunteer.meals.models import Diner, Meal, MealBooking, MealState
from volunteer.meals.views.door import blueprint, coordinated_meal, open_meal
from volunteer.people import consents
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import queries as team_queries


@blueprint.route("/meals/<int:meal_id>/booking", methods=["GET", "POST"])
def book(meal_id: int) -> ResponseReturnValue:
    """For oneself, or whom one acts for: this time, or every week."""
    me = identity.signed_in_person()
    form = BookingForm()
    whom = identity.acted_for(meant=form.whom.data)
    meal = open_meal(meal_id)
    authorize(policy.can_eat_with(whom, meal.team))
    own = booking_queries.find_booking(meal, whom)
    form.whom.data = whom.id
    if form.validate_on_submit():
        if form.waits.data:
            wait(form, meal, whom, by=me)
        else:
            save(form, meal, whom, own_consent(me, whom), by=me)
        say_how_it_stands(meal, whom)
        return redirect(url_for(".show_meal", meal_id=meal.id))
    if not form.is_submitted():
        show_known(form, meal, whom, own)
    # Also when the last portion went to somebody else while they filled it in.
    is_full = not (own and own.is_booked) and not bookings.free_portions(meal)
    form.waits.data = "1" if is_full else ""
    return render_template("meals/book.html", form=form, meal=meal, own=own, person=whom)


def wait(form: BookingForm, meal: Meal, whom: Person, *, by: Person) -> None:
    """Onto the waiting list, this time only: a full lunch begins nothing for every week."""
    has_agreed = consents.has(whom, ConsentScope.HEALTH)
    order = form.order(None if has_agreed else own_consent(by, whom))
    bookings.book(meal, whom, replace(order, may_wait=True), by=by)


def say_how_it_stands(meal: Meal, whom: Person) -> None:
    """Who asked to wait may have found a portion by now; who waits for more than are free waits on,
    whatever else they have changed."""
    found = booking_queries.find_booking(meal, whom)
    if found is not None and found.is_waiting:
        flash(_("On the waiting list. When a portion comes free we tell you."), "success")
    else:
        flash(_("Booked. Enjoy your meal!"), "success")


def show_known(form: BookingForm, meal: Meal, whom: Person, own: MealBooking | None) -> None:
    """What is known already is not asked again."""
    known = diets.known(meal.team, [whom.id]).get(whom.id)
    form.show(diners.as_known(meal.team, whom), known, own)
    held = standing_queries.find_standing(meal.plan, whom)
    form.every_week.data = held is not None
    form.was_every_week.data = str(held.id) if held else ""


def save(
    form: BookingForm, meal: Meal, whom: Person, consent: ConsentDetails, *, by: Person
) -> None:
    """Booked or changed, this time or every week; `consent` is how they agree where they have not
    before. A coordinator's page is taken after the deadline, too."""
    has_agreed = consents.has(whom, ConsentScope.HEALTH)
    given = None if has_agreed else consent
    is_late = by.id != whom.id and policy.can_run(identity.in_own_name(), meal.team)
    held = standing_queries.find_standing(meal.plan, whom)
    if form.every_week.data and held is None:
        order = replace(form.order(None), is_late=is_late)
        bookings.book_every_week(meal, whom, form.standing(meal, given), order, by=by)
        return
    order = replace(form.order(given), is_late=is_late)
    # Only the tick that stood on their page was taken away: somebody may have begun it since.
    if held is not None and not form.every_week.data and form.was_every_week.data == str(held.id):
        bookings.book_this_time_only(meal, whom, held, order, by=by)
    else:
        bookings.book_or_change(meal, whom, order, by=by)


def open_booking(booking_id: int) -> tuple[Person, MealBooking]:
    """The booking of this page, for who may change it."""
    me = identity.signed_in_person()
    found = booking_queries.get_booking(booking_id)
    authorize(policy.can_change_booking(identity.in_own_name(), found, whom=identity.acted_for()))
    g.team = found.meal.team
    is_own = found.diner.person_id == identity.acted_for().id
    page = ".show_meal" if is_own else ".show_bookings"
    g.back_url = url_for(page, meal_id=found.meal_id)
    return me, found


@blueprint.route("/meals/bookings/<int:booking_id>/cancellation", methods=["GET", "POST"])
def cancel_booking(booking_id: int) -> ResponseReturnValue:
    """A page that says what it means, then the button."""
    me, found = open_booking(booking_id)
    if request.method == "POST":
        bookings.cancel(found, by=me)
        flash(_("Cancelled. Thank you for telling us."), "success")
        return redirect(g.back_url)
    is_late = found.meal.state(clock.now()) is not MealState.BOOKING
    return render_template("meals/cancel_booking.html", booking=found, is_late=is_late)


@blueprint.route("/meals/bookings/<int:booking_id>/details", methods=["GET", "POST"])
def change_booking(booking_id: int) -> ResponseReturnValue:
    """A coordinator changes it for somebody, and what is known of them; a look leaves a line."""
    me = identity.signed_in_person()
    found = booking_queries.get_booking(booking_id)
    meal = queries.get_meal(found.meal_id)
    authorize(policy.can_run(me, meal.team))
    g.team = meal.team
    g.back_url = url_for(".show_bookings", meal_id=meal.id)
    form = ForSomebodyForm()
    if form.validate_on_submit():
        save(form, meal, found.person, form.consent(), by=me)
        flash(_("Saved."), "success")
        return redirect(g.back_url)
    if not form.is_submitted():
        show_known(form, meal, found.person, found)
        if form.diet:
            identity.expect_second_step()
            diets.look(meal.team, [found.person], by=me)
    return render_template("meals/change_booking.html", form=form, meal=meal, booking=found)


@blueprint.get("/meals/<int:meal_id>/bookings")
def show_bookings(meal_id: int) -> ResponseReturnValue:
    """The coordinator's page of one lunch: how many, who, and the way to everything else."""
    _me, meal = coordinated_meal(meal_id)
    g.back_url = url_for(".show_meals", team_id=meal.team.id)
    now = clock.now()
    everybody = booking_queries.list_bookings(meal)
    cooks = [cook.person.id for cook in kitchen.cooks_of(meal) if cook.eats]
    count = head_count.count(everybody, cooks)
    return render_template(
        "meals/show_bookings.html",
        meal=meal,
        moment=now,
        state=meal.state(now),
        count=count,
        booked=[booking for booking in everybody if booking.is_booked],
        alarms=[booking for booking in everybody if booking.is_open_alarm],
        waiting=in_line(everybody),
        free=max(0, meal.capacity - count.diners),
        cancelled=[booking for booking in everybody if not booking.is_wanted],
        left_out=left_out(meal, everybody),
        is_day=meal.team.today(now) >= meal.day,
        text=group_texts.call_to_book(
            meal,
            Site(current_app.config["BASE_URL"]).address(url_for(".show_meal", meal_id=meal.id)),
            free=max(0, meal.capacity - count.diners),
        ),
    )


def in_line(everybody: Sequence[MealBooking]) -> list[MealBooking]:
    """Who waits for a portion, who asked first stands first."""
    waiting = [booking for booking in everybody if booking.is_waiting]
    return sorted(waiting, key=lambda booking: (booking.booked_at, booking.id))


def left_out(meal: Meal, everybody: Sequence[MealBooking]) -> list[Person]:
    """Who eats with us every week, and for whom no portion was left."""
    there = {b.diner_id for b in everybody if b.is_booked or not b.is_paused}
    return [
        held.diner.person
        for held in standing_queries.list_standing([meal.plan], here_on=meal.day)
        if held.eats_on(meal.day) and held.diner_id not in there
    ]


@blueprint.route("/meals/<int:meal_id>/bookings/new", methods=["GET", "POST"])
def enter_booking(meal_id: int) -> ResponseReturnValue:
    """For who called, a guest, or who stands at the door."""
    me, meal = coordinated_meal(meal_id)
    form = EntryForm()
    eating = queries.list_diners(meal.team)
    members = [m.person for m in team_queries.list_active(meal.team)]
    people = {person.id: person for person in [*(d.person for d in eating), *members]}
    guests = queries.list_guests_only(meal.team)
    hosts = {str(diner.id): diner for diner in eating if diner.id not in guests}
    form.offer(sorted(people.values(), key=lambda person: person.sort_key), [*hosts.values()])
    if not meal.is_today(clock.now()):
        del form.walk_in
    if bookings.free_portions(meal):
        del form.may_wait
    if form.validate_on_submit():
        booking = enter(form, meal, hosts, me)
        said = (
            _("%(name)s is on the waiting list.", name=booking.person.name)
            if booking.is_waiting
            else _("%(name)s is on the list.", name=booking.person.name)
        )
        flash(said, "success")
        return redirect(url_for(".show_bookings", meal_id=meal.id))
    if not form.is_submitted():
        form.form_key.data = pressing.new_form_key()
        show_chosen(form, meal, people.get(request.args.get("person", 0, type=int)))
    return render_template("meals/enter_booking.html", form=form, meal=meal)


def show_chosen(form: EntryForm, meal: Meal, whom: Person | None) -> None:
    """Who was meant where the link stood, and how they eat every week."""
    if whom is None:
        return
    form.diner.data = str(whom.id)
    held = standing_queries.find_standing(meal.plan, whom)
    if held is not None:
        form.way.data, form.portions.data = held.way.value, held.portions
        form.address.data = str(held.diner.home)


def enter(form: EntryForm, meal: Meal, hosts: dict[str, Diner], me: Person) -> MealBooking:
    whom = form.meant
    has_agreed = whom is not None and consents.has(whom, ConsentScope.HEALTH)
    order = replace(
        form.order(None if has_agreed else form.consent()),
        guest_of=hosts.get(form.guest_of.data or ""),
        is_late=True,
        is_walk_in=bool("walk_in" in form and form.walk_in.data),
        may_wait=bool("may_wait" in form and form.may_wait.data),
    )
    if whom is None:
        booking = bookings.book_somebody_new(
            meal, form.newcomer(), order, by=me, form_key=form.form_key.data or ""
        )
    else:
        booking = bookings.book(meal, whom, order, by=me)
    person = booking.person
    if form.every_week.data and standing_queries.find_standing(meal.plan, person) is None:
        standing.begin(meal.plan, person, form.standing(meal, None), by=me)
    return booking


@blueprint.post("/meals/bookings/<int:booking_id>/no-show")
def note_no_show(booking_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    found = booking_queries.get_booking(booking_id)
    authorize(policy.can_run(me, found.meal.team))
    form = NoShowForm()
    if not form.validate():
        raise NotFound
    bookings.note_no_show(found, is_missing=bool(form.missing.data), by=me)
    return redirect(url_for(".show_bookings", meal_id=found.meal_id) + f"#booking-{found.id}")


@blueprint.post("/meals/bookings/<int:booking_id>/portion")
def give_portion(booking_id: int) -> ResponseReturnValue:
    """A coordinator gives what came free to who waits."""
    me = identity.signed_in_person()
    found = booking_queries.get_booking(booking_id)
    authorize(policy.can_run(me, found.meal.team))
    bookings.give(found, by=me)
    flash(_("%(name)s eats with us.", name=found.person.name), "success")
    return redirect(url_for(".show_bookings", meal_id=found.meal_id))
