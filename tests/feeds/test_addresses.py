"""The secret address of a calendar: good for one calendar, while its holder may read it."""

import base64
import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.accounts import UserFactory
from tests.factories.activities import OccurrenceFactory
from tests.factories.feeds import FeedFactory
from tests.factories.network import PlaceFactory
from tests.factories.notifications import DeviceFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.feeds.reading import events, fetch
from volunteer.accounts import queries as account_queries
from volunteer.accounts import signing_in
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, encryption
from volunteer.core.database import session
from volunteer.feeds import addresses, policy
from volunteer.feeds.addresses import Calendar
from volunteer.feeds.models import Feed
from volunteer.network.models import PlaceKind
from volunteer.people import companions, deaths
from volunteer.teams import membership


def test_whoever_asks_twice_gets_the_address_there_is(app):
    me = MembershipFactory()

    feeds = [
        addresses.make(calendar, holder=me.person, person=me.person)
        for calendar in (Calendar(), Calendar(team=me.team), Calendar(), Calendar(team=me.team))
    ]

    assert feeds[0].id == feeds[2].id
    assert feeds[1].id == feeds[3].id
    assert len({feed.token for feed in feeds}) == 2


def test_a_new_address_ends_the_old_one_at_once(app):
    feed = FeedFactory()
    old = feed.path
    assert fetch(app, old).status_code == 200

    addresses.renew(feed, by=feed.holder)

    assert feed.path != old
    assert [fetch(app, path).status_code for path in (old, feed.path)] == [404, 200]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.by_id) == ("calendar.renewed", feed.holder_id)


def test_an_ended_address_opens_nothing(app):
    feed = FeedFactory()
    path = feed.path

    addresses.end(feed, by=feed.holder)

    assert fetch(app, path).status_code == 404


def test_dead_wrong_and_forbidden_addresses_are_answered_alike(app):
    gone = FeedFactory()
    dead = gone.path
    addresses.end(gone, by=gone.holder)
    left = FeedFactory(team=OccurrenceFactory().team)

    paths = [dead, left.path, "/calendars/x", "/calendars/1", "/nothing"]

    answers = [(path, fetch(app, path)) for path in paths]

    assert {answer.status_code for _path, answer in answers} == {404}
    # Its links to other languages lead back to the address that was asked for.
    assert len({answer.text.replace(path, "") for path, answer in answers}) == 1


def test_whoever_leaves_the_team_reads_its_calendar_no_more(app):
    CoordinatorFactory(team=(me := MembershipFactory()).team)
    feed = FeedFactory(person=me.person, team=me.team)
    assert fetch(app, feed.path).status_code == 200

    membership.leave(me, by=me.person)

    assert fetch(app, feed.path).status_code == 404


def test_whoever_may_act_for_somebody_reads_their_calendar_as_long_as_that_holds(app):
    member = MembershipFactory()
    OccurrenceFactory(activity__team=member.team)
    companionship = CompanionFactory(person=member.person)
    own = FeedFactory(holder=companionship.companion, person=member.person)
    of_team = FeedFactory(holder=companionship.companion, person=member.person, team=member.team)
    assert fetch(app, own.path).status_code == 200
    assert list(events(app, of_team)) == ["爱心午饭"]

    companions.end(companionship, by=member.person)

    assert [fetch(app, feed.path).status_code for feed in (own, of_team)] == [404, 404]


def test_with_the_last_day_of_the_consent_whoever_acts_reads_the_calendar_no_more(
    app, time_machine
):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    companionship = CompanionFactory(consent__expires_on=clock.today())
    feed = FeedFactory(holder=companionship.companion, person=companionship.person)
    assert fetch(app, feed.path).status_code == 200

    time_machine.shift(timedelta(days=1))

    assert fetch(app, feed.path).status_code == 404
    assert account_queries.list_companionships_of(companionship.companion) == []
    assert account_queries.find_companionship(companionship.id, companionship.companion) is None


def test_signing_out_everywhere_ends_all_addresses_that_others_may_have_read(app):
    person, other = UserFactory().person, PersonFactory()
    FeedFactory(person=person)
    FeedFactory(holder=other, person=person)
    FeedFactory(holder=person, person=other)
    kept = FeedFactory(person=other)

    signing_in.end_all(signing_in.user_of(person))

    assert session.scalars(select(Feed.id)).all() == [kept.id]
    ended = session.query(AuditEntry).filter_by(action="calendar.ended").order_by(AuditEntry.id)
    assert [(entry.by_id, entry.person_id) for entry in ended] == [
        (person.id, person.id), (person.id, person.id), (person.id, other.id)
    ]  # fmt: skip


