"""What accepting a pasted 接龙 would do, before it is done."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import queries
from volunteer.activities.jielong import acceptance
from volunteer.activities.jielong.acceptance import Decisions
from volunteer.activities.jielong.review import Choice, Group, Step, look_through
from volunteer.activities.models import SignupStatus
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def lunch():
    return OccurrenceFactory(roles=[("帮厨", 1, 3)])


def review(occurrence, *lines, **more):
    numbered = (f"{number}. {line}" for number, line in enumerate(lines, 1))
    return look_through(occurrence, "\n".join(["#接龙", *numbered]), **more)


def line(occurrence, *lines):
    """What becomes of the last of these lines."""
    return review(occurrence, *lines).lines[-1]


def accept(occurrence, *lines):
    by = CoordinatorFactory(team=occurrence.team).person
    text = "\n".join(["#接龙", *(f"{number}. {line}" for number, line in enumerate(lines, 1))])
    found = look_through(occurrence, text)
    decisions = Decisions({}, {})
    return acceptance.accept(found, text, decisions, form_key="".join(lines), by=by)


def member(occurrence, name, *, note="", **person):
    membership = MembershipFactory(
        team=occurrence.team, person=PersonFactory(name=name, **person), note=note
    )
    return membership.person


def words_of(line):
    return " ".join(line.doubts)


def test_a_member_by_their_exact_name_is_new_and_preset_to_a_place(lunch):
    wang = member(lunch, "王秀英")

    found = line(lunch, "3-2-501 王 秀英 2人")

    assert (found.group, found.person) == (Group.NEW, wang)
    assert found.preset == Choice(Step.SIGN_UP, wang.id)


def test_a_stranger_is_asked_about_and_preset_to_the_name_alone(lunch):
    member(lunch, "王秀英")

    found = line(lunch, "热心邻居小丁")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.NAME))
    assert Choice(Step.ADD) in [option.choice for option in found.options]


def test_two_of_the_same_name_are_never_taken_for_one(lunch):
    one, other = member(lunch, "王秀英", phone=None), member(lunch, "王秀英", phone=None)

    found = line(lunch, "王秀英")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.NAME))
    offered = [option.choice.person_id for option in found.options]
    assert {one.id, other.id} <= set(offered)
    assert "Several members have this name" in words_of(found)


def test_the_building_in_the_remark_suggests_which_of_the_two_and_is_still_asked(lunch):
    member(lunch, "王秀英", note="住7栋")
    here = member(lunch, "王秀英", note="住3栋")

    found = line(lunch, "3-2-501 王秀英")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.SIGN_UP, here.id))


def test_the_same_name_with_another_phone_is_asked_about(lunch):
    member(lunch, "王秀英", phone="13800000001")

    found = line(lunch, "王秀英 13800000002")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.NAME))
    assert "another phone or building" in words_of(found)


def test_surname_and_building_suggest_a_neighbour(lunch):
    wang = member(lunch, "王秀英", note="住3栋")
    member(lunch, "王芳", note="住5栋")

    found = line(lunch, "3栋 王阿姨")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.SIGN_UP, wang.id))


def test_a_surname_alone_suggests_and_presets_nobody(lunch):
    wang = member(lunch, "王秀英")

    found = line(lunch, "王阿姨")

    assert found.preset == Choice(Step.NAME)
    assert found.options[0].choice == Choice(Step.SIGN_UP, wang.id)


def test_a_members_phone_suggests_the_member(lunch):
    wang = member(lunch, "王秀英", phone="13800000001")

    found = line(lunch, "阳光明媚 13800000001")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.SIGN_UP, wang.id))
    assert "The phone is a member's" in words_of(found)


def test_who_stands_twice_in_the_list_is_counted_once(lunch):
    member(lunch, "王秀英")

    found = line(lunch, "王秀英", "王秀英")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.LEAVE_OUT))


def test_who_has_a_place_already_is_as_they_were(lunch):
    wang = member(lunch, "王秀英")
    SignupFactory(occurrence=lunch, person=wang)

    assert line(lunch, "王秀英").group is Group.SAME


def test_who_pauses_or_is_busy_keeps_the_name_and_it_is_said_why(lunch):
    paused = MembershipFactory(
        team=lunch.team, person=PersonFactory(name="李玉珍"), status=MembershipStatus.PAUSED
    )
    busy = member(lunch, "何素芳")
    elsewhere = OccurrenceFactory(starts_at=lunch.starts_at)
    SignupFactory(occurrence=elsewhere, person=busy)

    found = review(lunch, paused.person.name, busy.name)

    assert [line.preset for line in found.lines] == [Choice(Step.NAME)] * 2
    assert "not during a pause" in words_of(found.lines[0])
    assert "somewhere else" in words_of(found.lines[1])
    offered = {option.choice.person_id for option in found.everybody}
    assert not offered & {paused.person_id, busy.id}


def test_who_is_not_certain_keeps_the_name_without_a_place(lunch):
    member(lunch, "王秀英")

    assert line(lunch, "王秀英 待定").preset == Choice(Step.NAME)


def test_who_has_a_place_and_is_not_certain_any_more_is_shown_as_that(lunch):
    wang = member(lunch, "王秀英")
    SignupFactory(occurrence=lunch, person=wang)

    found = line(lunch, "王秀英 待定")

    assert (found.group, found.preset) == (Group.CHANGED, Choice(Step.STAY, wang.id))
    assert "Not certain any more" in words_of(found)


def test_a_cancellation_gives_the_place_back_of_whom_we_are_sure(lunch):
    wang = member(lunch, "王秀英")
    SignupFactory(occurrence=lunch, person=wang)

    found = line(lunch, "王秀英 取消")

    assert (found.group, found.preset) == (Group.CANCELLED, Choice(Step.WITHDRAW, wang.id))


def test_a_cancellation_by_a_nickname_is_asked_about_and_presets_nothing(lunch):
    wang = member(lunch, "王秀英")
    SignupFactory(occurrence=lunch, person=wang)

    found = line(lunch, "王阿姨 取消")

    assert (found.group, found.preset) == (Group.CANCELLED, Choice(Step.LEAVE_OUT))
    assert Choice(Step.WITHDRAW, wang.id) in [option.choice for option in found.options]


def test_a_nickname_that_was_explained_once_is_known_again(lunch):
    wang = member(lunch, "王秀英")
    by = CoordinatorFactory(team=lunch.team).person
    text = "#接龙\n1. 阳光明媚"
    found = look_through(lunch, text)
    chosen = acceptance.Decision(Choice(Step.SIGN_UP, wang.id), 1, lunch.roles[0].id)
    acceptance.accept(found, text, Decisions({1: chosen}, {}), form_key="1", by=by)
    next_week = OccurrenceFactory(
        activity=lunch.activity, starts_at=lunch.starts_at + timedelta(weeks=1)
    )

    again = line(next_week, "阳光明媚 2人")

    assert (again.group, again.person) == (Group.NEW, wang)
    assert "As you chose last time" in words_of(again)


def test_another_team_knows_nothing_of_our_nicknames(lunch):
    wang = member(lunch, "王秀英")
    accept(lunch, "王秀英")
    elsewhere = OccurrenceFactory()

    found = line(elsewhere, "王秀英")

    assert found.group is Group.ASK
    assert wang.id not in [option.choice.person_id for option in found.options]


def test_the_work_that_the_line_names_is_preset(lunch):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 3), ("买菜", 1, 2)])
    member(occurrence, "王秀英"), member(occurrence, "李玉珍")

    found = review(occurrence, "王秀英 买菜", "李玉珍", role_id=occurrence.roles[0].id)

    assert [line.role_id for line in found.lines] == [
        role.id for role in reversed(occurrence.roles)
    ]


def test_pasted_again_only_the_difference_is_asked(lunch):
    for name in ("王秀英", "李玉珍", "何素芳", "赵桂香"):
        member(lunch, name)
    accept(lunch, "王秀英", "李玉珍", "何素芳", "小丁")

    found = review(lunch, "王秀英 2人", "何素芳", "小丁", "赵桂香")

    assert [line.group for line in found.lines] == [
        Group.CHANGED,
        Group.SAME,
        Group.SAME,
        Group.NEW,
    ]
    assert [line.name for line in found.missing] == ["李玉珍"]
    assert found.lines[0].before.words == "王秀英"


def test_the_same_text_again_changes_nothing(lunch):
    member(lunch, "王秀英")
    lines = ("王秀英 2人", "热心邻居小丁", "111", "李哥 取消", "陈婆婆 待定")
    accept(lunch, *lines)

    found = review(lunch, *lines)

    assert not found.has_changes
    assert found.lines[0].people == 2


def test_who_wrote_their_name_otherwise_is_not_missing(lunch):
    member(lunch, "王秀英", phone="13800000001")
    accept(lunch, "王秀英")

    found = review(lunch, "王秀英家 13800000001")

    assert not found.missing


def test_who_gave_the_place_back_since_is_asked_about(lunch):
    wang = member(lunch, "王秀英")
    accept(lunch, "王秀英")
    lunch.signup_of(wang).status = SignupStatus.WITHDRAWN

    found = line(lunch, "王秀英")

    assert (found.group, found.preset) == (Group.ASK, Choice(Step.LEAVE_OUT))


def test_it_counts_lines_people_places_and_who_will_wait(lunch):
    SignupFactory(occurrence=lunch), SignupFactory(occurrence=lunch)
    for name in ("王秀英", "李玉珍", "何素芳"):
        member(lunch, name)

    figures = review(
        lunch, "王秀英 2人", "李玉珍", "何素芳", "小丁 3人", "111", "钱叔 取消"
    ).figures()

    assert (figures.lines, figures.people) == (4, 7)
    assert (figures.places, figures.waiting) == (3, 2)


def test_looking_through_asks_the_database_the_same_few_questions(lunch, count_queries):
    names = [member_of(lunch).name for _person in range(12)]
    accept(lunch, *names[:6])
    date = queries.get_occurrence(lunch.id)

    with count_queries() as sent:
        found = review(date, *(f"{name} 2人" for name in names), "小丁", "王阿姨")
        assert len(found.lines) == 14

    assert len(sent) <= 6


@pytest.mark.parametrize("words", ["王秀英 取消,改李建国", "王秀英请假，李建国顶上"])
def test_one_cancels_and_another_comes_instead_beside_the_one_line(lunch, words):
    wang, li = member(lunch, "王秀英"), member(lunch, "李建国")
    accept(lunch, "王秀英", "何素芳")

    first, second, third = review(lunch, words, "何素芳").lines

    assert (first.group, first.preset) == (Group.CANCELLED, Choice(Step.WITHDRAW, wang.id))
    assert (second.group, second.preset) == (Group.NEW, Choice(Step.SIGN_UP, li.id))
    assert first.entry.raw == second.entry.raw == f"1. {words}"
    assert "Comes instead of 王秀英: is it right?" in words_of(second)
    assert [line.entry.position for line in (first, second, third)] == [1, 2, 3]

    accept(lunch, words, "何素芳")
    coming = {signup.person for signup in queries.get_occurrence(lunch.id).active_signups}
    assert (wang in coming, li in coming) == (False, True)
    assert not review(lunch, words, "何素芳").has_changes


def test_who_comes_instead_waits_behind_those_who_wait_already(lunch):
    wang, li = member(lunch, "王秀英"), member(lunch, "李建国")
    accept(lunch, "王秀英")
    for _place in range(2):
        SignupFactory(occurrence=lunch)
    waiting = SignupFactory(occurrence=lunch, status=SignupStatus.WAITING)

    accept(lunch, "王秀英 请假，李建国顶上")

    date = queries.get_occurrence(lunch.id)
    assert date.signup_of(wang) is None
    assert (waiting.is_going, date.signup_of(li).is_waiting) == (True, True)
