"""The code at the door: good for one date on one day, for its team, and hard to guess."""

import string
from datetime import timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, member_of
from tests.factories.people import PersonFactory
from volunteer.accounts.errors import TooManyTries
from volunteer.activities.attendance import check_in
from volunteer.activities.errors import CodeOfAnotherDay, CodeOfAnotherTeam, NoSuchCheckInCode
from volunteer.core import clock, encryption, zones
from volunteer.core.database import session
from volunteer.teams import membership as memberships

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def occurrence(time_machine, database):
    """A date from 10 to 12 in Chengdu; it begins in ten minutes."""
    time_machine.move_to("2026-10-14T01:50Z", tick=False)
    return OccurrenceFactory(starts_at=clock.now() + timedelta(minutes=10))


def moved_by(occurrence, days):
    occurrence.starts_at += timedelta(days=days)
    occurrence.ends_at += timedelta(days=days)
    occurrence.wall_starts = zones.to_wall(occurrence.starts_at, "Asia/Shanghai")
    occurrence.wall_ends = zones.to_wall(occurrence.ends_at, "Asia/Shanghai")
    session.commit()


def test_the_code_at_the_door_is_good_on_its_day_and_for_its_team(occurrence):
    check_in.check_code(
        occurrence, check_in.code_of(occurrence), member_of(occurrence), now=clock.now()
    )


def test_yesterdays_photo_opens_nothing_today(occurrence):
    ana = member_of(occurrence)
    yesterday = check_in.code_of(occurrence), check_in.digits_of(occurrence)

    with pytest.raises(CodeOfAnotherDay):
        check_in.check_code(occurrence, yesterday[0], ana, now=clock.now() + timedelta(days=1))
    moved_by(occurrence, days=1)

    assert yesterday[0] != check_in.code_of(occurrence)
    assert yesterday[1] != check_in.digits_of(occurrence)
    with pytest.raises(CodeOfAnotherDay):
        check_in.check_code(occurrence, yesterday[0], ana, now=clock.now() + timedelta(days=1))


def test_the_code_of_another_date_of_the_same_day_opens_nothing(occurrence):
    other = OccurrenceFactory(
        activity=ActivityFactory(team=occurrence.team), starts_at=occurrence.starts_at
    )

    with pytest.raises(CodeOfAnotherDay):
        check_in.check_code(
            occurrence, check_in.code_of(other), member_of(occurrence), now=clock.now()
        )


def test_who_is_in_another_team_is_told_so(occurrence):
    with pytest.raises(CodeOfAnotherTeam):
        check_in.check_code(
            occurrence, check_in.code_of(occurrence), PersonFactory(), now=clock.now()
        )


def test_no_code_with_one_letter_changed_is_good(occurrence):
    ana, good = member_of(occurrence), check_in.code_of(occurrence)
    letters = string.ascii_letters + string.digits + "-_"
    # The last letter of 22 holds two bits only: the others that mean the same are refused too.
    changed = {
        good[:place] + letter + good[place + 1 :]
        for place in range(len(good))
        for letter in letters[::3]
    } - {good}

    for code in [*changed, "", good + "=", good[:-1], "签到"]:
        with pytest.raises(CodeOfAnotherDay):
            check_in.check_code(occurrence, code, ana, now=clock.now())

    assert len(changed) >= 400


def test_the_digits_find_the_date_however_they_are_typed(occurrence):
    digits = check_in.digits_of(occurrence)
    ana = member_of(occurrence)

    found = {
        check_in.find_by_digits(typed, ana).id
        for typed in (digits, f"{digits[:3]} {digits[3:]}", f" {digits[:3]}-{digits[3:]}")
    }

    assert found == {occurrence.id}
    assert (len(digits), digits[0] != "0") == (6, True)


def test_a_strangers_digits_find_nothing_and_guessing_is_stopped(occurrence):
    stranger, digits = PersonFactory(), check_in.digits_of(occurrence)

    for _try in range(10):
        with pytest.raises(NoSuchCheckInCode):
            check_in.find_by_digits(digits, stranger)
    with pytest.raises(TooManyTries):
        check_in.find_by_digits(digits, stranger)


def test_digits_found_often_are_no_wrong_tries(occurrence):
    ana, digits = member_of(occurrence), check_in.digits_of(occurrence)

    for _time in range(12):
        assert check_in.find_by_digits(digits, ana).id == occurrence.id


def test_picture_digits_and_look_up_have_keys_of_their_own(occurrence):
    words = check_in.words_of(occurrence)
    signed = {
        encryption.signature(purpose, words)
        for purpose in (check_in.PICTURE, check_in.DIGITS, "look-up")
    }

    assert len(signed) == 3
    assert encryption.fingerprint(words) == encryption.signature("look-up", words).hex()


def test_a_code_from_before_the_keys_were_changed_is_still_good(occurrence, monkeypatch):
    old = check_in.code_of(occurrence), check_in.digits_of(occurrence)
    ana = member_of(occurrence)
    monkeypatch.setattr(encryption.keys, "texts", ("new" * 10, *encryption.keys.texts))

    check_in.check_code(occurrence, old[0], ana, now=clock.now())

    assert check_in.code_of(occurrence) != old[0]
    assert check_in.find_by_digits(old[1], ana).id == occurrence.id


def test_the_day_is_that_of_the_date_also_when_the_team_has_another_zone_by_now(occurrence):
    occurrence.team.zone = "America/Los_Angeles"
    session.commit()

    check_in.check_code(
        occurrence, check_in.code_of(occurrence), member_of(occurrence), now=clock.now()
    )


def test_the_code_of_a_date_that_ends_after_midnight_is_good_in_that_night(occurrence):
    occurrence.starts_at += timedelta(hours=12)
    occurrence.ends_at = occurrence.starts_at + timedelta(hours=3)
    session.commit()
    code, ana = check_in.code_of(occurrence), member_of(occurrence)

    # It began at ten in the evening; half past midnight.
    check_in.check_code(
        occurrence, code, ana, now=occurrence.starts_at + timedelta(hours=2, minutes=30)
    )
    with pytest.raises(CodeOfAnotherDay):
        check_in.check_code(occurrence, code, ana, now=occurrence.ends_at + timedelta(hours=9))


def test_who_has_left_the_team_is_told_that_the_code_is_another_teams(occurrence):
    ana = member_of(occurrence)
    memberships.leave(memberships.find(occurrence.team, ana), by=ana)

    with pytest.raises(CodeOfAnotherTeam):
        check_in.check_code(occurrence, check_in.code_of(occurrence), ana, now=clock.now())
