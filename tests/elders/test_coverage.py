"""Who has been seen this month: what each dot says, and what may be read above the team."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory
from tests.factories.teams import TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import coverage
from volunteer.elders.coverage import Above, Row, merged
from volunteer.elders.models import ElderStatus, EndReason, VisitStatus

TODAY, MONTH = date(2026, 10, 12), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def states(team, month=MONTH) -> dict[int, str]:
    return {dot.elder.id: dot.state for dot in coverage.of_team(team, month, TODAY).dots}


def elder_of(team, **given):
    """On the list since August, not seen yet in October, and due at its end."""
    usual = {
        "since_on": date(2026, 8, 1), "last_seen_on": date(2026, 9, 20),
        "due_on": date(2026, 10, 30), "created_at": clock.now() - timedelta(days=90),
    }  # fmt: skip
    return ElderFactory(team=team, **{**usual, **given})


def test_fill_says_whether_they_were_seen_and_shape_whether_it_is_late():
    team = TeamFactory()
    seen, open_, late, seen_and_late = (elder_of(team) for _number in range(4))
    late.due_on = seen_and_late.due_on = date(2026, 10, 11)
    for elder in (seen, seen_and_late):
        VisitFactory(elder=elder, in_days=-8, status=VisitStatus.DONE)

    assert states(team) == {
        seen.id: "round-seen",
        open_.id: "round-open",
        late.id: "late-open",
        seen_and_late.id: "late-seen",
    }


@pytest.mark.parametrize(
    "status", [VisitStatus.PLANNED, VisitStatus.NO_ANSWER, VisitStatus.DECLINED]
)
def test_only_a_visit_that_saw_them_counts(status):
    elder = elder_of(TeamFactory())
    VisitFactory(elder=elder, in_days=-8, status=status)

    assert states(elder.team) == {elder.id: "round-open"}


def test_the_month_is_that_of_the_teams_clock():
    """At the last hour of September in UTC it is October in Chengdu."""
    team = TeamFactory()
    first, before = elder_of(team), elder_of(team)
    for elder, moment in ((first, "2026-09-30T17:00"), (before, "2026-09-30T15:00")):
        at = clock.now().fromisoformat(f"{moment}+00:00")
        VisitFactory(elder=elder, starts_at=at, status=VisitStatus.DONE)

    assert states(team) == {first.id: "round-seen", before.id: "round-open"}


def test_an_alarm_that_ended_well_counts_by_the_day_they_were_seen():
    elder = elder_of(TeamFactory(), last_seen_on=date(2026, 10, 3))

    assert states(elder.team) == {elder.id: "round-seen"}


def test_whoever_is_not_visited_has_no_dot_unless_they_were_seen_before():
    team = TeamFactory()
    elder_of(team, status=ElderStatus.PROSPECTIVE, since_on=TODAY)
    elder_of(team, status=ElderStatus.SUSPENDED, since_on=date(2026, 10, 2))
    gone = elder_of(
        team, status=ElderStatus.ENDED, end_reason=EndReason.DIED, since_on=date(2026, 10, 9)
    )
    VisitFactory(elder=gone, in_days=-9, status=VisitStatus.DONE)

    assert states(team) == {gone.id: "round-seen"}


def test_an_earlier_month_shows_who_was_there_and_nothing_is_late_in_it():
    team = TeamFactory()
    there = elder_of(team, due_on=date(2026, 10, 1))
    left = elder_of(
        team, status=ElderStatus.ENDED, end_reason=EndReason.MOVED, since_on=date(2026, 10, 2),
        last_seen_on=None,
    )  # fmt: skip
    said_no = elder_of(
        team, status=ElderStatus.PROSPECTIVE, since_on=date(2026, 10, 5), last_seen_on=None
    )
    # Whom nobody was to visit: has never agreed, or was not on the list.
    elder_of(team, status=ElderStatus.PROSPECTIVE, last_seen_on=None)
    elder_of(team, created_at=clock.now() - timedelta(days=3))

    assert states(team, date(2026, 9, 1)) == {
        there.id: "round-seen", left.id: "round-open", said_no.id: "round-open",
    }  # fmt: skip


def test_who_has_nobody_is_marked_by_the_pairings_of_that_month():
    team = TeamFactory()
    has, had, never = (elder_of(team) for _number in range(3))
    PairingFactory(elder=has, began_on=date(2026, 8, 1))
    PairingFactory(elder=had, began_on=date(2026, 8, 1), ended_on=date(2026, 9, 3))

    def unpaired(month):
        dots = coverage.of_team(team, month, TODAY).dots
        return {dot.elder.id for dot in dots if not dot.is_paired}

    assert unpaired(MONTH) == {had.id, never.id}
    assert unpaired(date(2026, 9, 1)) == {never.id}


def test_dots_stand_by_estate_and_building_as_one_walks():
    team = TeamFactory()
    for estate, building in (("乙园", "10"), ("甲园", "2"), ("乙园", "2"), ("乙园", "2")):
        elder_of(team, address={"estate": estate, "building": building})
    elder_of(team, address=None)

    plan = coverage.of_team(team, MONTH, TODAY)

    assert [(e.name, [(b.name, len(b.dots)) for b in e.buildings]) for e in plan.estates] == [
        ("", [("", 1)]),
        ("乙园", [("2", 2), ("10", 1)]),
        ("甲园", [("2", 1)]),
    ]
    assert sum((estate.count for estate in plan.estates), coverage.Count()) == plan.count


def test_how_many_were_seen_is_never_rounded_up_to_all():
    assert coverage.Count(everybody=300, seen=299).per_cent == 99
    assert coverage.Count(everybody=3, seen=3).per_cent == 100
    assert coverage.Count().per_cent == 100


def test_how_many_elders_there_are_does_not_matter_to_the_number_of_statements(count_queries):
    def statements(elders: int) -> int:
        team = TeamFactory()
        for _number in range(elders):
            VisitFactory(elder=PairingFactory(elder=elder_of(team)).elder, in_days=-3)
        with count_queries() as sent:
            coverage.of_team(team, MONTH, TODAY)
        return len(sent)

    assert statements(2) == statements(8) <= 4


# --- above the team --------------------------------------------------------------------------


def test_estates_are_counted_over_all_teams_and_small_ones_put_together():
    one = TeamFactory(place__name="锦绣社区")
    for team, estate, count in ((one, "大园", 6), (one, "小院", 3), (TeamFactory(), "另一院", 2)):
        for number in range(count):
            elder = elder_of(team, address={"estate": estate})
            if number < 1:
                VisitFactory(elder=elder, in_days=-3, status=VisitStatus.DONE)

    found = coverage.above(MONTH)

    assert found.rows == [Row("锦绣社区 · 大园", 6, 1), Row("", 5, 2)]


def test_above_the_team_as_many_questions_are_asked_however_many_elders_there_are(count_queries):
    def look():
        session.expunge_all()
        with count_queries() as sent:
            coverage.above(MONTH)
        return len(sent)

    elder_of(TeamFactory())
    few = look()
    for _number in range(3):
        PairingFactory(elder=elder_of(TeamFactory(), address={"estate": "大园"}))

    assert look() == few
    assert few <= 6


rows = some.lists(
    some.builds(
        lambda everybody, seen: Row(f"place {everybody}-{seen}", everybody, min(everybody, seen)),
        some.integers(1, 12),
        some.integers(0, 12),
    ),
    max_size=12,
)


@given(rows)
def test_above_the_team_no_number_of_one_to_four_people_is_to_be_read_or_reckoned(places):
    found = Above(merged(places))

    for row in found.rows:
        assert row.everybody >= 5
        if row.may_be_split:
            assert not 0 < row.seen < 5
            assert not 0 < row.missing < 5
    hidden = [row for row in found.rows if not row.may_be_split]
    assert not (found.may_split_total and len(hidden) == 1)


@given(rows)
def test_nobody_is_counted_twice_and_only_a_handful_in_all_is_left_out(places):
    everybody = sum(row.everybody for row in places)

    shown = Above(merged(places)).total.everybody

    assert shown == (everybody if everybody >= 5 else 0)
