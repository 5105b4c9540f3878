"""Who reads it, and what is written down of that; who may correct it; what is forgotten when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.elders import volunteer_of
from tests.factories.teams import CoordinatorFactory
from tests.pictures.test_keeping import photo
from volunteer.audit.models import FieldGroup, ReadingEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.incidents import following, forgetting, looking, policy, queries, reporting
from volunteer.incidents.models import IncidentPerson
from volunteer.people.models import Person
from volunteer.pictures import keeping
from volunteer.pictures.models import Picture

YEARS = timedelta(days=3 * 365 + 1)


def looks() -> list[tuple[int, int, bool]]:
    rows = session.query(ReadingEntry).filter_by(field_group=FieldGroup.INCIDENT)
    return [(row.by_id, row.person_id, row.is_allowed) for row in rows.order_by(ReadingEntry.id)]


def test_coordinators_read_all_of_it_and_each_look_is_written_down_for_who_was_hurt(yard):
    incident = yard.report()

    sight = looking.look(incident, by=yard.second, me=yard.second)

    assert looks() == [(yard.second.id, yard.hurt.id, True)]
    assert len(sight.versions) == 1


def test_who_wrote_it_reads_their_own_words_and_no_others(yard):
    incident = yard.report()
    reporting.correct(incident, yard.told(words="改过"), by=yard.coordinator)
    session.expire_all()

    sight = looking.look(incident, by=yard.beside, me=yard.beside)

    assert [version.by_id for version in sight.versions] == [yard.beside.id]
    assert looks() == []


def test_nobody_else_reads_it_not_even_who_was_hurt_and_that_is_written_down_too(yard):
    incident = yard.report()
    others = [yard.hurt, volunteer_of(yard.team), CoordinatorFactory().person]

    for person in others:
        with pytest.raises(NotFound):
            looking.look(incident, by=person, me=person)

    assert looks() == [(person.id, yard.hurt.id, False) for person in others]


def test_who_acts_for_a_coordinator_or_for_who_wrote_it_reads_nothing(yard):
    incident = yard.report()

    with pytest.raises(NotFound):
        looking.look(incident, by=yard.second, me=None)


def test_where_we_know_nobody_by_number_the_look_is_at_who_wrote_it(yard):
    typed = yard.report(hurt=(), hurt_names="一位过路人")
    near_miss = yard.report(words="差点摔了", hurt=(), injuries="", first_aid="")

    for incident in (typed, near_miss):
        looking.look(incident, by=yard.coordinator, me=yard.coordinator)

    assert looks() == [(yard.coordinator.id, yard.beside.id, True)]


def test_first_aid_a_photo_and_what_was_noted_tell_of_somebody_s_health_too(yard):
    nobody = {"hurt": (), "injuries": "", "first_aid": ""}
    bound_up = yard.report(**{**nobody, "first_aid": "包扎了王秀英的手"})
    pictured, followed = yard.report(**nobody), yard.report(**nobody)
    reporting.add_photo(pictured, keeping.read(photo()), by=yard.beside)
    following.note(followed, "医生说是骨折", closes=False, by=yard.coordinator)

    for incident in (bound_up, pictured, followed):
        looking.look(incident, by=yard.coordinator, me=yard.coordinator)

    assert looks() == [(yard.coordinator.id, yard.beside.id, True)] * 3


def test_a_coordinator_who_wrote_it_reads_what_others_add_and_that_is_a_look(yard):
    incident = yard.report(by=yard.coordinator)

    looking.look(incident, by=yard.coordinator, me=yard.coordinator)

    assert looks() == [(yard.coordinator.id, yard.hurt.id, True)]


@pytest.mark.parametrize("told", [{"injuries": "右脚扭伤"}, {"hurt_names": "一位过路人"}])
def test_each_word_on_who_or_what_is_hurt_makes_it_a_look(yard, told):
    incident = yard.report(**{"hurt": (), "injuries": "", "first_aid": "", **told})

    looking.look(incident, by=yard.coordinator, me=yard.coordinator)

    assert looks() == [(yard.coordinator.id, yard.beside.id, True)]


def test_who_wrote_it_may_correct_it_until_somebody_else_has(yard):
    incident = yard.report()
    assert policy.can_correct(yard.beside, incident)
    assert not policy.can_correct(yard.hurt, incident)
    assert not policy.can_correct(None, incident)

    reporting.correct(incident, yard.told(words="改过"), by=yard.coordinator)
    session.expire_all()

    assert not policy.can_correct(yard.beside, incident)
    assert policy.can_correct(yard.second, incident)


# --- what is forgotten -----------------------------------------------------------------------


def close(incident, by):
    following.note_insurer(incident, None, "小伤", by=by)
    following.note(incident, "好了", closes=True, by=by)


def test_three_years_after_it_was_closed_words_names_and_photos_go(yard):
    incident = yard.report(hurt_names="过路人")
    reporting.add_photo(incident, keeping.read(photo()), by=yard.beside)
    close(incident, yard.coordinator)
    assert forgetting.forget_what_is_over(clock.now() + YEARS - timedelta(days=2)) == 0

    assert forgetting.forget_what_is_over(clock.now() + YEARS) == 1

    session.expire_all()
    version = incident.newest
    assert (version.words, version.place, version.injuries, version.hurt_names) == (
        "",
        "",
        None,
        None,
    )
    assert [step.words for step in incident.steps] == [None, None]
    assert session.query(IncidentPerson).count() == session.query(Picture).count() == 0
    assert incident.is_closed
    assert forgetting.forget_what_is_over(clock.now() + YEARS) == 0


def test_an_open_one_is_kept_whatever_its_age(yard):
    yard.report()

    assert forgetting.forget_what_is_over(clock.now() + 2 * YEARS) == 0


def test_whom_it_names_and_who_wrote_it_are_known_until_then(yard):
    incident = yard.report()
    close(incident, yard.coordinator)

    def known(when):
        found = select(Person.id).where(queries.speaks_of(when))
        return set(session.scalars(found)) & {yard.hurt.id, yard.beside.id, yard.second.id}

    assert known(clock.now()) == {yard.hurt.id, yard.beside.id}
    assert known(clock.now() + YEARS) == set()
