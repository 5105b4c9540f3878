"""Accepting a 接龙: sign-ups, places given back, names kept; and the list that goes out again."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import (
    signups,
)
from volunteer.activities.errors import AlreadyStarted, NothingDecided
from volunteer.activities.jielong import acceptance, history, review, writing
from volunteer.activities.jielong.acceptance import Decision, Decisions
from volunteer.activities.jielong.entries import Row
from volunteer.activities.jielong.review import Choice, Step
from volunteer.activities.models import JielongLine, JielongOutcome, JielongPaste, SignupStatus
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")


class Kitchen:
    """A date with two places, its coordinator, and the paste of a list."""

    def __init__(self):
        self.date = OccurrenceFactory(roles=[("帮厨", 1, 2)])
        self.coordinator = CoordinatorFactory(
            team=self.date.team, person=PersonFactory(name="蒋桂芳")
        ).person
        self.keys = iter(range(100))

    def member(self, name):
        return MembershipFactory(team=self.date.team, person=PersonFactory(name=name)).person

    def paste(self, *lines, missing=None, key=None, **choices):
        """Paste these lines; `_2=` decides otherwise about the second one."""
        text = "\n".join(
            ["#接龙", *(f"{number}. {words}" for number, words in enumerate(lines, 1))]
        )
        found = review.look_through(self.date, text)
        decided = {
            int(name[1:]): Decision(choice, 1, self.date.roles[0].id)
            for name, choice in choices.items()
        }
        said = {line.id: Choice(missing, line.person_id) for line in found.missing if missing}
        return acceptance.accept(
            found, text, Decisions(decided, said), form_key=key or f"{next(self.keys)}",
            by=self.coordinator,
        )  # fmt: skip

    def status(self, person):
        signup = self.date.signup_of(person)
        return signup.status if signup else None

    def out(self):
        return acceptance.rows_of(self.date, history.find_last(self.date))


@pytest.fixture
def kitchen():
    return Kitchen()


def outcomes(paste):
    return [line.outcome for line in paste.lines]


def test_members_get_places_in_the_order_of_the_list_and_the_rest_wait(kitchen):
    people = [kitchen.member(name) for name in ("王秀英", "李玉珍", "何素芳")]

    done = kitchen.paste("何素芳", "王秀英 2人", "李玉珍")

    assert [kitchen.status(person) for person in people] == [
        SignupStatus.GOING,
        SignupStatus.WAITING,
        SignupStatus.GOING,
    ]
    assert (done.going, done.waiting, done.named) == (2, 1, 0)
    assert [line.people for line in done.paste.lines] == [1, 2, 1]


def test_it_says_that_the_coordinator_entered_it(kitchen):
    wang = kitchen.member("王秀英")

    kitchen.paste("王秀英")

    assert kitchen.date.signup_of(wang).by == kitchen.coordinator
    entry = session.query(AuditEntry).filter_by(action="jielong.accepted").one()
    assert (entry.by_id, entry.team_id) == (kitchen.coordinator.id, kitchen.date.team.id)
    assert entry.details["going"] == 1


def test_a_stranger_is_neither_made_a_member_nor_given_a_place(kitchen):
    before = session.query(Person).count()

    done = kitchen.paste("热心邻居小丁 3人")

    assert session.query(Person).count() == before
    assert outcomes(done.paste) == [JielongOutcome.NAMED]
    assert not kitchen.date.active_signups


def test_somebody_is_added_to_the_team_only_when_it_was_chosen(kitchen):
    done = kitchen.paste("3栋 丁小华 13800000001", _1=Choice(Step.ADD))

    (line,) = done.paste.lines
    membership = team_queries.find_membership(kitchen.date.team, line.person)
    assert membership.is_active
    assert (line.person.name, line.person.phone, membership.note) == (
        "丁小华",
        "13800000001",
        "3栋",
    )
    assert kitchen.status(line.person) is SignupStatus.GOING


def test_places_are_given_back_first_so_that_who_waits_moves_up_before_anybody_new(kitchen):
    going = kitchen.member("王秀英")
    SignupFactory(occurrence=kitchen.date, person=going)
    SignupFactory(occurrence=kitchen.date)
    waiting = SignupFactory(occurrence=kitchen.date, status=SignupStatus.WAITING)
    new = kitchen.member("李玉珍")

    done = kitchen.paste("李玉珍", "王秀英 取消")

    assert kitchen.status(going) is None
    assert waiting.status is SignupStatus.GOING
    assert kitchen.status(new) is SignupStatus.WAITING
    assert done.withdrawn == 1


def test_whom_a_rule_refuses_keeps_the_name_and_the_others_get_their_places(kitchen):
    busy, free = kitchen.member("王秀英"), kitchen.member("李玉珍")
    SignupFactory(occurrence=OccurrenceFactory(starts_at=kitchen.date.starts_at), person=busy)

    done = kitchen.paste("王秀英", "李玉珍", _1=Choice(Step.SIGN_UP, busy.id))

    assert [name for name, _why in done.refused] == ["王秀英"]
    assert kitchen.status(free) is SignupStatus.GOING
    assert outcomes(done.paste) == [JielongOutcome.NAMED, JielongOutcome.PLACED]


def test_nothing_is_saved_before_somebody_has_decided_about_the_missing(kitchen):
    wang, new = kitchen.member("王秀英"), kitchen.member("李玉珍")
    kitchen.paste("王秀英")

    with pytest.raises(NothingDecided):
        kitchen.paste("李玉珍")

    assert kitchen.status(wang) is SignupStatus.GOING
    assert kitchen.status(new) is None


def test_who_is_missing_stays_when_it_was_a_slip_and_is_not_asked_about_again(kitchen):
    wang = kitchen.member("王秀英")
    kitchen.member("李玉珍")
    kitchen.paste("王秀英 2人", "李玉珍")

    kitchen.paste("李玉珍", missing=Step.STAY)
    again = review.look_through(kitchen.date, "#接龙\n1. 李玉珍")

    assert kitchen.status(wang) is SignupStatus.GOING
    assert not again.has_changes
    assert kitchen.out() == [Row("李玉珍"), Row("王秀英", 2)]


def test_who_is_missing_gives_the_place_back_when_it_was_meant(kitchen):
    wang = kitchen.member("王秀英")
    kitchen.member("李玉珍")
    kitchen.paste("王秀英", "李玉珍")

    done = kitchen.paste("李玉珍", missing=Step.WITHDRAW)

    assert kitchen.status(wang) is None
    assert done.withdrawn == 1
    assert kitchen.out() == [Row("李玉珍")]


def test_pressed_twice_it_is_done_once(kitchen):
    kitchen.member("王秀英")
    first = kitchen.paste("王秀英", key="page")

    second = kitchen.paste("王秀英", key="page")

    assert second.was_saved_before
    assert second.paste == first.paste
    assert session.query(JielongPaste).count() == 1


def test_a_date_that_has_begun_takes_nobody(kitchen):
    kitchen.member("王秀英")

    with (
        clock.pretend(kitchen.date.starts_at + timedelta(minutes=1)),
        pytest.raises(AlreadyStarted),
    ):
        kitchen.paste("王秀英")

    assert session.query(JielongPaste).count() == 0


def test_what_they_may_not_eat_is_in_no_column_but_the_sealed_words(kitchen):
    kitchen.member("王秀英")

    done = kitchen.paste("王秀英 糖尿病 2人")

    (line,) = done.paste.lines
    assert line.name == "王秀英"
    assert "糖尿病" in line.words
    assert "糖尿病" not in writing.write("", kitchen.out())
    raw = session.connection().exec_driver_sql("SELECT words, name FROM jielong_lines").one()
    assert "糖尿病" not in raw[0]
    assert "王秀英" not in raw[1]


def test_the_list_that_goes_out_has_everybody_as_they_are_now(kitchen):
    for name in ("王秀英", "李玉珍", "何素芳"):
        kitchen.member(name)
    since = kitchen.member("赵桂香")
    kitchen.paste("小丁 2人", "王秀英 2人 低盐", "李玉珍", "何素芳", "陈婆婆 待定")
    signups.withdraw(next(s for s in kitchen.date.going if s.person.name == "李玉珍"),
                     by=kitchen.coordinator)  # fmt: skip
    signups.sign_up(kitchen.date, kitchen.date.roles[0].id, since, by=since)

    assert kitchen.out() == [
        Row("小丁", 2),
        Row("王秀英", 2),
        Row("何素芳"),
        Row("陈婆婆", is_unsure=True),
        Row("赵桂香", is_waiting=True),
    ]


def test_what_went_out_and_is_pasted_again_has_nothing_new(kitchen):
    for name in ("王秀英", "李玉珍", "何素芳"):
        kitchen.member(name)
    kitchen.paste("3-2-501 王秀英 2人 低盐", "李玉珍", "何素芳", "小丁 待定")
    text = writing.write("周三", kitchen.out())

    again = review.look_through(kitchen.date, text)

    assert not again.has_changes
    assert again.figures().people == 5


def test_words_are_forgotten_after_thirty_days_and_names_and_outcomes_stay(kitchen):
    wang = kitchen.member("王秀英")
    old = kitchen.paste("王秀英 糖尿病").paste
    young = kitchen.paste("王秀英 2人").paste
    old.pasted_at = clock.now() - timedelta(days=31)
    session.commit()

    forgotten = history.forget_old_words(clock.now())
    again = history.forget_old_words(clock.now())
    session.expire_all()

    assert (forgotten, again) == (1, 0)
    assert (old.text, old.title, [line.words for line in old.lines]) == (None, None, [None])
    assert old.text_mark is not None
    assert [(line.name, line.person) for line in old.lines] == [("王秀英", wang)]
    assert young.text is not None
    assert session.query(JielongLine).filter(JielongLine.words.is_not(None)).count() == 1


def test_a_list_is_accepted_with_few_statements_for_each_line(kitchen, count_queries):
    """Each sign-up is a use case of its own; what is around them does not grow with the list."""
    names = [kitchen.member(f"王{sign}") for sign in "秀兰芳玉珍桂华建国德"]

    with count_queries() as few:
        kitchen.paste(*(person.name for person in names[:2]))
    with count_queries() as many:
        kitchen.paste(*(person.name for person in names))

    assert len(many) - len(few) <= 14 * 6