def test_it_is_who_notes_a_death_that_ends_addresses_and_devices(app):
    feed, coordinator = FeedFactory(), PersonFactory()
    DeviceFactory(person_id=feed.person_id)

    deaths.note(feed.person, by=coordinator)

    entries = session.query(AuditEntry).filter(
        AuditEntry.action.in_(["calendar.ended", "device.taken_off"])
    )
    assert [entry.by_id for entry in entries] == [coordinator.id] * 2


def test_a_first_password_ends_the_addresses_that_others_may_hold(app):
    person = PersonFactory()
    FeedFactory(holder=PersonFactory(), person=person)

    signing_in.open_account(person, login="newcomer", password="three warm buns")

    assert session.scalars(select(Feed.id)).all() == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_an_address_is_for_reading_only(app, method):
    assert app.test_client().open(FeedFactory().path, method=method).status_code == 405


def test_the_secret_opens_nothing_else(app):
    """S15: a phone's calendar is no key to the house."""
    token = FeedFactory().token
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token

    taken = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.arguments & {"token", "code"} and "POST" in rule.methods
        for path in [rule.rule.replace("<token>", token).replace("<code>", token)]
        for answer in [client.post(path)]
        if answer.status_code < 400 and not answer.location.startswith("/sign-in")
    }

    # Anybody may ask for a new link; to whom belongs the old one, there is nobody.
    assert taken <= {"accounts.renew_link"}
    assert client.get("/my-week").status_code == 302
    assert client.get(f"/join/{token}").status_code == 404
    assert fetch(app, "/my-week", Authorization=f"Bearer {token}").status_code == 302


def test_only_a_fingerprint_and_a_sealed_text_of_the_secret_are_kept(app):
    feed = FeedFactory()

    token, mark = session.connection().exec_driver_sql("SELECT token, token_mark FROM feeds").one()

    assert len(base64.urlsafe_b64decode(feed.token)) * 8 >= 128
    assert feed.token not in token + mark
    assert encryption.unseal(token) == feed.token
    assert mark == encryption.fingerprint(feed.token)


def test_a_secret_of_an_older_key_is_still_found(app, monkeypatch):
    feed = FeedFactory()
    old = encryption.keys.texts
    encryption.use([base64.urlsafe_b64encode(b"k" * 32).decode(), *old])
    try:
        assert fetch(app, feed.path).status_code == 200
        encryption.seal_anew()
        assert fetch(app, feed.path).status_code == 200
    finally:
        encryption.use(old)


def test_the_secret_is_in_no_log_and_in_no_record(app, caplog):
    caplog.set_level(logging.DEBUG)
    feed = addresses.make(Calendar(), holder=(me := PersonFactory()), person=me)
    first = feed.token
    addresses.renew(feed, by=me)
    fetch(app, f"/calendars/{first}")
    fetch(app, feed.path)
    addresses.end(feed, by=me)

    kept = repr([entry.details for entry in session.scalars(select(AuditEntry))])
    for secret in (first, feed.token):
        assert secret not in caplog.text + kept


def test_only_the_holder_changes_an_address(app):
    companionship = CompanionFactory()
    feed = FeedFactory(holder=companionship.companion, person=companionship.person)

    assert policy.can_keep(companionship.companion, feed)
    assert not policy.can_keep(companionship.person, feed)


def test_the_calendars_on_offer_are_ones_own_the_teams_and_their_communities(app):
    community = PlaceFactory(kind=PlaceKind.COMMUNITY)
    estate = PlaceFactory(kind=PlaceKind.ESTATE, parent=community)
    person = PersonFactory()
    teams = [MembershipFactory(person=person, team__place=p).team for p in (community, estate)]
    FeedFactory(person=person, team=teams[1])

    offered = addresses.list_calendars(person, person, teams)

    assert [calendar.key for calendar in offered] == [
        "own", f"team-{teams[0].id}", f"team-{teams[1].id}", f"place-{community.id}",
    ]  # fmt: skip
    assert [calendar.feed is not None for calendar in offered] == [False, False, True, False]
