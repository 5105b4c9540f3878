"""来, 晚点, 不来: answering a reminder by its link, or on one's own page.

Opening a link changes nothing, however often and by whomever; only the button on its page does.
"""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import (
    answer_links,
    confirmation_queries,
    confirming,
    policy,
    queries,
    wording,
)
from volunteer.activities.answer_links import AnswerLink
from volunteer.activities.errors import MovedMeanwhile
from volunteer.activities.forms.stand_ins import ComingForm
from volunteer.activities.models import Coming, Occurrence, Signup
from volunteer.activities.views.door import blueprint
from volunteer.core import clock
from volunteer.core.access import authorize, public
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.people.models import Person

THANKS = {
    Coming.ON_TIME: __("You come. Thank you!"),
    Coming.LATER: __("You come a little later. Thank you for saying so."),
    None: __("You don't come this time. That is quite all right, thank you for saying so."),
}
THANKS_FOR_THEM = {
    Coming.ON_TIME: __("Noted: %(name)s comes."),
    Coming.LATER: __("Noted: %(name)s comes a little later."),
    None: __("Noted: %(name)s does not come. The place is free again."),
}


@blueprint.route("/answers/<token>", methods=["GET", "POST"])
@public
def answer_reminder(token: str) -> ResponseReturnValue:
    """A page with the answers as buttons; who holds the link need not sign in."""
    link = answer_links.read(token)
    form = ComingForm()
    if request.method == "POST":
        if not form.validate():
            raise NotFound
        try:
            say(link, form)
        except MovedMeanwhile:
            say_what_holds_now(link.occurrence)
        return redirect(url_for(".answer_reminder", token=token))
    occurrence, signup = link.occurrence, link.signup
    g.team = occurrence.team
    confirmations = confirmation_queries.find_confirmations([occurrence])
    return render_template(
        "activities/answer_reminder.html",
        link=link,
        token=token,
        occurrence=occurrence,
        signup=signup,
        said=confirmations.get(signup.id) if signup else None,
        wished=request.args.get("say", ""),
        is_open=occurrence.is_open(clock.now()),
    )


def say(link: AnswerLink, form: ComingForm) -> None:
    signup = link.signup
    if signup is None:
        raise NotFound
    if form.is_after_all:
        confirming.come_after_all(signup, by=link.by, seen=form.seen.data)
        thank(Coming.ON_TIME, link.person, link.by)
    else:
        answer(signup, form, by=link.by)


def answer(signup: Signup, form: ComingForm, *, by: Person) -> None:
    if form.coming is None:
        confirming.decline(signup, by=by, seen=form.seen.data)
    else:
        confirming.confirm(signup, form.coming, by=by, seen=form.seen.data)
    thank(form.coming, signup.person, by)


def say_what_holds_now(occurrence: Occurrence) -> None:
    """Nothing is noted: they answered to another time or place than those of now."""
    now = wording.when(occurrence)
    flash(
        _(
            "This has changed since you opened the page. It is now %(when)s, %(place)s. "
            "Please answer once more.",
            when=now,
            place=occurrence.place,
        ),
        "error",
    )


def thank(coming: Coming | None, person: Person, by: Person) -> None:
    is_own = person.id == by.id
    words = THANKS[coming] if is_own else THANKS_FOR_THEM[coming]
    flash(str(words) if is_own else str(words) % {"name": person.name}, "success")


@blueprint.post("/activities/signups/<int:signup_id>/confirmation")
def confirm_place(signup_id: int) -> ResponseReturnValue:
    """The same for who is signed in: their own place, that of whom they act for, or, as
    coordinator, anybody's."""
    me = identity.signed_in_person()
    signup = queries.get_signup(signup_id)
    form = ComingForm()
    if form.validate() and form.is_mistaken:
        return take_back(signup, form, me)
    if not form.validate() or form.coming is None:
        raise NotFound
    authorize(policy.can_confirm(me, signup, whom=identity.acted_for(meant=form.person.data)))
    try:
        answer(signup, form, by=me)
    except MovedMeanwhile:
        say_what_holds_now(signup.occurrence)
    return redirect(url_for(".show_occurrence", occurrence_id=signup.occurrence_id))


def take_back(signup: Signup, form: ComingForm, me: Person) -> ResponseReturnValue:
    """A coordinator pressed it for the wrong person, who has not answered then. What they have said
    themselves nobody takes back."""
    authorize(policy.can_run(me, signup.occurrence))
    if form.noted_by.data == signup.person_id:
        raise NotFound
    confirming.take_back(signup, noted_by=form.noted_by.data, by=me)
    flash(_("Taken back: %(name)s has not answered yet.", name=signup.person.name), "success")
    return redirect(url_for(".show_occurrence", occurrence_id=signup.occurrence_id))
