"""Who comes instead: being asked and answering, stopping it, coming after all; swapping dates."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import (
    policy,
    queries,
    stand_in_queries,
    stand_ins,
    standing_queries,
    swap_queries,
    swaps,
)
from volunteer.activities.forms.stand_ins import AnswerForm, SwapAnswerForm, SwapForm
from volunteer.activities.models import Occurrence, StandInSearch, SwapOffer, SwapStatus
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.people import queries as people_queries
from volunteer.people.models import Person

# What each button of a swap makes of it.
MAKES = {"yes": SwapStatus.ACCEPTED, "no": SwapStatus.DECLINED, "back": SwapStatus.TAKEN_BACK}


def around_date(occurrence: Occurrence, whom: Person | None, *, names: bool) -> dict[str, Any]:
    """What the date's page shows of stand-ins, for who may read names."""
    now = clock.now()
    if not names or whom is None:
        return {"searches": (), "found_lately": (), "standing": None, "gave_back": None}
    searches = stand_in_queries.list_searches_on(occurrence)
    return {
        "searches": [s for s in searches if s.is_open and s.signup.is_going],
        "found_lately": [
            s for s in searches if s.stand_in_id == whom.id and stand_ins.can_undo(s, now)
        ],
        "standing": standing_queries.find_standing(occurrence.activity, whom)
        if occurrence.signup_of(whom)
        else None,
        "gave_back": next((s for s in occurrence.excused if s.person_id == whom.id), None),
    }


def open_search(search_id: int) -> StandInSearch:
    search = stand_in_queries.get_search(search_id)
    g.team = search.signup.occurrence.team
    g.back_url = url_for(".show_occurrence", occurrence_id=search.signup.occurrence_id)
    return search


@blueprint.get("/activities/stand-in-searches/<int:search_id>")
def show_search(search_id: int) -> ResponseReturnValue:
    """Somebody is asked to come instead. Reading it answers nothing."""
    identity.signed_in_person()
    search = open_search(search_id)
    whom = identity.acted_for()
    occurrence = search.signup.occurrence
    authorize(policy.can_see_names(whom, occurrence))
    now = clock.now()
    return render_template(
        "activities/show_search.html",
        search=search,
        occurrence=occurrence,
        today=occurrence.team.today(now),
        ask=search.ask_of(whom),
        goes_on=search.is_open and search.signup.is_going and occurrence.is_open(now),
        can_answer=policy.can_answer_search(whom, search),
        comes=search.stand_in_id == whom.id,
        can_undo=search.stand_in_id == whom.id and stand_ins.can_undo(search, now),
    )


@blueprint.post("/activities/stand-in-searches/<int:search_id>/answers")
def answer_search(search_id: int) -> ResponseReturnValue:
    """Yes or no: one's own, or that of somebody whom a coordinator has on the phone."""
    me = identity.signed_in_person()
    search = open_search(search_id)
    form = AnswerForm()
    if not form.validate():
        raise NotFound
    chosen = form.person.data
    # A page that was drawn for oneself is not taken for whom one acts for by now.
    person = identity.acted_for(meant=me.id if chosen == me.id else None)
    if chosen and chosen != person.id:
        authorize(policy.can_run(me, search.signup.occurrence))
        person = people_queries.get_person(chosen)
    else:
        authorize(policy.can_answer_search(person, search))

    is_own, seen = person.id == me.id, form.seen.data or None
    if form.is_yes:
        stand_ins.accept(search, person, by=me, seen=seen)
    elif not stand_ins.decline(search, person, by=me, seen=seen):
        flash(moved_meanwhile(is_own=is_own, name=person.name), "info")
        return redirect(url_for(".show_search", search_id=search.id))
    flash(thanks(is_own=is_own, is_yes=form.is_yes, name=person.name), "success")
    if is_own and not form.is_yes:
        return redirect(url_for(".show_search", search_id=search.id))
    return redirect(url_for(".show_occurrence", occurrence_id=search.signup.occurrence_id))


def moved_meanwhile(*, is_own: bool, name: str) -> str:
    """A no on a page that showed the old time; the new one stands below."""
    return (
        _(
            "The date was moved meanwhile. "
            "Your no to the old time is noted; does the new one suit you?"
        )
        if is_own
        else _(
            "The date was moved meanwhile. The no of %(name)s to the old time is noted.", name=name
        )
    )


def thanks(*, is_own: bool, is_yes: bool, name: str) -> str:
    if not is_own:
        return _("%(name)s comes instead.", name=name) if is_yes else _("A no is noted.")
    return (
        _("You come instead. Thank you!")
        if is_yes
        else _("That is quite all right. Thank you for saying so.")
    )


