"""Plans as one sentence, in both languages."""

from datetime import UTC, date, datetime, time

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory
from volunteer.activities import recurrence, wording
from volunteer.activities.planning import DUE, DUE_UNTIL, ActivityWords, SeriesPlan
from volunteer.core import language

WORDS = ActivityWords("爱心午饭", "活动室", "无", [])
ZH, EN = "zh_Hans", "en"


@pytest.fixture(autouse=True)
def october(time_machine):
    time_machine.move_to(datetime(2026, 10, 12, tzinfo=UTC), tick=False)


def said(app, rule: str, tongue: str, **changed: object) -> str:
    plain = {"first_on": date(2026, 10, 14), "starts": time(10), "ends": time(13)}
    plan = SeriesPlan(WORDS, recurrence.read(rule), **{**plain, **changed})
    with app.app_context(), language.speaking(tongue):
        return wording.sentence(plan)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", "每星期三，上午10:00到下午1:00，从10月14日（周三）起。"),
        (
            "FREQ=WEEKLY;BYDAY=WE,FR;COUNT=10",
            "每星期三、星期五，上午10:00到下午1:00，从10月14日（周三）起，一共10次。",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
            "隔一周的星期三，上午10:00到下午1:00，从10月14日（周三）起。",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=WE",
            "每3周的星期三，上午10:00到下午1:00，从10月14日（周三）起。",
        ),
        (
            "FREQ=MONTHLY;BYDAY=1SA,-1SA",
            "每月第一个星期六、最后一个星期六，上午10:00到下午1:00，从10月31日（周六）起。",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "每月15日，上午10:00到下午1:00，从10月15日（周四）起。"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "每月最后一天，上午10:00到下午1:00，从10月31日（周六）起。",
        ),
        (
            "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1",
            "每逢农历初一，上午10:00到下午1:00，从11月9日（周一）起。",
        ),
        (
            "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9",
            "每年农历九月初九（重阳节），上午10:00到下午1:00，从10月18日（周日）起。",
        ),
        ("FREQ=DAILY;COUNT=1", "10月14日（周三），只有一次，上午10:00到下午1:00。"),
    ],
)
def test_a_plan_is_one_chinese_sentence(app, rule, sentence):
    assert said(app, rule, ZH) == sentence


@pytest.mark.parametrize(
    ("rule", "begins"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR", "Every other week on Wednesday, Friday, 10:00 am"),
        ("FREQ=MONTHLY;BYDAY=1SA", "Every month on the first Saturday, 10:00 am"),
        ("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1", "Every lunar month on day 1, 10:00 am"),
    ],
)
def test_and_one_english_sentence(app, rule, begins):
    assert said(app, rule, EN).startswith(begins)


def test_the_end_and_single_days_are_said_and_a_task_has_no_hour(app):
    plan = {
        "last_on": date(2027, 1, 31),
        "extra": [date(2026, 10, 16)],
        "left_out": [date(2026, 10, 21)],
        "starts": DUE,
        "ends": DUE_UNTIL,
        "is_task": True,
    }

    assert said(app, "FREQ=WEEKLY;BYDAY=WE", ZH, **plan) == (
        "每星期三，当天之内做完，时间自己定，从10月14日（周三）起，到2027年1月31日（周日），"
        "另加10月16日，10月21日除外。"
    )


def test_a_plan_that_begins_in_another_year_names_it(app):
    late = date(2026, 10, 19)

    sentence = said(app, "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9", ZH, first_on=late)

    assert sentence.endswith("从2027年10月8日（周五）起。")


@pytest.mark.parametrize(
    ("rule", "is_said"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", True),
        ("FREQ=MONTHLY;BYMONTHDAY=28", False),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", False),
        ("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=30", True),
        ("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=29", False),
    ],
)
def test_a_day_that_some_months_lack_is_said_to_be_left_out_there(app, rule, is_said):
    assert ("没有这一天的月份不办" in said(app, rule, ZH)) is is_said


@pytest.mark.usefixtures("database")
def test_one_that_ended_before_its_next_day_does_not_begin_after_its_end(app):
    ended = ActivityFactory(
        rule="FREQ=WEEKLY;BYDAY=WE", first_on=date(2026, 10, 14), last_on=date(2026, 10, 11),
        starts=time(10), ends=time(13),
    )  # fmt: skip

    with app.app_context(), language.speaking(ZH):
        assert wording.sentence(ended) == "每星期三，上午10:00到下午1:00。"


@pytest.mark.usefixtures("database")
def test_a_date_of_a_task_is_due_by_its_day(app):
    task = ActivityFactory(is_task=True)
    due = OccurrenceFactory(activity=task, starts_at=datetime(2026, 10, 14, 15, 59, tzinfo=UTC))

    with app.app_context(), language.speaking(ZH):
        assert wording.when(due) == "最晚10月14日（周三），时间自己定"
        assert wording.hour(due) == "当天做完"


def test_a_reason_that_was_chosen_is_read_in_ones_own_language_and_a_written_one_as_it_is(app):
    with app.app_context(), language.speaking(ZH):
        assert wording.why("Away then") == "那天不在"
        assert wording.why("Gas pipe 坏了 100%") == "Gas pipe 坏了 100%"
