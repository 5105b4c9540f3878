"""A coordinator brings her lists as files: one from Windows, one from a spreadsheet; and takes
one back."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect
from xlsxwriter import Workbook

from tests.journeys import crews
from tests.journeys.crews import Crew
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service

pytestmark = pytest.mark.journey

# As Excel in China saves "CSV": not UTF-8, a title above, a heading of their own, a lost digit.
MEMBERS = (
    "锦绣社区志愿者名单,,,\r\n"
    "序号,怎么称呼,联系电话,特长\r\n"
    "1,唐志强,13900001001,会理发\r\n"
    "2,邓小兰,1390000100,\r\n"
    "3,,13900001003,\r\n"
    "4,石国珍,13900001004,做饭\r\n"
).encode("gb18030")


def elders() -> bytes:
    """A spreadsheet with phones typed as numbers."""
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet("老人")
        for number, row in enumerate(
            [
                ["姓名", "称呼", "年龄", "手机", "家庭住址", "是否同意", "健康状况"],
                [
                    "王秀英",
                    "王婆婆",
                    84,
                    13900002001,
                    "锦绣东方小区3栋2单元501室",
                    "是",
                    "听力不好",
                ],
                ["李德明", "李大爷", 79, 13900002002, "锦绣东方小区1栋1单元101室", "否", ""],
            ]
        ):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def test_a_coordinator_brings_her_lists_as_files(
    on_both: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_both, ["何素琴", "方玉兰"])
    hers = phones(on_both)
    hers.sign_in(crew.login, crews.PASSWORD)

    bring_members(hers, crew)
    take_them_back(hers, crew)
    bring_elders(hers, crew)


def choose_file(hers: Phone, name: str, data: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    hers.field(hers.words("Which file?")).set_input_files(payload)
    hers.press(hers.words("Go on"))


def bring_members(hers: Phone, crew: Crew) -> None:
    """She names a column that we did not know, reads what is wrong, and saves the rest."""
    before = crew.service.count("people", "memberships", "audit_entries", "imports")
    hers.open(f"/teams/{crew.id}/members")
    hers.follow(hers.words("From a file"))
    assert_looks_right(hers.page)
    choose_file(hers, "名单.csv", MEMBERS)

    hers.heading(hers.words("What is in the file?"))
    assert_looks_right(hers.page)
    hers.press(hers.words("Look it through"))
    hers.reads(hers.words("Which column is this: %(what)s?", what=hers.words("Name")))
    question = hers.words("What is under “%(heading)s”?", heading="怎么称呼")
    hers.field(question).select_option(hers.words("Name"))
    hers.press(hers.words("Look it through"))

    hers.heading(
        hers.plural(
            "We read %(count)s new person. Is that right?",
            "We read %(count)s new people. Is that right?",
            3,
        )
    )
    doubtful = hers.page.get_by_role("table", name=hers.words("Please look at these"))
    hers.reads(hers.words("Line %(number)d", number=4), doubtful)
    wrong = "A mobile number has 11 digits and begins with 1. You entered %(count)d."
    hers.reads(hers.words(wrong, count=10), doubtful)
    faulty = hers.page.get_by_role("table", name=hers.words("We could not read these"))
    hers.reads(hers.words("Line %(number)d", number=5), faulty)
    hers.reads(hers.words("There is no name in this line."), faulty)
    assert_looks_right(hers.page)
    assert crew.service.count("people", "memberships", "audit_entries", "imports") == before

    hers.press(hers.plural("Save %(count)s person", "Save %(count)s people", 3))
    hers.is_told(
        hers.plural("%(num)d person is in the team now.", "%(num)d people are in the team now.", 3)
    )
    assert_looks_right(hers.page)
    assert crew.service.count("memberships") == [before[1] + 3]


def take_them_back(hers: Phone, crew: Crew) -> None:
    """It was the wrong list."""
    hers.follow(hers.words("Take it back"))
    hers.heading(hers.words("Take the list back?"))
    hers.reads(hers.words("Their phones, email addresses and remarks are deleted."))
    assert_looks_right(hers.page)
    hers.press(hers.words("Take the list back"))
    hers.is_told(
        hers.plural(
            "%(num)d person was taken out again.", "%(num)d people were taken out again.", 3
        )
    )
    hers.reads(hers.words("Taken back"))
    left = "SELECT count(*) FROM memberships WHERE team_id = :team AND status = 'left'"
    assert crew.service.ask(left, team=crew.id) == [(3,)]


def bring_elders(hers: Phone, crew: Crew) -> None:
    hers.open(f"/teams/{crew.id}/elders")
    hers.follow(hers.words("From a file"))
    choose_file(hers, "老人.xlsx", elders())
    assert_looks_right(hers.page)
    hers.press(hers.words("Look it through"))
    left_out = "They have not agreed that health and diet are kept, so these cells are left out."
    hers.reads(hers.words(left_out))
    expect(hers.page.get_by_text("139 0000 2001")).to_be_visible()
    assert_looks_right(hers.page)
    hers.press(hers.plural("Save %(count)s person", "Save %(count)s people", 2))
    hers.is_told(
        hers.plural("%(num)d elder is on the list now.", "%(num)d elders are on the list now.", 2)
    )
    assert crew.service.ask("SELECT count(*) FROM elders WHERE team_id = :t", t=crew.id) == [(2,)]
    health = "SELECT count(*) FROM elder_health h JOIN elders e ON e.id = h.elder_id"
    assert crew.service.ask(f"{health} WHERE e.team_id = :t", t=crew.id) == [(0,)]