@blueprint.post("/activities/stand-in-searches/<int:search_id>/release")
def release_search(search_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    search = open_search(search_id)
    authorize(policy.can_run(me, search.signup.occurrence))
    stand_ins.release(search, by=me)
    flash(_("Nobody else is asked. The place is free."), "success")
    return redirect(url_for(".show_occurrence", occurrence_id=search.signup.occurrence_id))


@blueprint.post("/activities/stand-in-searches/<int:search_id>/undo")
def undo_acceptance(search_id: int) -> ResponseReturnValue:
    """A yes that was pressed by mistake."""
    me = identity.signed_in_person()
    search = open_search(search_id)
    mine = search.signup.occurrence.signup_of(search.stand_in)
    authorize(mine is not None and policy.can_withdraw(me, mine, whom=identity.acted_for()))
    stand_ins.undo_acceptance(search, by=me)
    flash(_("It is as it was before. We go on asking."), "success")
    return redirect(url_for(".show_search", search_id=search.id))


@blueprint.post("/activities/signups/<int:signup_id>/return")
def come_after_all(signup_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    signup = queries.get_signup(signup_id)
    authorize(policy.can_withdraw(me, signup, whom=identity.acted_for()))
    stand_ins.come_after_all(signup, by=me)
    flash(
        _("Good that you come after all!")
        if signup.person_id == me.id
        else _("%(name)s comes after all.", name=signup.person.name),
        "success",
    )
    return redirect(url_for(".show_occurrence", occurrence_id=signup.occurrence_id))


# --- swaps -----------------------------------------------------------------------------------


@blueprint.route("/activities/signups/<int:signup_id>/swap", methods=["GET", "POST"])
def offer_swap(signup_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    signup = queries.get_signup(signup_id)
    authorize(policy.can_offer_swap(me, signup, whom=identity.acted_for()))
    occurrence = open_date(signup.occurrence_id)
    form = SwapForm(swaps.possible(signup))
    if form.validate_on_submit():
        swap = swaps.offer(signup, queries.get_signup(form.other.data), by=me)
        flash(_("%(name)s is being asked.", name=swap.other.person.name), "success")
        return redirect(url_for(".show_swap", swap_id=swap.id))
    return render_template(
        "activities/offer_swap.html",
        signup=signup,
        occurrence=occurrence,
        form=form,
        is_own=signup.person_id == identity.acted_for().id,
    )


def open_swap(swap_id: int) -> SwapOffer:
    swap = swap_queries.get_swap(swap_id)
    g.team = swap.own.occurrence.team
    g.back_url = None
    return swap


@blueprint.get("/activities/swaps/<int:swap_id>")
def show_swap(swap_id: int) -> ResponseReturnValue:
    """Somebody would like to swap dates. Reading it answers nothing."""
    me = identity.signed_in_person()
    swap = open_swap(swap_id)
    whom = identity.acted_for()
    authorize(policy.can_see_swap(me, swap, whom=whom))
    return render_template(
        "activities/show_swap.html",
        swap=swap,
        is_open=swap.is_open and swap.still_holds and not swap_queries.has_begun(swap, clock.now()),
        can_answer=policy.can_answer_swap(me, swap, whom=whom),
        can_take_back=policy.can_take_back_swap(me, swap, whom=whom),
        is_theirs=swap.other.person_id == whom.id,
    )


@blueprint.post("/activities/swaps/<int:swap_id>/answer")
def answer_swap(swap_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    swap = open_swap(swap_id)
    whom = identity.acted_for()
    form = SwapAnswerForm()
    if not form.validate():
        raise NotFound
    answer = form.answer.data or ""
    may = policy.can_take_back_swap if answer == "back" else policy.can_answer_swap
    authorize(may(me, swap, whom=whom))
    # Pressed twice: the page says that it is so.
    if swap.status is not MAKES[answer]:
        flash(answered(swap, answer, by=me), "success")
    return redirect(url_for(".show_swap", swap_id=swap.id))


def answered(swap: SwapOffer, answer: str, *, by: Person) -> str:
    if answer == "back":
        swaps.take_back(swap, by=by)
        return _("It is taken back. Your date stays as it is.")
    if answer == "yes":
        swaps.accept(swap, by=by)
        return _("The dates are swapped. Thank you!")
    swaps.decline(swap, by=by)
    return _("That is quite all right. Thank you for saying so.")
