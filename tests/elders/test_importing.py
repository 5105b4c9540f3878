"""Elders from a file: what its lines say, what is left out, saving them once, taking them back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.elders import ElderFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, sheets
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.core.sheets import Row, Table
from volunteer.elders import care, health, pairing, queries
from volunteer.elders.errors import TooManyElders
from volunteer.elders.importing import reading, saving
from volunteer.elders.importing.columns import COLUMNS
from volunteer.elders.models import (
    Category,
    DietTag,
    ElderStatus,
    EmergencyContact,
    EndReason,
    HealthRecord,
    Living,
    RiskLevel,
)
from volunteer.people import consents
from volunteer.people.models import Consent, ConsentScope, Person
from volunteer.teams.errors import AlreadyUndone, TooLateToUndo
from volunteer.teams.models import Import, ImportKind

pytestmark = pytest.mark.usefixtures("database")

THIS_YEAR = 2026


def read(**cells):
    """A line with these cells; the keys are those of the columns."""
    cells = {"name": "王秀英", **cells}
    return reading.read_row(Row(7, list(cells.values())), list(cells), THIS_YEAR)


# --- one line ----------------------------------------------------------------------------------


def test_a_whole_line_is_read():
    line = read(
        called="王婆婆",
        birth="1942",
        phone="138 0013 8000",
        landline="028-85551234",
        address="锦绣东方小区3栋2单元501室",
        living="独居",
        categories="高龄、独居、半失能",
        risk="高",
        risk_reason="去年跌倒过",
        contact="王芳",
        contact_phone="13900139000",
        relation="女儿",
        caution="有狗",
        note="爱喝茶",
        agreed="是",
        health_agreed="√",
        health="听力不好",
        diet="低盐、软食",
        allergies="青霉素",
    )

    details = line.details
    assert line.doubts == ()
    assert (details.preferred_name, details.birth_year) == ("王婆婆", 1942)
    assert (details.phone, details.landline) == ("13800138000", "02885551234")
    assert details.home == Home("锦绣东方小区", "3", "2", "501")
    assert details.living is Living.ALONE
    assert details.categories == [
        Category.ADVANCED_AGE, Category.LIVING_ALONE, Category.PARTLY_DEPENDENT,
    ]  # fmt: skip
    assert (line.risk, line.risk_reason) == (RiskLevel.HIGH, "去年跌倒过")
    (contact,) = details.contacts
    assert (contact.name, contact.phone, contact.relation) == ("王芳", "13900139000", "女儿")
    assert (details.caution_note, details.note, line.is_agreed) == ("有狗", "爱喝茶", True)
    assert line.health.note == "听力不好"
    assert line.health.diet_tags == [DietTag.LOW_SALT, DietTag.SOFT]
    assert line.health.allergies == "青霉素"


def test_a_name_is_enough():
    line = read()

    assert (line.details.preferred_name, line.doubts, line.is_agreed) == ("王秀英", (), False)


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("1942", 1942), ("1942-03-01", 1942), ("1942年3月", 1942), ("194203", 1942),
        ("19420301", 1942), ("84", 1942), ("84岁", 1942), ("８４周岁", 1942),
    ],
)  # fmt: skip
def test_a_year_a_day_and_an_age_tell_when_somebody_was_born(cell, year):
    line = read(birth=cell)

    assert (line.details.birth_year, line.doubts) == (year, ())


@pytest.mark.parametrize("cell", ["约八十", "1742", "2042", "999", "19421"])
def test_what_tells_no_year_is_left_out_and_said(cell):
    line = read(birth=cell)

    assert line.details.birth_year is None
    assert "is no year of birth and no age" in line.doubts[0]


def test_the_parts_of_an_address_may_stand_in_columns_of_their_own():
    line = read(estate="锦绣东方", building="3栋", unit="2单元", room="501室")

    assert line.details.home == Home("锦绣东方", "3", "2", "501")


def test_a_part_of_its_own_completes_an_address():
    line = read(address="锦绣东方小区3栋", room="501")

    assert str(line.details.home) == "锦绣东方小区3栋501室"


@pytest.mark.parametrize(
    ("cell", "living"),
    [
        ("独居", Living.ALONE), ("空巢（夫妻）", Living.COUPLE), ("和女儿住", Living.WITH_CHILDREN),
        ("与残疾子女同住", Living.WITH_DISABLED_CHILD), ("Alone", Living.ALONE), ("无", None),
    ],
)  # fmt: skip
def test_with_whom_they_live_is_read_in_many_words(cell, living):
    line = read(living=cell)

    assert (line.details.living, line.doubts) == (living, ())


def test_words_that_we_do_not_know_are_left_out_and_said():
    line = read(living="敬老院", categories="高龄、退役军人", risk="？", risk_reason="x")

    assert line.details.categories == [Category.ADVANCED_AGE]
    assert len(line.doubts) == 3
    assert any("“退役军人”" in doubt for doubt in line.doubts)


def test_who_is_in_question_is_not_ticked_beforehand_and_a_cell_puts_nobody_in_question():
    assert read(birth="约八十").doubts
    assert read(birth="约八十").is_ticked
    assert not read(name="王").is_ticked


@pytest.mark.parametrize(("age", "is_asked"), [("39", True), ("6", True), ("40", False)])
def test_whether_the_year_is_right_is_asked_where_they_would_be_young(age, is_asked):
    line = read(birth=age)

    assert line.details.birth_year is not None
    assert line.is_ticked is not is_asked
    assert any("Is the year right?" in doubt for doubt in line.doubts) is is_asked


def test_more_care_needs_a_reason():
    line = read(risk="重点")

    assert line.risk is RiskLevel.GENERAL
    assert "No reason is given" in line.doubts[0]


@pytest.mark.parametrize(
    ("cells", "contact"),
    [
        ({"contact": "王芳", "contact_phone": "13900139000"}, ("王芳", "13900139000", "")),
        ({"contact": "王芳 13900139000"}, ("王芳", "13900139000", "")),
        ({"contact": "王芳（女儿）13900139000"}, ("王芳", "13900139000", "女儿")),
        ({"relation": "女儿", "contact_phone": "13900139000"}, ("女儿", "13900139000", "")),
    ],
)
def test_an_emergency_contact_is_read_as_people_write_it(cells, contact):
    line = read(**cells)

    assert [(c.name, c.phone, c.relation) for c in line.details.contacts] == [contact]
    assert line.doubts == ()


@pytest.mark.parametrize(
    "cells", [{"contact": "王芳"}, {"contact_phone": "13900139000"}, {"contact": "王芳 1390"}]
)
def test_half_an_emergency_contact_is_left_out_and_said(cells):
    line = read(**cells)

    assert line.details.contacts == []
    assert "left out" in line.doubts[0]


@pytest.mark.parametrize("answer", ["", "否", "不同意", "不", "待定", "no", "FALSE"])
def test_health_and_diet_are_left_out_unless_they_agree(answer):
    line = read(health="高血压", diet="低盐", allergies="青霉素", agreed="是", health_agreed=answer)

    assert line.health is None
    assert "have not agreed that health and diet are kept" in line.doubts[0]


@pytest.mark.parametrize("answer", ["是", "同意", "√", "Yes", "TRUE", " 是 "])
def test_with_their_yes_health_and_diet_are_kept(answer):
    line = read(health="高血压", health_agreed=answer)

    assert (line.health.note, line.doubts) == ("高血压", ())


def test_what_somebody_suffers_from_is_not_repeated_beside_what_we_read():
    assert "高血压" not in read(health="高血压", health_agreed="是").raw


def test_who_has_nothing_needs_no_yes_for_it():
    assert read(health="无", diet="无", allergies="无").doubts == ()


def test_a_line_without_a_name_says_so():
    assert read(name="", phone="13800138000").fault == "There is no name in this line."


# --- many lines --------------------------------------------------------------------------------

KEYS = ["name", "phone", "address", "agreed", "health_agreed", "health", "contact", "diet"]


def table_of(*rows):
    width = len(KEYS)
    return Table(
        KEYS, [Row(n, [*row, *[""] * (width - len(row))]) for n, row in enumerate(rows, 2)]
    )


@pytest.fixture
def coordinator():
    return CoordinatorFactory(person__name="陈桂芳")


def preview(team, *rows):
    return reading.preview(team, table_of(*rows), KEYS)


def add(team, by, *rows, form_key=None):
    return saving.add_all(team, preview(team, *rows).new, by=by.person, form_key=form_key)


HOME = "锦绣东方小区3栋2单元501室"
ROW = ["王秀英", "13800138000", HOME, "是", "是", "听力不好", "王芳 13900139000", "低盐"]


def test_the_headings_of_many_lists_are_known():
    headings = ["序号", "姓名", "怎么称呼", "年龄", "家庭住址", "联系电话", "居住情况",
                "紧急联系人", "紧急联系人电话", "与老人关系", "健康状况", "是否同意", "备注",
                "身份证号"]  # fmt: skip

    held = sheets.guess(Table(headings, []), COLUMNS)

    assert held == ["", "name", "called", "birth", "address", "phone", "living",
                    "contact", "contact_phone", "relation", "health", "agreed", "note",
                    ""]  # fmt: skip


def test_our_own_empty_sheet_is_understood(app):
    data = sheets.empty_sheet(COLUMNS) + "王秀英".encode()

    table = sheets.read(data, COLUMNS)

    assert sheets.guess(table, COLUMNS) == [column.key for column in COLUMNS]


def test_who_is_on_the_list_is_known_by_name_and_phone_or_home(team):
    ElderFactory(team=team, person__name="王秀英", person__phone="13800138000")
    ElderFactory(team=team, person__name="李明", person__phone=None)

    found = preview(team, ["王秀英", "13800138000"], ["李明", "", HOME], ["张伟", "", HOME])

    assert [line.name for line in found.known] == ["王秀英", "李明"]
    assert [line.name for line in found.new] == ["张伟"]


def test_whom_only_the_name_tells_is_not_ticked(team):
    ElderFactory(team=team, person__name="王秀英", person__phone=None)

    found = preview(team, ["王秀英"], ["王秀英", "13800138000", "别处小区1栋1单元1室"])

    assert [line.is_ticked for line in found.new] == [False, False]
    assert [line.namesake is None for line in found.new] == [False, True]
    assert "Is this another person?" in found.new[0].doubts[0]


@pytest.mark.parametrize("reason", [EndReason.DIED, EndReason.MOVED])
def test_who_has_left_the_list_does_not_come_back_unasked_with_an_old_file(
    team, coordinator, reason
):
    gone = ElderFactory(team=team, person__name="王秀英", person__phone="13800138000")
    care.end(gone, reason, by=coordinator.person)

    found = preview(team, ["王秀英", "13800138000"], ["王秀英", "13900139000"])

    assert [line.namesake for line in found.new] == [gone.person, None]
    assert not found.ticked
    assert "has left the list" in found.new[0].doubts[0]


def test_a_member_is_taken_in_from_the_members_so_that_they_stay_one_person(team):
    MembershipFactory(team=team, person__name="王秀英", person__phone="13800138000")

    found = preview(team, ["王秀英", "13800138000"])

    assert "so that both stay one person" in found.faulty[0].fault


def test_the_same_line_twice_comes_once(team):
    found = preview(team, ROW, ROW, ["王秀英", "", HOME], ["王秀英", "13700137000"])

    assert [line.number for line in found.new] == [2, 5]
    assert "more than once" in found.new[1].doubts[-1]


def test_two_hundred_come_at_a_time_and_not_one_more(team, coordinator):
    assert reading.MOST_ELDERS == 200
    rows = [["王秀英", f"138{number:08}"] for number in range(201)]
    with pytest.raises(TooManyElders, match="at most 200 elders"):
        preview(team, *rows)

    found = preview(team, *rows[:200])
    line = found.lines[0]
    assert len(found.lines) == 200
    with pytest.raises(TooManyElders):
        saving.add_all(team, [line] * 201, by=coordinator.person)
    assert queries.list_elders(team) == []


def test_elders_come_with_contacts_and_health_when_they_agree(team, coordinator):
    done = add(team, coordinator, ROW, ["李明", "", "", "否", "是", "高血压", "", ""])

    wang, li = sorted(queries.list_by_numbers(done.made), key=lambda elder: elder.id)
    assert (done.kind, len(done.made)) == (ImportKind.ELDERS, 2)
    assert (wang.status, li.status) == (ElderStatus.ACTIVE, ElderStatus.PROSPECTIVE)
    assert wang.home == Home("锦绣东方小区", "3", "2", "501")
    assert [contact.phone for contact in wang.contacts] == ["13900139000"]
    assert health.in_words(health.find(wang)).note == "听力不好"
    assert health.in_words(health.find(wang)).diet_tags == [DietTag.LOW_SALT]
    assert consents.has(wang.person, ConsentScope.HEALTH)
    assert health.in_words(health.find(li)).note == "高血压"


def test_without_their_yes_no_health_is_stored(team, coordinator):
    add(team, coordinator, ["王秀英", "", "", "是", "否", "高血压", "", "低盐"])

    assert session.query(HealthRecord).count() == 0
    assert session.query(Consent).filter_by(scope=ConsentScope.HEALTH).count() == 0


def test_pressed_twice_everybody_comes_once(team, coordinator):
    lines = preview(team, ROW, ["李明"]).new

    first, second = (
        saving.add_all(team, lines, by=coordinator.person, form_key="one page")
        for _time in range(2)
    )

    assert first.id == second.id
    assert len(queries.list_elders(team)) == 2


# --- taking it back ----------------------------------------------------------------------------


@pytest.fixture
def done(team, coordinator):
    return add(team, coordinator, ROW, ["李明", "13700137000"])


def elder_of(done, name):
    return next(e for e in queries.list_by_numbers(done.made) if e.person.name == name)


def count(model):
    return session.scalar(select(func.count(model.id)))


def test_taking_a_list_back_leaves_nothing_of_it_but_names_in_the_trail(team, coordinator, done):
    person_id = elder_of(done, "王秀英").person_id

    found = saving.take_back(done, by=coordinator.person)

    assert len(found.going) == 2
    assert queries.list_elders(team) == []
    assert (count(EmergencyContact), count(HealthRecord)) == (0, 0)
    person = session.get(Person, person_id)
    assert (person.phone, person.phone_mark, person.email) == (None, None, None)
    assert not consents.has(person, ConsentScope.BASIC)
    assert not consents.has(person, ConsentScope.HEALTH)
    entry = session.query(AuditEntry).filter_by(action="import.undone").one()
    assert (entry.team_id, entry.details) == (team.id, {"count": 2})


def look_after(elder, by):
    pairing.pair(elder, MembershipFactory(team=elder.team).person, by=by)


DEEDS = {
    "somebody looks after them": look_after,
    "they are away": lambda elder, by: care.suspend(elder, "医院", by=by),
    "their risk was set": lambda elder, by: care.set_risk(elder, RiskLevel.HIGH, "跌倒", by=by),
    "their health was written down": lambda elder, by: health.write(
        elder, health.Health(note="别的"), by=by
    ),
    "they agreed to something else": lambda elder, by: consents.give(
        elder.person, ConsentScope.PHOTO_INSIDE, consents.ConsentDetails(), by=by
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_for_whom_something_was_done_since_stays(team, coordinator, done, deed):
    DEEDS[deed](elder_of(done, "王秀英"), coordinator.person)

    found = saving.take_back(done, by=coordinator.person)

    assert [elder.person.name for elder in found.staying] == ["王秀英"]
    assert [elder.person.name for elder in queries.list_elders(team)] == ["王秀英"]
    assert elder_of(done, "王秀英").person.phone == "13800138000"
    assert len(elder_of(done, "王秀英").contacts) == 1


def test_a_list_is_taken_back_once_and_within_seven_days(coordinator, done):
    with clock.pretend(done.at + timedelta(days=7)), pytest.raises(TooLateToUndo):
        saving.take_back(done, by=coordinator.person)

    saving.take_back(done, by=coordinator.person)

    with pytest.raises(AlreadyUndone):
        saving.take_back(done, by=coordinator.person)
    assert session.query(Import).one().undone_at is not None


def test_elders_of_another_list_stay(team, coordinator, done):
    add(team, coordinator, ["张伟"])

    saving.take_back(done, by=coordinator.person)

    assert [elder.person.name for elder in queries.list_elders(team)] == ["张伟"]
