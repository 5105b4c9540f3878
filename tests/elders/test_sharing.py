"""Who calls whom: by who looks after them, at most eight each, nobody themselves."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from volunteer.elders.sharing import MOST_CALLS, ToCall, share_out


def test_whoever_looks_after_an_elder_calls_them():
    elders = [ToCall(1, 101, (11, 12)), ToCall(2, 102, (12,)), ToCall(3, 103, (11, 12))]

    shared = share_out(elders, others=[13])

    assert shared == {1: 11, 2: 12, 3: 11}


def test_those_whom_nobody_looks_after_go_to_who_has_fewest():
    elders = [ToCall(1, 101, (11,)), ToCall(2, 102), ToCall(3, 103)]

    shared = share_out(elders, others=[11, 12])

    assert shared == {1: 11, 2: 12, 3: 11}


def test_without_others_they_are_left_to_the_coordinators():
    assert share_out([ToCall(1, 101)], others=[]) == {1: None}


def test_the_ninth_elder_of_one_volunteer_goes_to_somebody_else():
    elders = [ToCall(number, 100 + number, (11,)) for number in range(9)]

    shared = share_out(elders, others=[11, 12])

    assert Counter(shared.values()) == {11: 8, 12: 1}


def test_an_elder_who_helps_in_the_team_does_not_call_themselves():
    assert share_out([ToCall(1, 11)], others=[11, 12]) == {1: 12}
    assert share_out([ToCall(1, 11)], others=[11]) == {1: None}


volunteers = some.lists(some.integers(1, 8), max_size=8, unique=True)


@given(some.lists(volunteers, max_size=60), volunteers)
def test_everybody_is_shared_out_once_nobody_has_more_than_eight_and_pairs_come_first(
    paired, others
):
    elders = [ToCall(number, 1000 + number, tuple(own)) for number, own in enumerate(paired)]

    shared = share_out(elders, others)

    load = Counter(caller for caller in shared.values() if caller is not None)
    assert shared.keys() == {elder.elder_id for elder in elders}
    assert all(count <= MOST_CALLS for count in load.values())
    for elder in elders:
        caller = shared[elder.elder_id]
        if caller not in elder.paired:
            assert all(load[person] == MOST_CALLS for person in elder.paired)
        if caller is None:
            assert all(load[person] == MOST_CALLS for person in (*elder.paired, *others))


def test_who_has_one_volunteer_only_comes_before_who_has_two():
    theirs = [ToCall(number, 100 + number, (11 + number % 2,)) for number in range(14)]

    shared = share_out([ToCall(20, 120, (11, 12)), *theirs, ToCall(21, 121, (11,))], others=[])

    assert (shared[20], shared[21]) == (12, 11)
