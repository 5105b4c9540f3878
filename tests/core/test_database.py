"""All or nothing, no forgotten transaction, and lock() that forgets what was read."""

import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.network import PlaceFactory
from tests.factories.people import PersonFactory
from volunteer.activities.models import Signup, SignupStatus
from volunteer.core.database import (
    WrittenOutsideATransaction,
    asked_once,
    lock,
    one_or_not_found,
    session,
    transaction,
    write_down,
)
from volunteer.core.errors import NotFound
from volunteer.network.models import HolidayYear, Place, PlaceKind
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


def add(name: str) -> None:
    session.add(Place(kind=PlaceKind.CITY, name=name))


def names() -> list[str]:
    return sorted(session.scalars(session.query(Place.name).statement))


def test_all_of_the_block_is_kept():
    with transaction():
        add("成都市")
        add("重庆市")

    assert names() == ["成都市", "重庆市"]


def test_none_of_the_block_is_kept_when_it_fails():
    def fail() -> None:
        with transaction():
            add("成都市")
            session.flush()
            raise TimeoutError

    with pytest.raises(TimeoutError):
        fail()
    assert names() == []


def test_a_block_inside_another_joins_it_and_falls_with_it():
    def fail_outside() -> None:
        with transaction():
            with transaction():
                add("成都市")
            raise TimeoutError

    with pytest.raises(TimeoutError):
        fail_outside()
    assert names() == []


def test_nothing_is_committed_before_the_outermost_block_ends():
    commits = []
    event.listen(session(), "after_commit", commits.append)

    with transaction():
        with transaction():
            add("成都市")
        before = len(commits)

    assert (before, len(commits)) == (0, 1)


def test_after_a_failure_the_next_block_begins_afresh():
    def fail() -> None:
        with transaction():
            add("成都市")
            raise TimeoutError

    with pytest.raises(TimeoutError):
        fail()
    with transaction():
        add("重庆市")

    assert names() == ["重庆市"]


@pytest.mark.parametrize("kind", ["new", "dirty", "deleted"])
def test_what_was_written_outside_is_a_fault_and_not_silently_kept(kind):
    place = PlaceFactory(name="成都市")
    changes = {
        "new": lambda: add("重庆市"),
        "dirty": lambda: setattr(place, "name", "天津市"),
        "deleted": lambda: session.delete(place),
    }
    changes[kind]()

    with pytest.raises(WrittenOutsideATransaction), transaction():
        pass

    session.rollback()
    assert names() == ["成都市"]


def test_a_block_looks_at_what_is_true_now():
    person = PersonFactory(name="王秀英")
    behind_our_back(update(Person).values(name="李"))

    assert person.name == "王秀英"
    with transaction():
        assert person.name == "李"


def test_locking_forgets_the_children_too():
    signup = SignupFactory()
    occurrence = signup.occurrence

    with transaction():
        assert [s.status for s in occurrence.signups] == [SignupStatus.GOING]
        behind_our_back(update(Signup).values(status=SignupStatus.WITHDRAWN))
        lock(occurrence)

        assert [s.status for s in occurrence.signups] == [SignupStatus.WITHDRAWN]
        assert signup.status is SignupStatus.WITHDRAWN


def test_locking_sees_children_that_are_new():
    occurrence = OccurrenceFactory()
    other = SignupFactory()

    with transaction():
        assert occurrence.signups == []
        behind_our_back(update(Signup).values(occurrence_id=occurrence.id))
        lock(occurrence)

        assert occurrence.signups == [other]


def test_locking_keeps_what_this_block_has_changed():
    occurrence = OccurrenceFactory()

    with transaction():
        occurrence.place = "小区花园"
        lock(occurrence)

        assert occurrence.place == "小区花园"


def behind_our_back(statement: object) -> None:
    """As if another session did it: our session learns nothing of it."""
    session.get_bind().execute(statement)


def test_references_are_kept_by_the_database_itself():
    place = Place(kind=PlaceKind.COMMUNITY, name="黉门街社区", parent_id=12345)
    session.add(place)

    with pytest.raises(IntegrityError):
        session.flush()


def test_what_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        one_or_not_found(session.query(Place).filter_by(id=12345).statement)


@contextmanager
def collecting_at_once() -> Iterator[None]:
    """The collector of garbage sets in wherever it can."""
    usual = gc.get_threshold()
    gc.set_threshold(1)
    gc.enable()
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@pytest.mark.walks
@pytest.mark.parametrize("walk", ["expunge_all", "expire_all", "rollback"])
def test_no_row_dies_while_something_is_noted_about_it(walk: str, monkeypatch: pytest.MonkeyPatch):
    """In Python 3.11 freed memory would be read, and the process die at once or later."""
    with transaction():
        for name in ("成都市", "重庆市", "绵阳市"):
            add(name)
    session.remove()
    walks = getattr(Session, walk)
    is_walking, died = False, []

    def walk_watched(own: Session) -> None:
        nonlocal is_walking
        is_walking = True
        with collecting_at_once():
            walks(own)
        is_walking = False

    monkeypatch.setattr(Session, walk, walk_watched)
    gc.disable()
    places = session.scalars(session.query(Place).statement).all()
    watchers = [weakref.ref(place, lambda _ref: died.append(is_walking)) for place in places]
    for place in places:
        # What refers to itself lives until the collector finds it.
        place.itself = place
    del places, place

    getattr(session, walk)()
    with collecting_at_once():
        session.remove()

    gc.collect()
    assert died == [False] * len(watchers)


# --- what one page asks and writes down -----------------------------------------------------------


A_YEAR = insert(HolidayYear), [{"year": 2099, "source": "国务院办公厅"}]


def test_what_is_written_down_beside_a_page_leaves_the_page_as_it_was_read(count_queries):
    place = PlaceFactory(name="东里")
    session.commit()

    write_down(*A_YEAR)
    with count_queries() as sent:
        assert place.name == "东里"

    assert sent == []
    assert 2099 in session.scalars(select(HolidayYear.year)).all()


def test_nothing_is_written_down_within_a_transaction_nor_with_what_was_changed_before():
    place = PlaceFactory()
    session.commit()

    with transaction(), pytest.raises(RuntimeError):
        write_down(*A_YEAR)
    place.name = "北里"
    with pytest.raises(WrittenOutsideATransaction):
        write_down(*A_YEAR)


def test_a_page_asks_once_until_something_is_new_or_all_is_forgotten():
    asked = []

    def names():
        return asked_once(
            "names", lambda: asked.append(1) or list(session.scalars(select(Place.id)))
        )

    assert names() == names() == []
    place = PlaceFactory()
    assert names() == names() == [place.id]
    assert len(asked) == 2

    session.commit()
    session.expire_all()
    assert names() == [place.id]
    assert len(asked) == 3


def test_who_changes_something_asks_each_time():
    asked = []
    with transaction():
        for _time in range(2):
            asked_once("names", lambda: asked.append(1))

    assert len(asked) == 2
