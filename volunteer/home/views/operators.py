"""For operators: the clock, the outbox, and what waits in it."""

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import addresses, clock, heartbeat, leaps, zones
from volunteer.core.access import authorize
from volunteer.core.database import LARGEST_NUMBER
from volunteer.core.language import ngettext
from volunteer.core.pages import page_of
from volunteer.home import queries
from volunteer.home.forms import WaitingForm
from volunteer.home.views.door import blueprint
from volunteer.notifications import discarding, explaining, traffic
from volunteer.notifications import queries as outbox_queries
from volunteer.notifications.discarding import Choice, Pile
from volunteer.notifications.models import MessageStatus
from volunteer.reminders import books
from volunteer.teams import queries as team_queries


@blueprint.get("/scheduler")
def show_scheduler() -> ResponseReturnValue:
    """What the clock does: each job, what goes out, what waits, whether the books close."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for(".show_home")
    now = clock.now()
    return render_template(
        "home/show_scheduler.html",
        jobs=heartbeat.list_jobs(),
        is_ticking=not heartbeat.is_silent(now),
        traffic=traffic.traffic(now),
        missing=books.count_missing(now),
        late=queries.LATE,
        silence=heartbeat.SILENCE,
        today=zones.day_in(zones.HOME_ZONE, now),
        waits_since_leap=leaps.is_waiting(now),
    )


# What the outbox may be narrowed to, by the word in its address.
SHOWN = {status.value: status for status in (MessageStatus.WAITING, MessageStatus.FAILED)}


@blueprint.get("/outbox")
def show_outbox() -> ResponseReturnValue:
    identity.signed_in_person()
    authorize(identity.is_operator())
    shown = SHOWN.get(request.args.get("show", ""))
    page = page_of(outbox_queries.last_posted_first(shown), request.args.get("page", 1, type=int))
    return render_template(
        "home/show_outbox.html", page=page, shown=shown, counts=outbox_queries.count_by_status()
    )


@blueprint.get("/outbox/<int:message_id>")
def show_message(message_id: int) -> ResponseReturnValue:
    """One message; its text only in the demo, where it was kept instead of sent."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for(".show_outbox")
    message = outbox_queries.get_message(message_id)
    return render_template(
        "home/show_message.html", message=message, why=explaining.why_not(message)
    )


@blueprint.get("/outbox/waiting")
def show_waiting() -> ResponseReturnValue:
    """What would go out next, by kind and team; whoever threw some away sees here what is left."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for(".show_outbox")
    form, _choice, piles = chosen_of_waiting()
    return render_template(
        "home/show_waiting.html", form=form, teams=form.teams, piles=piles, chosen=form.address()
    )


@blueprint.route("/outbox/waiting/end", methods=["GET", "POST"])
def throw_away_waiting() -> ResponseReturnValue:
    """How many of which kind, and for whom; then the button. What came in between stays."""
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    form, choice, piles = chosen_of_waiting()
    g.back_url = addresses.of_page("home.show_waiting", **form.address())
    if request.method == "POST" and not form.errors:
        seen = min(max(0, request.form.get("up_to", 0, type=int)), LARGEST_NUMBER)
        count = discarding.throw_away(replace(choice, up_to=seen), by=me)
        flash(
            ngettext("%(num)d message is thrown away.", "%(num)d messages are thrown away.", count),
            "success",
        )
        return redirect(url_for(".show_waiting"))
    if not piles:
        return redirect(g.back_url)
    return render_template(
        "home/throw_away_waiting.html",
        teams=form.teams,
        piles=piles,
        up_to=max(pile.newest for pile in piles),
    )


def chosen_of_waiting() -> tuple[WaitingForm, Choice, Sequence[Pile]]:
    """The form as the address has filled it in, what it means, and what of all that is there.
    What is no choice any more is said in the form, and then nothing is chosen."""
    everything = discarding.list_piles(Choice())
    form = WaitingForm(formdata=request.args)
    form.offer(
        everything,
        team_queries.list_by_number({pile.team_id for pile in everything if pile.team_id}),
    )
    if not request.args:
        return form, Choice(), everything
    if not form.validate():
        return form, Choice(), []
    choice = form.choice()
    return form, choice, discarding.list_piles(choice)
