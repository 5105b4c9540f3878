"""Calendars for phones: their addresses, what is fetched from them, and one date to take along."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import queries as activity_queries
from volunteer.core import clock, language, qr
from volunteer.core.access import authorize, public
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.web_address import Site
from volunteer.feeds import addresses, calendar_file, entries, policy, queries
from volunteer.feeds.addresses import Calendar
from volunteer.feeds.forms import WhichForm
from volunteer.feeds.models import Feed
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

blueprint = Blueprint("feeds", __name__)


def site() -> Site:
    return Site(current_app.config["BASE_URL"])


@blueprint.get("/calendars")
def show_calendars() -> ResponseReturnValue:
    """Which calendars a phone may have, their addresses, and how to put them into it."""
    me = identity.signed_in_person()
    found = calendars_of(me, identity.acted_for())
    return render_template(
        "feeds/show_calendars.html",
        calendars=found,
        pictures={
            calendar.key: qr.draw(site().address(calendar.feed.path))
            for calendar in found
            if calendar.feed is not None
        },
    )


def calendars_of(me: Person, whom: Person) -> list[Calendar]:
    teams = [membership.team for membership in team_queries.list_memberships_of(whom)]
    return addresses.list_calendars(me, whom, teams)


@blueprint.post("/calendars")
def make_calendar() -> ResponseReturnValue:
    """An address for one of the calendars that the page offers, and for no other."""
    me = identity.signed_in_person()
    form = WhichForm()
    if not form.validate() or not (form.person.data or "").isdecimal():
        raise NotFound
    # A page that was drawn for oneself is not taken for whom one acts for by now.
    whom = identity.acted_for(meant=int(form.person.data or 0))
    offered = {calendar.key: calendar for calendar in calendars_of(me, whom)}
    if form.calendar.data not in offered:
        raise NotFound
    addresses.make(offered[form.calendar.data], holder=me, person=whom)
    flash(_("The address is there. Now put it into your phone, as it says below."), "success")
    return redirect(url_for(".show_calendars"))


@blueprint.post("/calendars/<int:feed_id>/renewal")
def renew_calendar(feed_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    feed = queries.get_feed(feed_id)
    authorize(policy.can_keep(me, feed))
    addresses.renew(feed, by=me)
    flash(_("There is a new address. The old one opens nothing any more."), "success")
    return redirect(url_for(".show_calendars"))


@blueprint.post("/calendars/<int:feed_id>/end")
def end_calendar(feed_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    feed = queries.get_feed(feed_id)
    authorize(policy.can_keep(me, feed))
    addresses.end(feed, by=me)
    flash(_("The address opens nothing any more."), "success")
    return redirect(url_for(".show_calendars"))


@blueprint.get("/calendars/<token>")
@public
def read_calendar(token: str) -> ResponseReturnValue:
    """What a phone fetches. Whoever has no right to it any more is answered as for no address."""
    feed = queries.find_by_token(token)
    if not policy.can_be_read(feed):
        raise NotFound
    now = clock.now()
    # A phone asks in no language; its owner has chosen one.
    with language.speaking(feed.holder.language):
        name = name_of(feed)
        found = entries.of_feed(feed, now=now, site=site())
    answer = Response(mimetype="text/calendar")
    answer.set_etag(calendar_file.version(name, found))
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.make_conditional(request)
    if answer.status_code == 200:
        uid = f"calendar-{feed.id}@{site().host}"
        answer.set_data(calendar_file.write(name, found, uid=uid, now=now))
    return answer


def name_of(feed: Feed) -> str:
    """What the phone calls it; the name of whom one acts for is not for its screen."""
    if feed.team is not None:
        return feed.team.name
    if feed.place is not None:
        return feed.place.name
    return _("Linli: mine") if feed.holder_id == feed.person_id else _("Linli: for another")


@blueprint.get("/activities/dates/<int:occurrence_id>/calendar")
@public
def download_date(occurrence_id: int) -> ResponseReturnValue:
    """One date for the phone's own calendar: what everybody may read of it."""
    occurrence = activity_queries.get_occurrence(occurrence_id)
    entry = entries.date_entry(occurrence, site(), is_promised=True)
    text = calendar_file.write(entry.title, [entry], uid=entry.uid, now=clock.now())
    answer = Response(text, mimetype="text/calendar")
    # Not as an attachment: an iPhone shows it with "Add" at once, others store it and open it.
    answer.headers["Content-Disposition"] = f"inline; filename=linli-{occurrence.day}.ics"
    return answer
