"""Two at the same moment: one closes an incident, or tells it anew, while another page is open."""

import pytest

from tests.meeting import anew, meet
from tests.pictures.test_keeping import photo
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import ChangedMeanwhile, NotFound
from volunteer.core.seen import mark_of
from volunteer.incidents import following, origins, queries, reporting
from volunteer.incidents.errors import IncidentClosed, StillOpen, TooManyPhotos
from volunteer.incidents.models import MOST_PHOTOS, IncidentPhoto, IncidentVersion, StepKind
from volunteer.people import forgetting
from volunteer.pictures import keeping

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture(autouse=True)
def morning(time_machine, two_can_meet):
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def incident(yard):
    made = yard.report()
    following.note_insurer(made, None, "小伤", by=yard.coordinator)
    return made


def closing(incident, by):
    again, whoever = anew(incident), anew(by)
    return lambda: following.note(again(), "好了", closes=True, by=whoever())


def test_who_wrote_it_corrects_nothing_that_is_closed_at_this_moment(yard, incident):
    again, writer = anew(incident), anew(yard.beside)
    told = yard.told(words="改过", hurt=(), there=())

    with pytest.raises(NotFound):
        meet(
            closing(incident, yard.coordinator),
            lambda: reporting.correct(again(), told, by=writer()),
        )

    assert session.query(IncidentVersion).count() == 1


def test_nor_what_a_coordinator_tells_anew_at_this_moment(yard, incident):
    again, first, writer = anew(incident), anew(yard.coordinator), anew(yard.beside)
    told, others = (yard.told(words=words, hurt=(), there=()) for words in ("改过", "又改过"))

    with pytest.raises(NotFound):
        meet(
            lambda: reporting.correct(again(), told, by=first()),
            lambda: reporting.correct(again(), others, by=writer()),
        )


def test_of_two_coordinators_who_tell_it_anew_the_second_is_told(yard, incident):
    again, first, second = anew(incident), anew(yard.coordinator), anew(yard.second)
    seen = mark_of(reporting.told_in(incident.newest).plainly)
    told, others = (yard.told(words=words, hurt=(), there=()) for words in ("改过", "又改过"))

    with pytest.raises(ChangedMeanwhile):
        meet(
            lambda: reporting.correct(again(), told, by=first(), seen=seen),
            lambda: reporting.correct(again(), others, by=second(), seen=seen),
        )


def test_no_photo_comes_to_what_is_closed_at_this_moment(yard, incident):
    again, writer = anew(incident), anew(yard.beside)

    with pytest.raises(NotFound):
        meet(
            closing(incident, yard.coordinator),
            lambda: reporting.add_photo(again(), keeping.read(photo()), by=writer()),
        )

    assert session.query(IncidentPhoto).count() == 0


def test_two_photos_at_once_are_never_more_than_are_kept(yard, incident):
    again, first, second = anew(incident), anew(yard.coordinator), anew(yard.second)
    for _ in range(MOST_PHOTOS - 1):
        reporting.add_photo(incident, keeping.read(photo()), by=yard.coordinator)

    with pytest.raises(TooManyPhotos):
        meet(
            lambda: reporting.add_photo(again(), keeping.read(photo()), by=first()),
            lambda: reporting.add_photo(again(), keeping.read(photo()), by=second()),
        )


def test_two_close_it_and_open_it_again_once(yard, incident):
    again, first, second = anew(incident), anew(yard.coordinator), anew(yard.second)

    with pytest.raises(IncidentClosed):
        meet(closing(incident, yard.coordinator), closing(incident, yard.second))
    with pytest.raises(StillOpen):
        meet(
            lambda: following.reopen(again(), by=first()),
            lambda: following.reopen(again(), by=second()),
        )

    kinds = [step.kind for step in incident.steps]
    assert kinds == [StepKind.NO_INSURER, StepKind.CLOSED, StepKind.REOPENED]


def test_nobody_is_forgotten_whom_somebody_names_at_this_moment(yard, monkeypatch):
    monkeypatch.setattr(forgetting, "_needs", [queries.speaks_of])
    hurt, writer, date = anew(yard.hurt), anew(yard.beside), anew(yard.date)

    def report():
        told = yard.told(hurt=(hurt(),), there=())
        reporting.report(origins.of_date(date()), told, by=writer())

    meet(report, lambda: forgetting.forget(hurt(), clock.now()))

    assert yard.hurt.name == "王秀英"
