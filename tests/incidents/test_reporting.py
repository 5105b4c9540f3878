"""Writing an incident down: once, sealed, told at once, and corrected without losing a word."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories.teams import MembershipFactory
from tests.incidents.conftest import WORDS
from tests.pictures.test_keeping import photo
from tests.planting import raw_of
from tests.told import told, told_of_what
from volunteer.activities.attendance import noting
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.core.errors import ChangedMeanwhile
from volunteer.core.seen import mark_of
from volunteer.incidents import following, notices, origins, reporting
from volunteer.incidents.errors import NotHappenedYet, SeenToAlready, TooManyPhotos, WordsNeeded
from volunteer.incidents.models import (
    MOST_PHOTOS,
    Called,
    Incident,
    IncidentPerson,
    IncidentVersion,
    Insurer,
    Part,
)
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.pictures import keeping


def test_what_is_told_is_kept_with_who_was_hurt_and_where_it_comes_from(yard):
    incident = yard.report(hurt_names="路过的一位大爷")

    assert (incident.occurrence_id, incident.visit_id) == (yard.date.id, None)
    assert incident.newest.words == WORDS
    assert incident.newest.people_who_were(Part.HURT) == [yard.hurt]
    assert incident.newest.people_who_were(Part.THERE) == [yard.beside]
    assert incident.newest.called_parties == [Called.FAMILY]
    assert (incident.insurer, incident.closed_at) == (Insurer.OPEN, None)


def test_who_came_without_signing_up_may_be_chosen_by_name_as_well(yard):
    helper = MembershipFactory(team=yard.team).person
    with clock.pretend(yard.date.starts_at):
        noting.note(yard.date, helper, by=yard.beside)

    assert helper in origins.of_date(yard.date).people


def test_whoever_is_said_to_be_both_is_hurt(yard):
    incident = yard.report(there=(yard.hurt, yard.beside))

    assert incident.newest.people_who_were(Part.HURT) == [yard.hurt]
    assert incident.newest.people_who_were(Part.THERE) == [yard.beside]


def test_the_same_form_sent_twice_is_one(yard):
    origin, told_words = origins.of_date(yard.date), yard.told()
    first, second = (
        reporting.report(origin, told_words, by=yard.beside, form_key="abc") for _time in range(2)
    )

    assert first.id == second.id
    assert session.query(IncidentVersion).count() == 1
    assert set(told(notices.INCIDENT_REPORTED)) == {yard.coordinator.id, yard.second.id}


def test_sent_once_more_with_other_words_it_is_corrected(yard):
    origin, shot = origins.of_date(yard.date), keeping.read(photo())
    first = reporting.report(origin, yard.told(), by=yard.beside, form_key="abc")

    for _time in range(2):
        again = reporting.report(
            origin, yard.told(words="是上楼梯。"), by=yard.beside, form_key="abc", photo=shot
        )

    session.expire_all()
    assert again.id == first.id
    assert [version.words for version in first.versions] == [WORDS, "是上楼梯。"]
    assert len(first.photos) == 1
    assert set(told(notices.INCIDENT_REPORTED)) == {yard.coordinator.id, yard.second.id}


def test_unless_somebody_sees_to_it_already(yard):
    origin = origins.of_date(yard.date)
    first = reporting.report(origin, yard.told(), by=yard.beside, form_key="abc")
    reporting.correct(first, yard.told(words="问过了。"), by=yard.coordinator)

    with pytest.raises(SeenToAlready):
        reporting.report(origin, yard.told(words="是上楼梯。"), by=yard.beside, form_key="abc")

    assert session.query(IncidentVersion).count() == 2


def test_who_sends_the_same_again_after_it_was_closed_has_sent_it(yard):
    origin = origins.of_date(yard.date)
    shot = keeping.read(photo())
    first = reporting.report(origin, yard.told(), by=yard.beside, form_key="abc", photo=shot)
    following.note_insurer(first, None, "没有受伤。", by=yard.coordinator)
    following.note(first, "办完了。", closes=True, by=yard.coordinator)

    again = reporting.report(origin, yard.told(), by=yard.beside, form_key="abc", photo=shot)

    assert again.id == first.id
    assert (len(first.versions), len(first.photos)) == (1, 1)


@pytest.mark.parametrize(
    ("given", "why"),
    [({"words": "  "}, WordsNeeded), ({"in_an_hour": True}, NotHappenedYet)],
)
def test_nothing_is_taken_without_words_or_of_a_time_to_come(yard, given, why):
    if given.pop("in_an_hour", False):
        given["wall_at"] = yard.team.wall(clock.now() + timedelta(hours=1))

    with pytest.raises(why):
        yard.report(**given)
    assert session.query(Incident).count() == 0

    incident = yard.report()
    with pytest.raises(why):
        reporting.correct(incident, yard.told(**given), by=yard.beside)
    assert session.query(IncidentVersion).count() == 1


def test_it_is_sealed_who_was_hurt_and_what_was_told(yard):
    yard.report(place="院子", hurt_names="路过的", called_words="女儿")

    columns = (
        IncidentVersion.words, IncidentVersion.place, IncidentVersion.injuries,
        IncidentVersion.first_aid, IncidentVersion.called, IncidentVersion.called_words,
        IncidentVersion.hurt_names, IncidentPerson.part,
    )  # fmt: skip
    for column in columns:
        assert all(text.startswith("gAAAA") for text in raw_of(column)), column.key
        assert raw_of(column), column.key


def test_each_other_coordinator_hears_at_once_that_there_is_something_to_read(yard, app):
    yard.report(by=yard.coordinator)

    assert told_of_what() == {(notices.INCIDENT_REPORTED, yard.second.id): 1}
    (message,) = session.query(OutboxMessage)
    with app.app_context(), transaction():
        letter = letters.write([message])[message.id]
    said = f"{letter.subject}{letter.text}{letter.html}{letter.short}{letter.group}"
    for word in (WORDS, "hurt", "insur", "王秀英", "扭伤", "incident report"):
        assert word not in said
    assert "/incidents/" in letter.path


def test_at_night_too(yard, time_machine):
    time_machine.move_to("2026-10-12T18:00Z", tick=False)

    yard.report()

    assert {m.next_try_at for m in session.query(OutboxMessage)} == {clock.now()}


def test_a_correction_is_another_version_and_the_old_one_stays(yard):
    incident = yard.report()
    later = yard.told(words="是上楼梯。", hurt=(), wall_at=yard.team.wall(clock.now()))

    reporting.correct(incident, later, by=yard.coordinator)

    session.expire_all()
    assert [v.words for v in incident.versions] == [WORDS, "是上楼梯。"]
    assert [len(v.people) for v in incident.versions] == [2, 1]
    assert incident.wall_at == later.wall_at


@pytest.mark.parametrize(
    "given",
    [
        {"place": "二楼"}, {"hurt": ()}, {"hurt_names": "路过的大爷"}, {"there": ()},
        {"there_names": "门卫"}, {"injuries": "左脚"}, {"first_aid": ""}, {"called": ()},
        {"called_words": "打了两次"},
    ],
)  # fmt: skip
def test_each_thing_that_is_told_can_be_corrected_alone(yard, given):
    incident = yard.report()

    assert reporting.correct(incident, yard.told(**given), by=yard.beside)

    session.expire_all()
    assert reporting.told_in(incident.newest) == yard.told(**given)
    assert len(incident.versions) == 2


def test_a_correction_that_changes_nothing_leaves_no_line(yard):
    incident = yard.report()
    seen = mark_of(reporting.told_in(incident.newest).plainly)

    assert not reporting.correct(incident, yard.told(), by=yard.beside, seen=seen)
    assert not reporting.correct(incident, yard.told(), by=yard.beside)

    assert session.query(IncidentVersion).count() == 1
    assert session.query(AuditEntry).filter_by(action="incident.corrected").count() == 0


def test_pressed_twice_both_say_that_it_was_corrected(yard):
    incident, later = yard.report(), yard.told(words="是上楼梯。")
    seen = mark_of(reporting.told_in(incident.newest).plainly)

    pressed = [reporting.correct(incident, later, by=yard.beside, seen=seen) for _time in range(2)]

    assert pressed == [True, True]
    assert session.query(AuditEntry).filter_by(action="incident.corrected").count() == 1


def test_two_who_correct_it_at_once_do_not_overwrite_each_other(yard):
    incident = yard.report()
    seen = mark_of(reporting.told_in(incident.newest).plainly)
    reporting.correct(incident, yard.told(words="一"), by=yard.coordinator, seen=seen)

    with pytest.raises(ChangedMeanwhile):
        reporting.correct(incident, yard.told(words="二"), by=yard.second, seen=seen)


def test_so_many_photos_and_no_more(yard):
    incident = yard.report()
    one = keeping.read(photo())
    for _number in range(MOST_PHOTOS):
        reporting.add_photo(incident, one, by=yard.beside)

    with pytest.raises(TooManyPhotos):
        reporting.add_photo(incident, one, by=yard.beside)


def test_the_trail_says_who_did_it_and_nothing_of_what(yard):
    origin, shot = origins.of_date(yard.date), keeping.read(photo())
    incident = reporting.report(origin, yard.told(), by=yard.beside, form_key="abc")
    reporting.report(origin, yard.told(), by=yard.beside, form_key="abc", photo=shot)
    reporting.add_photo(incident, shot, by=yard.beside)
    reporting.correct(incident, yard.told(words="是上楼梯。"), by=yard.beside)

    entries = session.query(AuditEntry).filter(AuditEntry.action.startswith("incident."))
    by_number = entries.order_by(AuditEntry.id).all()
    assert [entry.action.removeprefix("incident.") for entry in by_number] == [
        "reported", "photo_added", "photo_added", "corrected"
    ]  # fmt: skip
    for entry in by_number:
        assert (entry.by_id, entry.team_id, entry.person_id) == (yard.beside.id, yard.team.id, None)
        assert entry.details == {}


@pytest.mark.parametrize(
    "wrong", [{"insurer": Insurer.TOLD}, {"help_request_id": 1, "visit_id": 1}]
)
def test_the_database_knows_what_can_not_be(yard, wrong):
    one = Incident(
        team=yard.team, wall_at=yard.date.wall_starts, reporter=yard.beside, **wrong
    )  # fmt: skip

    with pytest.raises(IntegrityError), transaction():
        session.add(one)
