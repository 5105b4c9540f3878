"""The pages of the 接龙: pasted, looked through, saved, and out again."""

import html
import re

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities.jielong import history
from volunteer.activities.models import JielongPaste, OccurrenceRole, SignupStatus
from volunteer.core.database import session
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


class Desk:
    """A coordinator at a date with two kinds of work, and the page of its 接龙."""

    def __init__(self, signed_in_as):
        self.date = OccurrenceFactory(roles=[("帮厨", 1, 2), ("买菜", 1, 1)])
        coordinator = CoordinatorFactory(team=self.date.team).person
        self.browser = signed_in_as(coordinator)
        self.url = f"/activities/dates/{self.date.id}/jielong"
        self.wang, self.li = (
            MembershipFactory(team=self.date.team, person=PersonFactory(name=name)).person
            for name in ("王秀英", "李玉珍")
        )

    def post(self, *lines, **answers):
        text = "\n".join(
            ["#接龙", *(f"{number}. {words}" for number, words in enumerate(lines, 1))]
        )
        said = {re.sub(r"_([0-9])", r"-\1", name): value for name, value in answers.items()}
        data = {"text": text, **said}
        return self.browser.post(self.url, data=data, follow_redirects=True)


@pytest.fixture
def desk(signed_in_as):
    return Desk(signed_in_as)


def test_the_preview_shows_each_line_beside_what_was_read_and_saves_nothing(desk):
    page = desk.post("3-2-501 王秀英 2人 低盐", "热心邻居小丁", "111").text

    assert "3-2-501 王秀英 2人 低盐" in page
    assert "低盐: not kept. Ask the person first." in page
    assert "Nobody in the team is called so." in page
    assert "Change it to “3. name”" in html.unescape(page)
    assert session.query(JielongPaste).count() == 0
    assert not desk.date.active_signups


def test_saving_signs_up_and_leads_to_the_text_for_the_group(desk):
    page = desk.post("王秀英 2人", "李玉珍 买菜", "小丁", save="1", form_key="a").text

    assert "Saved: 2 have a place; 1 name is kept without a place." in page
    assert "1. 王秀英 2人\n2. 李玉珍\n3. 小丁" in page
    assert desk.date.signup_of(desk.li).role.name == "买菜"


def test_who_saves_as_a_colleague_does_looks_at_the_list_again(desk, monkeypatch):
    monkeypatch.setattr(history, "find_last_number", lambda _occurrence: 7)

    page = desk.post("王秀英 2人", save="1", form_key="a").text

    assert "Somebody else has saved a list of this date meanwhile." in page
    assert "王秀英 2人" in page
    assert session.query(JielongPaste).count() == 0


def test_what_was_chosen_beside_a_line_counts_and_nothing_else_does(desk):
    stranger = PersonFactory(name="外人")

    desk.post("小丁", "阳光明媚", save="1", form_key="a", do_1=f"sign_up:{desk.wang.id}",
              people_1="３", do_2=f"sign_up:{stranger.id}")  # fmt: skip

    assert desk.date.signup_of(desk.wang).status is SignupStatus.GOING
    assert desk.date.signup_of(stranger) is None
    paste = session.query(JielongPaste).one()
    assert [line.people for line in paste.lines] == [3, 1]


def test_a_line_that_is_mended_is_looked_at_again_before_it_is_saved(desk):
    page = desk.post("李玉珍", "111", save="1", form_key="a", mend_2="王秀英 2人").text

    assert "2. 王秀英 2人" in page
    assert session.query(JielongPaste).count() == 0
    assert f'value="sign_up:{desk.wang.id}" selected' in page


def test_the_missing_must_be_decided_and_the_rest_of_the_page_is_kept(desk):
    desk.post("王秀英", "李玉珍", save="1", form_key="a")

    page = desk.post("李玉珍", "小丁", save="1", form_key="b", do_2="leave_out").text
    number = re.search(r'name="missing-(\d+)"', page)[1]

    assert "Some were in the last list and are missing now." in page
    assert '<option value="leave_out" selected>' in page
    done = desk.post("李玉珍", "小丁", save="1", form_key="b", do_2="leave_out",
                     **{f"missing_{number}": "withdraw"}).text  # fmt: skip
    assert "Saved: 1 place was given back." in done
    assert desk.date.signup_of(desk.wang) is None


def test_whom_a_rule_refuses_is_named_with_the_reason(desk):
    other = OccurrenceFactory(starts_at=desk.date.starts_at)
    SignupFactory(occurrence=other, person=desk.wang)

    page = desk.post("王秀英").text

    assert "王秀英 has promised to be somewhere else then." in page
    assert f'value="sign_up:{desk.wang.id}"' not in page


def test_a_text_without_a_list_says_beside_the_field_what_to_do(desk):
    page = desk.browser.post(desk.url, data={"text": "大家好"}).text

    assert "We found no list of names in this text." in page
    assert "大家好" in page


def test_only_the_coordinator_sees_the_pages_and_the_links_to_them(desk, signed_in_as):
    member = signed_in_as(desk.wang)

    assert member.get(desk.url).status_code in {403, 404}
    assert member.post(desk.url, data={"text": "1. 李玉珍", "save": "1"}).status_code in {403, 404}
    assert member.get(f"{desk.url}/text").status_code in {403, 404}
    address = f"/activities/dates/{desk.date.id}"
    assert "/jielong" not in member.get(address).text
    assert "/jielong" in desk.browser.get(address).text


def test_the_preview_asks_the_database_few_questions_however_long_the_list(desk, count_queries):
    names = [f"{surname}{given}" for surname in "王李张刘陈" for given in "秀兰芳玉珍"]
    for name in names:
        MembershipFactory(team=desk.date.team, person=PersonFactory(name=name))

    with count_queries() as sent:
        answer = desk.post(*names, "小丁", "王阿姨")

    assert answer.text.count("<select") > len(names)
    # Who is asking, the date and its team take seven of them.
    assert len(sent) <= 14


def test_a_stranger_of_a_hostile_name_is_shown_as_text(desk):
    page = desk.post("王<script>alert(1)</script>").text

    assert "<script>alert" not in page
    assert session.query(Person).filter(Person.name.contains("script")).count() == 0


def test_work_that_the_plan_has_no_more_is_offered_beside_no_line(signed_in_as):
    desk = Desk(signed_in_as)
    cooking, shopping = desk.date.roles
    shopping.is_closed = True
    session.add(OccurrenceRole(
        occurrence=desk.date, position=2, name="洗碗", minimum=1, maximum=2
    ))  # fmt: skip
    session.commit()

    page = desk.post("王秀英", "李玉珍").text
    desk.post("王秀英", save="1", form_key="a", role_1=str(shopping.id))

    assert f'<option value="{shopping.id}"' not in page
    assert f'<option value="{cooking.id}"' in page
    assert desk.date.signup_of(desk.wang).role is cooking
