"""Concerns: who reads them and who never does, what is written down, how they end."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories.accounts import OperatorFactory
from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from tests.planting import raw_of
from volunteer.audit.models import AuditEntry, FieldGroup, ReadingEntry
from volunteer.core.database import any_of, session, transaction
from volunteer.core.errors import NotFound
from volunteer.elders import concern_notices, concern_queries, concerns, policy
from volunteer.elders.concerns import ConcernDetails
from volunteer.elders.errors import (
    ConcernClosed,
    DeputyIsLead,
    ReaderNotInTeam,
    WordsOfConcernNeeded,
)
from volunteer.elders.models import Concern, ConcernKind, ConcernStatus, ConcernStep, TeamReaders
from volunteer.notifications import letters
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.teams import membership
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")

WORDS = "她手上有青的，说是摔的，媳妇在旁边不让她说。"


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


class Village:
    """A team with a coordinator, a first reader, a deputy and a volunteer; a community worker."""

    def __init__(self) -> None:
        self.team = TeamFactory()
        self.coordinator = CoordinatorFactory(team=self.team).person
        self.lead, self.deputy, self.volunteer, self.other = (
            volunteer_of(self.team, email=f"{name}@example.org")
            for name in ("lead", "deputy", "volunteer", "other")
        )
        self.worker = PersonFactory(email="worker@example.org")
        self.elder = ElderFactory(team=self.team)
        concerns.name_readers(self.team, self.lead, self.deputy, by=self.coordinator)
        place = self.team.place.community
        concerns.name_place_reader(place, self.worker, by=self.coordinator)

    def report(self, **given) -> Concern:
        given = {"kind": ConcernKind.ABUSE, "words": WORDS, **given}
        return concerns.report(
            self.team, ConcernDetails(**given), by=self.volunteer, elder=self.elder
        )

    def readers_of(self, concern) -> set[str]:
        everybody = ("coordinator", "lead", "deputy", "volunteer", "other", "worker")
        return {name for name in everybody if policy.can_read_concern(getattr(self, name), concern)}


@pytest.fixture
def village():
    return Village()


def messages() -> list[tuple[str, int]]:
    return [(m.kind, m.person_id) for m in session.query(OutboxMessage).order_by(OutboxMessage.id)]


# --- who reads it ----------------------------------------------------------------------------


def test_two_read_it_and_neither_coordinator_nor_who_reported_it(village):
    concern = village.report()

    assert village.readers_of(concern) == {"lead", "deputy"}


def test_one_about_the_first_reader_goes_to_the_community_and_they_never_see_it(village):
    concern = village.report(about=village.lead)

    assert village.readers_of(concern) == {"worker"}
    assert [to for _kind, to in messages()] == [village.worker.id]


def test_one_about_the_deputy_stays_with_the_first_reader(village):
    concern = village.report(about=village.deputy)

    assert village.readers_of(concern) == {"lead"}
    assert [to for _kind, to in messages()] == [village.lead.id]


def test_one_about_a_coordinator_goes_to_the_community_for_they_name_who_reads(village):
    concern = village.report(about=village.coordinator)

    concerns.name_readers(village.team, village.coordinator, None, by=village.coordinator)

    assert village.readers_of(concern) == {"worker"}


def test_one_about_a_member_who_becomes_the_first_reader_goes_to_the_community(village):
    concern = village.report(about=village.deputy)

    concerns.name_readers(village.team, village.deputy, village.lead, by=village.coordinator)

    assert village.readers_of(concern) == {"worker"}
    assert messages()[-1] == (concern_notices.SOMETHING_TO_READ, village.worker.id)


def test_even_the_community_worker_does_not_read_what_is_about_them(village):
    concerns.name_readers(village.team, village.lead, None, by=village.coordinator)
    place = village.team.place.community
    concerns.name_place_reader(place, village.lead, by=village.coordinator)

    concern = village.report(about=village.lead)

    assert village.readers_of(concern) == set()
    with pytest.raises(NotFound):
        concerns.read(concern.id, by=village.lead)


def test_who_is_no_longer_named_or_has_left_the_team_reads_nothing(village):
    concern = village.report()
    row = session.query(MembershipFactory._meta.model).filter_by(person_id=village.deputy.id).one()

    membership.leave(row, by=village.deputy)
    assert village.readers_of(concern) == {"lead"}

    concerns.name_readers(village.team, village.other, None, by=village.coordinator)
    assert village.readers_of(concern) == {"other"}


def test_when_the_only_reader_leaves_the_coordinators_are_to_name_somebody(village):
    concerns.name_readers(village.team, village.lead, None, by=village.coordinator)
    village.coordinator.email = "c@example.org"
    session.commit()
    village.report()
    row = session.query(MembershipFactory._meta.model).filter_by(person_id=village.lead.id).one()

    membership.leave(row, by=village.lead)

    assert messages() == [
        (concern_notices.SOMETHING_TO_READ, village.lead.id),
        (concern_notices.READER_NEEDED, village.coordinator.id),
    ]


def test_readers_of_another_team_or_community_do_not_read_it(village):
    elsewhere = Village()
    concern, about_lead = village.report(), village.report(about=village.lead)

    assert elsewhere.readers_of(concern) == elsewhere.readers_of(about_lead) == set()


def test_the_list_of_what_somebody_reads_is_the_same_rule(village):
    ours, about_lead, about_deputy = (
        village.report(about=about) for about in (None, village.lead, village.deputy)
    )

    def listed(person):
        return set(concern_queries.list_readable(person))

    assert listed(village.lead) == {ours, about_deputy}
    assert listed(village.deputy) == {ours}
    assert listed(village.worker) == {about_lead}
    assert listed(village.coordinator) == listed(village.volunteer) == set()
    assert concern_queries.list_reported_by(village.volunteer) == [about_deputy, about_lead, ours]


# --- nothing of it elsewhere -----------------------------------------------------------------


def test_everything_that_was_written_is_sealed(village):
    concern = village.report(
        whom="隔壁的赵大爷", seen_when="昨天下午", seen_by="李玉珍", told="女儿",
        kind=ConcernKind.MONEY,
    )  # fmt: skip
    concerns.note_step(concern, "和女儿谈过", closes=False, by=village.lead)

    for column in (
        Concern.kind, Concern.words, Concern.whom, Concern.seen_when, Concern.seen_by,
        Concern.told, ConcernStep.words,
    ):  # fmt: skip
        (kept,) = raw_of(column)
        assert kept.startswith("gAAAA"), column


def test_who_reads_is_told_that_there_is_something_and_nothing_of_what(village):
    village.report()

    found = session.query(OutboxMessage).order_by(OutboxMessage.person_id).all()
    written = concern_notices.write(found)
    assert {m.person_id for m in found} == {village.lead.id, village.deputy.id}
    assert {m.team_id for m in found} == {None}
    for letter in written.values():
        said = letter.subject + letter.text + letter.html + letter.short + letter.group
        for word in (village.elder.preferred_name, village.elder.person.name, "青的", "abuse",
                     village.volunteer.name, village.team.name):  # fmt: skip
            assert word not in said
        assert "/concerns" in letter.text


def test_the_trail_says_who_did_something_without_team_and_elder(village):
    concern = village.report()
    concerns.note_step(concern, "报了警", closes=True, by=village.lead)

    lines = session.query(AuditEntry).filter(AuditEntry.action.like("concern.%"))
    told = [(e.action, e.by_id, e.team_id, e.person_id, e.details)
            for e in lines.order_by(AuditEntry.id)]  # fmt: skip
    assert told == [
        ("concern.reported", village.volunteer.id, None, None, {}),
        ("concern.closed", village.lead.id, None, None, {}),
    ]


def test_every_look_is_written_down_and_a_refused_one_too(village):
    concern = village.report()

    assert concerns.read(concern.id, by=village.lead) == concern
    for person in (village.coordinator, village.volunteer, village.worker):
        with pytest.raises(NotFound):
            concerns.read(concern.id, by=person)

    looks = session.query(ReadingEntry).order_by(ReadingEntry.id).all()
    assert [(look.by_id, look.is_allowed) for look in looks] == [
        (village.lead.id, True),
        (village.coordinator.id, False),
        (village.volunteer.id, False),
        (village.worker.id, False),
    ]
    assert {(look.field_group, look.person_id, look.team_id) for look in looks} == {
        (FieldGroup.CONCERN, village.elder.person_id, None)
    }


def test_one_that_is_not_there_is_refused_alike():
    with pytest.raises(NotFound):
        concerns.read(987654, by=PersonFactory())
    assert session.query(ReadingEntry).count() == 0


# --- nobody is named yet ---------------------------------------------------------------------


def test_it_is_taken_in_though_nobody_reads_yet_and_the_coordinators_are_to_name_somebody():
    team = TeamFactory()
    coordinator = CoordinatorFactory(team=team, person__email="c@example.org").person
    by = volunteer_of(team)

    concern = concerns.report(team, ConcernDetails(ConcernKind.LOST, WORDS), by=by)

    assert not policy.can_read_concern(coordinator, concern)
    assert messages() == [(concern_notices.READER_NEEDED, coordinator.id)]
    concerns.name_readers(team, by, None, by=coordinator)
    assert policy.can_read_concern(by, concern)


def test_who_is_named_later_is_told_that_something_waits():
    team = TeamFactory()
    lead, worker = volunteer_of(team, email="l@example.org"), PersonFactory(email="w@example.org")
    by = CoordinatorFactory(team=team).person
    for about in (None, by):
        details = ConcernDetails(ConcernKind.LOST, WORDS, about=about)
        concerns.report(team, details, by=volunteer_of(team))

    for _twice in range(2):
        concerns.name_readers(team, lead, None, by=by)
        concerns.name_place_reader(team.place.community, worker, by=by)

    to_read = [who for kind, who in messages() if kind == concern_notices.SOMETHING_TO_READ]
    assert to_read == [lead.id, worker.id]


def test_without_a_community_worker_the_operators_are_to_name_one():
    team = TeamFactory()
    coordinator = CoordinatorFactory(team=team, person__email="c@example.org").person
    operator = OperatorFactory(person__email="o@example.org").person
    details = ConcernDetails(ConcernKind.MISCONDUCT, WORDS, about=coordinator)

    concern = concerns.report(team, details, by=volunteer_of(team))

    assert messages() == [(concern_notices.READER_NEEDED, operator.id)]
    assert not policy.can_read_concern(operator, concern)
    assert concern_queries.list_places_waiting() == {team.place.community.id}


def has_something_to_read(person):
    return session.scalar(select(any_of(concern_queries.open_for(person.id))))


def test_nobody_is_called_about_it_by_a_coordinator(village):
    village.lead.email = None
    session.commit()

    village.report()

    assert messages() == [(concern_notices.SOMETHING_TO_READ, village.deputy.id)]
    assert session.query(OutboxMessage).filter_by(channel=Channel.CALL).count() == 0
    assert has_something_to_read(village.lead)


# --- its steps -------------------------------------------------------------------------------


def test_it_goes_from_open_to_acted_on_to_closed_each_by_a_named_human(village):
    concern = village.report()
    assert concern.status is ConcernStatus.OPEN

    concerns.note_step(concern, "和女儿谈过", closes=False, by=village.lead)
    assert concern.status is ConcernStatus.ACTED_ON

    concerns.note_step(concern, "搬去女儿家，安全了", closes=True, by=village.deputy)
    assert concern.status is ConcernStatus.CLOSED
    assert [(step.by, step.words, step.status) for step in concern.steps] == [
        (village.lead, "和女儿谈过", ConcernStatus.ACTED_ON),
        (village.deputy, "搬去女儿家，安全了", ConcernStatus.CLOSED),
    ]
    assert not has_something_to_read(village.lead)


def test_it_is_not_closed_without_words_twice_or_by_anybody_else(village):
    concern = village.report()

    with pytest.raises(WordsOfConcernNeeded):
        concerns.note_step(concern, "  ", closes=True, by=village.lead)
    for person in (village.coordinator, village.volunteer):
        with pytest.raises(NotFound):
            concerns.note_step(concern, "没事", closes=True, by=person)
    concerns.note_step(concern, "好了", closes=True, by=village.lead)
    with pytest.raises(ConcernClosed):
        concerns.note_step(concern, "还有", closes=False, by=village.lead)
    assert [step.words for step in concern.steps] == ["好了"]


def test_empty_words_are_no_concern(village):
    with pytest.raises(WordsOfConcernNeeded):
        village.report(words="\n ")
    assert session.query(Concern).count() == 0


# --- naming ----------------------------------------------------------------------------------


def test_only_two_different_active_members_read(village):
    with pytest.raises(DeputyIsLead):
        concerns.name_readers(village.team, village.lead, village.lead, by=village.coordinator)
    for person in (PersonFactory(), MembershipFactory(team=village.team, status="paused").person):
        with pytest.raises(ReaderNotInTeam):
            concerns.name_readers(village.team, person, None, by=village.coordinator)
        with pytest.raises(ReaderNotInTeam):
            concerns.name_readers(village.team, village.lead, person, by=village.coordinator)

    readers = concern_queries.find_team_readers(village.team)
    assert (readers.lead, readers.deputy) == (village.lead, village.deputy)
    session.add(
        TeamReaders(team_id=TeamFactory().id, lead=village.lead, deputy=village.lead,
                    named_by_id=village.coordinator.id)
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


# --- what is no longer true ------------------------------------------------------------------


@pytest.fixture
def written(app):
    """Which messages would go out now: (kind, whom), oldest first."""

    def write() -> list[tuple[str, int]]:
        with app.app_context(), transaction():
            rows = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
            found = letters.write(rows)
            return [(m.kind, m.person_id) for m in rows if m.id in found]

    return write


def test_who_no_longer_reads_it_is_not_told_that_there_is_something_to_read(village, written):
    village.report()

    concerns.name_readers(village.team, village.other, village.deputy, by=village.coordinator)

    to_read = concern_notices.SOMETHING_TO_READ
    assert written() == [(to_read, village.deputy.id), (to_read, village.other.id)]


def test_what_is_closed_is_told_to_nobody(village, written):
    concern = village.report()

    concerns.note_step(concern, "和社区一起去看了", closes=True, by=village.lead)

    assert written() == []


def test_once_somebody_is_named_nobody_is_asked_to_name_somebody(written):
    team = TeamFactory()
    coordinator = CoordinatorFactory(team=team, person__email="c@example.org").person
    lead = volunteer_of(team, email="l@example.org")
    concerns.report(team, ConcernDetails(ConcernKind.LOST, WORDS), by=lead)
    assert written() == [(concern_notices.READER_NEEDED, coordinator.id)]

    concerns.name_readers(team, lead, None, by=coordinator)

    assert written() == [(concern_notices.SOMETHING_TO_READ, lead.id)]


def test_each_time_that_nobody_reads_it_any_more_coordinators_are_to_name_somebody(time_machine):
    team = TeamFactory()
    coordinator = CoordinatorFactory(team=team, person__email="c@example.org").person
    readers = [volunteer_of(team, email=f"{n}@example.org") for n in range(2)]
    others = [volunteer_of(team) for _n in range(2)]
    concerns.report(team, ConcernDetails(ConcernKind.LOST, WORDS), by=coordinator)

    for reader, other in zip(readers, others, strict=True):
        time_machine.shift(timedelta(hours=1))
        concerns.name_readers(team, reader, None, by=coordinator)
        for person in (reader, other):
            membership.leave(team_queries.find_membership(team, person), by=coordinator)

    needed = [who for kind, who in messages() if kind == concern_notices.READER_NEEDED]
    # When it was reported, and when each of the two had left.
    assert needed == [coordinator.id] * 3


def test_pressed_twice_it_is_one_and_told_once(village):
    first, again = village.report(), village.report()
    other = village.report(words="今天又看到了。")

    assert again.id == first.id
    assert other.id != first.id
    assert Counter(messages())[concern_notices.SOMETHING_TO_READ, village.lead.id] == 2
