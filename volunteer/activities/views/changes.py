"""Moving, cancelling and restoring one date."""

from collections.abc import Iterable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import holiday_questions, notices, policy, single_date
from volunteer.activities.errors import AlreadyCancelled
from volunteer.activities.forms.dates import CancelForm, DateForm
from volunteer.activities.models import Occurrence
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import saying
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.core.web import too_late
from volunteer.notifications import outbox
from volunteer.notifications.models import Channel
from volunteer.people.models import Person


@blueprint.route("/activities/dates/<int:occurrence_id>/change", methods=["GET", "POST"])
def move_date(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    form = DateForm()
    form.day.zone_name = occurrence.activity.zone
    if occurrence.is_task:
        form.leave_out_hours()
    are_elsewhere: list[Person] = []
    free_day = None
    if form.validate_on_submit():
        are_elsewhere = single_date.who_is_elsewhere(occurrence, form.plan())
        free_day = holiday_questions.find_free_day(occurrence, form.plan().day)
        if form.is_sure or not (are_elsewhere or free_day):
            if single_date.move(occurrence, form.plan(), by=me, seen=form.seen.data):
                flash(told_words(occurrence, are_elsewhere), "success")
                flash_who_is_called(occurrence, me, are_elsewhere)
            return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))
    if request.method == "GET":
        form.show(occurrence)
    form.remember(single_date.plan_of(occurrence), lambda: form.show(occurrence))
    return render_template(
        "activities/move_date.html",
        form=form,
        occurrence=occurrence,
        are_elsewhere=are_elsewhere,
        free_day=free_day,
        people=len(notices.whom_it_concerns(occurrence)),
    )


def told_words(occurrence: Occurrence, have_lost: Iterable[Person] = ()) -> str:
    """How many hear of it, with those who have lost their place."""
    count = how_many_hear(occurrence, have_lost)
    if not count:
        return _("Changed. Nobody had signed up, so nobody needs to be told.")
    return ngettext(
        "Changed. %(num)d person is being told.", "Changed. %(num)d people are being told.", count
    )


def restored_words(occurrence: Occurrence, have_lost: Iterable[Person] = ()) -> str:
    count = how_many_hear(occurrence, have_lost)
    if not count:
        return _("It takes place after all. Nobody had signed up, so nobody needs to be told.")
    return ngettext(
        "It takes place after all. %(num)d person is being told.",
        "It takes place after all. %(num)d people are being told.",
        count,
    )


def how_many_hear(occurrence: Occurrence, have_lost: Iterable[Person]) -> int:
    return len({*notices.whom_it_concerns(occurrence), *have_lost})


def cancelled_words(count: int) -> str:
    """So many people hear of it."""
    if not count:
        return _("Cancelled. Nobody had signed up, so nobody needs to be told.")
    return ngettext(
        "Cancelled. %(num)d person is being told.",
        "Cancelled. %(num)d people are being told.",
        count,
    )


@blueprint.route("/activities/dates/<int:occurrence_id>/cancellation", methods=["GET", "POST"])
def cancel_date(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    form = CancelForm()
    if occurrence.is_cancelled:
        return too_late(AlreadyCancelled, url_for(".show_occurrence", occurrence_id=occurrence.id))
    if form.validate_on_submit():
        single_date.cancel(occurrence, reason=form.reason.data or "", by=me)
        count = len(notices.whom_it_concerns(occurrence))
        flash(cancelled_words(count), "success")
        flash_who_is_called(occurrence, me)
        return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))
    return render_template(
        "activities/cancel_date.html",
        form=form,
        occurrence=occurrence,
        people=len(notices.whom_it_concerns(occurrence)),
    )


@blueprint.post("/activities/dates/<int:occurrence_id>/holiday")
def go_on_in_holiday(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    holiday_questions.go_on(occurrence, by=me)
    flash(_("It goes on as planned."), "success")
    return redirect(url_for(".show_week", team_id=occurrence.team.id, day=occurrence.day))


@blueprint.post("/activities/dates/<int:occurrence_id>/restoration")
def restore_date(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    are_elsewhere = single_date.restore(occurrence, by=me)
    flash(restored_words(occurrence, are_elsewhere), "success")
    flash_who_is_called(occurrence, me, are_elsewhere)
    flash_who_is_elsewhere(are_elsewhere)
    return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))


def flash_who_is_called(
    occurrence: Occurrence, me: Person, have_lost: Iterable[Person] = ()
) -> None:
    """Whom no message reaches hears of it only when somebody calls."""
    people = {*notices.whom_it_concerns(occurrence), *have_lost} - {me}
    count = sum(outbox.channel_for(person) is Channel.CALL for person in people)
    if count:
        flash(
            ngettext(
                "%(num)d of them has to be called: see the call list.",
                "%(num)d of them have to be called: see the call list.",
                count,
            ),
            "info",
        )


def flash_who_is_elsewhere(people: Sequence[Person]) -> None:
    if people:
        names = saying.listed(person.name for person in people)
        flash(_("Those who have promised to be somewhere else at that time lose their places, "
                "and are told: %(names)s.", names=names), "info")  # fmt: skip
