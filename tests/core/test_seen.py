"""Two who change the same thing never overwrite each other unseen (R4)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.elders import ElderFactory, VisitFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.meals import MealFactory
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import ties
from volunteer.activities.rota import wishes
from volunteer.core import chinese, clock, zones
from volunteer.core.database import session
from volunteer.core.forms import SelectChoice, TidyForm
from volunteer.core.seen_forms import say_what_is_there, single_fields
from volunteer.elders import concerns, festivals, health
from volunteer.elders.festivals import CalendarKind, YearlyDay
from volunteer.help_requests import abilities
from volunteer.people import consents, safety_cards
from volunteer.people.models import ConsentScope
from volunteer.reminders import plans
from volunteer.teams import queries as team_queries
from volunteer.training import qualifications

# A walk through every form that changes something.
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.walks]


@pytest.fixture
def team():
    return CoordinatorFactory().team


@pytest.fixture
def coordinators(team, signed_in_as):
    """Two of them, each before a browser."""
    members = [CoordinatorFactory(team=team) for _number in range(2)]
    return [signed_in_as(UserFactory(person=member.person).person) for member in members]


@dataclass
class Case:
    """A page with a form, one of its fields, and where what was typed there is kept."""

    path: str
    field: str
    says: Callable[[], object]
    # How somebody writes it the first time, the second time, and so on.
    written: Callable[[int], str] = "number {}".format
    # What else is sent by the button that is pressed.
    button: str = ""

    def kept(self, number):
        return str(self.says()) == self.written(number)

    def send(self, browser, page, **typed):
        data = {**page, **({self.button: ""} if self.button else {}), **typed}
        return browser.post(self.path, data=data)


def of_an_elder(team):
    elder = ElderFactory(team=team)
    return Case(f"/teams/{team.id}/elders/{elder.id}/details", "note", lambda: elder.note)


def of_an_activity(team):
    activity = ActivityFactory(team=team)
    return Case(f"/activities/{activity.id}/words", "summary", lambda: activity.summary)


def of_a_series(team):
    activity = ActivityFactory(team=team)
    path = f"/activities/{activity.id}/series"
    return Case(path, "summary", lambda: activity.summary, button="publish")


def of_one_date(team):
    # In the morning: at whatever hour this runs, it ends on the same day.
    morning = zones.at(team.today(clock.now()) + timedelta(days=2), time(9), team.zone)
    occurrence = OccurrenceFactory(activity__team=team, starts_at=morning)
    path = f"/activities/dates/{occurrence.id}/change"
    return Case(path, "place", lambda: occurrence.place)


def of_a_team(team):
    return Case(f"/teams/{team.id}/settings", "purpose", lambda: team.purpose)


def of_its_line(team):
    return Case(f"/teams/{team.id}/own-line", "own_line", lambda: team.own_line)


def clock_of(number):
    return f"1{number}:30"


def of_its_weekly_message(team):
    path = f"/teams/{team.id}/reminder"
    return Case(path, "at", lambda: f"{team.reminder_time:%H:%M}", clock_of)


def of_its_reminders(team):
    path = f"/teams/{team.id}/reminder-times"
    return Case(path, "own_line", lambda: plans.for_team(team).own_line)


def of_the_reminders_of_an_activity(team):
    activity = ActivityFactory(team=team)

    def says():
        own = plans.for_activity(activity)
        return f"{own[0].at:%H:%M}" if own else None

    path = f"/activities/{activity.id}/reminder-times"
    case = Case(path, "times-0-at", says, clock_of)
    plans.set_for_activity(activity, [plans.Offset(2, time(18))], by=team_lead(team))
    return case


def team_lead(team):
    return team_queries.list_coordinators(team)[0].person


def of_a_limit(team):
    path = f"/teams/{team.id}/sign-up-rules"
    return Case(path, "limit-most", lambda: team.most_a_week, lambda n: str(n + 1), "limit")


def of_a_menu(team):
    meal = MealFactory(plan__activity__team=team)
    return Case(f"/meals/{meal.id}/menu", "dishes-0-name", lambda: meal.dishes[0].name)


def of_a_lunch(team):
    meal = MealFactory(plan__activity__team=team)
    return Case(f"/meals/{meal.id}/plan", "note", lambda: meal.note)


def of_all_lunches(team):
    plan = MealFactory(plan__activity__team=team).plan
    path = f"/teams/{team.id}/meals/plan"
    return Case(path, "capacity", lambda: plan.capacity, lambda n: str(n + 20))


def of_a_member(team):
    member = MembershipFactory(team=team)
    path = f"/teams/{team.id}/members/{member.id}"
    return Case(
        path,
        "person-phone",
        lambda: chinese.phone_words(member.person.phone),
        "139 0000 000{}".format,
        "details",
    )


def of_a_note_on_a_member(team):
    member = MembershipFactory(team=team)
    path = f"/teams/{team.id}/members/{member.id}"
    return Case(path, "note-note", lambda: member.note, button="remark")


def of_how_a_member_is_told(team):
    hours = {"quiet_from": time(22), "quiet_until": time(1)}
    member = MembershipFactory(team=team, person=PersonFactory(**hours))
    person = member.person
    path = f"/teams/{team.id}/members/{member.id}/messages"
    return Case(path, "quiet_from", lambda: f"{person.quiet_from:%H:%M}", clock_of)


def of_the_wishes_of_a_member(team):
    member = MembershipFactory(team=team)
    path = f"/teams/{team.id}/members/{member.id}/wishes"
    most = lambda: wishes.wishes_of(member).most_a_month  # noqa: E731
    return Case(path, "most_a_month", most, str)


def of_the_age_of_a_member(team):
    member = MembershipFactory(team=team)
    path = f"/teams/{team.id}/members/{member.id}/suitability"
    return Case(path, "birth-born", lambda: member.person.birth_year, "195{}".format, "birth")


def of_what_a_member_can_do(team):
    member = MembershipFactory(team=team)

    def says():
        found = abilities.find(member.person)
        return found and found.estate

    path = f"/teams/{team.id}/members/{member.id}/abilities"
    return Case(path, "estate", says)


def of_a_members_safety_card(team):
    member = MembershipFactory(team=team)
    path = f"/teams/{team.id}/members/{member.id}/safety-card"
    return Case(path, "national_no", lambda: safety_cards.of(member.person).national_no)


def of_an_elders_health(team):
    elder = ElderFactory(team=team)
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    path = f"/teams/{team.id}/elders/{elder.id}/health?reason=upkeep"
    return Case(path, "note", lambda: health.in_words(health.find(elder)).note)


def of_an_elders_risk(team):
    elder = ElderFactory(team=team)
    path = f"/teams/{team.id}/elders/{elder.id}/risk"
    return Case(path, "reason", lambda: elder.risk_reason)


def of_an_elders_birthday(team):
    elder = ElderFactory(team=team)
    festivals.wish(elder, YearlyDay(CalendarKind.SOLAR, 3, 30), by=team_lead(team))
    path = f"/teams/{team.id}/elders/{elder.id}/birthday"
    return Case(path, "day", lambda: festivals.wished(elder).day, lambda n: str(n + 1))


def of_who_reads_concerns(team):
    people = [MembershipFactory(team=team).person_id for _number in range(6)]
    path = f"/teams/{team.id}/concern-readers"
    return Case(path, "lead", lambda: concerns.readers_of(team)[0], lambda n: str(people[n]))


def of_with_whom_a_member_lives(team):
    member, *others = [MembershipFactory(team=team) for _number in range(7)]
    path = f"/teams/{team.id}/members/{member.id}/suitability"
    return Case(
        path,
        "home-mates",
        lambda: ties.mates_of(team, member.person)[0],
        lambda n: str(others[n].person_id),
        "home",
    )


def of_what_a_member_has_learned(team):
    member, lead = MembershipFactory(team=team), team_lead(team)
    training = qualifications.name_training(team, "急救", by=lead)
    qualifications.note_passed(member.person, team, {training.id: date(2027, 1, 1)}, by=lead)
    return Case(
        f"/teams/{team.id}/members/{member.id}/suitability",
        f"until_{training.id}",
        lambda: qualifications.passed_by(member.person, team)[training.id],
        "2027-03-1{}".format,
        "learned",
    )


def of_a_visit(team):
    visit = VisitFactory(elder__team=team)
    path = f"/visits/{visit.id}/change"
    return Case(path, "at", lambda: f"{visit.wall_starts:%H:%M}", clock_of)


def of_an_incident(team):
    incident = IncidentFactory(team=team)
    return Case(f"/incidents/{incident.id}/correction", "words", lambda: incident.newest.words)


CASES = [
    of_an_elder, of_an_elders_health, of_an_elders_risk, of_an_elders_birthday, of_a_visit,
    of_who_reads_concerns, of_with_whom_a_member_lives, of_what_a_member_has_learned,
    of_an_activity, of_a_series, of_one_date, of_the_reminders_of_an_activity, of_a_limit,
    of_a_team, of_its_line, of_its_weekly_message, of_its_reminders,
    of_a_menu, of_a_lunch, of_all_lunches,
    of_a_member, of_a_note_on_a_member, of_how_a_member_is_told, of_the_wishes_of_a_member,
    of_the_age_of_a_member, of_what_a_member_can_do, of_a_members_safety_card, of_an_incident,
]  # fmt: skip
EACH = pytest.mark.parametrize("of_what", CASES)


def fields_of(page):
    """What a browser would send of this page, if nobody changed anything."""
    sent = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", page):
        name = re.search(r' name="([^"]+)"', tag)
        kind = re.search(r' type="([^"]+)"', tag)
        if name is None or (kind and kind[1] in {"submit", "file"}):
            continue
        if kind and kind[1] in {"radio", "checkbox"} and " checked" not in tag:
            continue
        value = re.search(r' value="([^"]*)"', tag)
        sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option[^>]*selected[^>]* value="([^"]*)"', options)
        first = re.search(r'<option[^>]* value="([^"]*)"', options)
        sent[name] = [(chosen or first)[1] if first else ""]
    for name, words in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S
    ):
        sent[name] = [words.strip()]
    return sent


class RowForm(Form):
    name = StringField()
    is_there = BooleanField()


LETTERS = [SelectChoice(letter, letter.upper()) for letter in "abc"]


class EveryKind(TidyForm):
    lines, marked = TextAreaField(), HiddenField()
    tick, other_tick = BooleanField(), BooleanField()
    one, way = SelectField(choices=LETTERS), RadioField(choices=LETTERS)
    some = SelectMultipleField(choices=LETTERS)
    rows, apart = FieldList(FormField(RowForm)), FormField(RowForm)


NOW = {
    "lines": "1\n2", "marked": "new", "tick": False, "other_tick": True, "one": "b", "way": "c",
    "some": ["a", "c"], "rows": [{"name": "王", "is_there": True}],
    "apart": {"name": "李", "is_there": True},
}  # fmt: skip


def said_beside(app, **typed):
    """What is said beside each field, when this was typed and NOW is there."""
    with app.test_request_context(method="POST", data=typed):
        form = EveryKind()
        say_what_is_there(form, lambda: form.process(data=NOW))
        found = {field.name: list(field.errors) for field in single_fields(form) if field.errors}
        assert form.marked.data == typed["marked"]
    return {name: errors[0].removeprefix("现在写的是：") for name, errors in found.items()}


def test_of_each_kind_of_field_it_is_said_in_the_words_of_the_page(app):
    same = {"lines": "1\r\n2", "marked": "old", "rows-0-name": "王", "rows-0-is_there": "y"}

    assert said_beside(app, **same, tick="y", one="a", some="b") == {
        "tick": "否", "other_tick": "是", "one": "B", "way": "C", "some": "A、C",
    }  # fmt: skip
    as_it_is = {"other_tick": "y", "one": "b", "way": "c", "some": ["a", "c"]}
    assert said_beside(app, **same, **as_it_is) == {}


def test_what_was_ticked_nowhere_in_a_row_is_said_and_a_form_that_was_not_sent_is_not(app):
    as_it_is = {"other_tick": "y", "one": "b", "way": "c", "some": ["a", "c"], "marked": "old"}

    assert said_beside(app, **as_it_is, **{"rows-0-name": "李"}) == {
        "rows-0-name": "王", "rows-0-is_there": "是",
    }  # fmt: skip


@EACH
def test_who_saves_an_older_page_is_told_and_loses_nothing(coordinators, team, of_what):
    case = of_what(team)
    first, second = coordinators
    pages = [fields_of(browser.get(case.path).text) for browser in coordinators]

    assert case.send(first, pages[0], **{case.field: case.written(1)}).status_code == 302
    answer = case.send(second, pages[1], **{case.field: case.written(2)})

    assert answer.status_code == 409
    assert "has changed this while you were writing" in answer.text
    assert fields_of(answer.text)[case.field] == [case.written(2)]
    assert len(re.findall(r"By now it says: [^<]+</span>", answer.text)) == 1
    # Nothing is wrong with what they wrote: the page says first what happened, then of which field.
    told = re.search(r'<div class="errors".*?</div>', answer.text, re.S)[0]
    assert "to mend" not in told
    assert told.index("Somebody else was quicker") < told.index("has changed this while")
    assert re.search(r"has changed this while.*<li>[^<]+<br><a [^>]+>By now it says", told, re.S)
    session.expire_all()
    assert case.kept(1)

    # Who has read that may save all the same.
    again = fields_of(answer.text)
    assert case.send(second, again, **{case.field: case.written(2)}).status_code == 302
    session.expire_all()
    assert case.kept(2)


@EACH
def test_one_after_the_other_nobody_is_held_up(coordinators, team, of_what):
    case = of_what(team)
    for number, browser in enumerate(coordinators * 3):
        page = fields_of(browser.get(case.path).text)
        typed = {case.field: case.written(number)}
        assert case.send(browser, page, **typed).status_code == 302
    session.expire_all()
    assert case.kept(5)


@EACH
def test_a_button_pressed_twice_is_no_quarrel(coordinators, team, of_what):
    case = of_what(team)
    page = fields_of(coordinators[0].get(case.path).text)
    for _press in range(2):
        sent = case.send(coordinators[0], page, **{case.field: case.written(1)})
        assert sent.status_code == 302


@EACH
def test_a_mistake_in_between_does_not_hide_what_another_changed(coordinators, team, of_what):
    case = of_what(team)
    first, second = coordinators
    pages = [fields_of(browser.get(case.path).text) for browser in coordinators]
    case.send(first, pages[0], **{case.field: case.written(1)})

    refused = case.send(second, pages[1], **{case.field: "x" * 3000})
    assert refused.status_code == 200
    answer = case.send(second, fields_of(refused.text), **{case.field: case.written(2)})

    assert answer.status_code == 409
    session.expire_all()
    assert case.kept(1)


def test_what_somebody_has_emptied_is_said_to_be_empty(coordinators, team):
    elder = ElderFactory(team=team, note="number 0")
    case = Case(f"/teams/{team.id}/elders/{elder.id}/details", "note", lambda: elder.note)
    pages = [fields_of(browser.get(case.path).text) for browser in coordinators]

    case.send(coordinators[0], pages[0], note="")
    answer = case.send(coordinators[1], pages[1], note="number 2")

    assert answer.status_code == 409
    assert re.findall(r"By now it says: ([^<]+)</span>", answer.text) == ["(empty)"]


def row(kind, number, **typed):
    return {f"{kind}-{number}-{name}": words for name, words in typed.items()}


@pytest.mark.parametrize("address", ["words", "series"])
def test_rows_that_somebody_has_added_are_said_too(coordinators, team, address):
    """More of them than the other page had room for."""
    case = {"words": of_an_activity, "series": of_a_series}[address](team)
    first, second = coordinators
    pages = [fields_of(browser.get(case.path).text) for browser in coordinators]
    added = row("roles", 1, name="倒水", minimum="1", maximum="2")
    added |= row("roles", 2, name="清扫", minimum="1", maximum="2")
    added |= row("roles", 3, name="登记", minimum="1", maximum="2")
    assert case.send(first, pages[0], **added).status_code == 302

    answer = case.send(second, pages[1], **{case.field: case.written(2)})

    assert answer.status_code == 409
    assert "By now it says: 倒水" in answer.text
    assert "By now it says: 登记" in answer.text
    # What they had not written stays empty: saving once more is for them to decide.
    assert fields_of(answer.text)["roles-3-name"] == [""]


def test_what_a_role_asks_for_and_nobody_has_changed_is_no_quarrel(coordinators, team):
    training = qualifications.name_training(team, "急救", by=team_lead(team))
    activity = ActivityFactory(team=team)
    activity.roles[0].training_id = training.id
    session.commit()
    path = f"/activities/{activity.id}/words"
    case = Case(path, "summary", lambda: activity.summary)
    pages = [fields_of(browser.get(path).text) for browser in coordinators]
    for browser, page, number in zip(coordinators, pages, (1, 2), strict=True):
        answer = case.send(browser, page, summary=case.written(number))

    assert answer.status_code == 409
    assert re.findall(r"By now it says: ([^<]+)</span>", answer.text) == [case.written(1)]
    assert fields_of(answer.text)["roles-0-training"] == [str(training.id)]


@pytest.fixture
def at_both(team, coordinators, signed_in_as):
    """A member, their own page, and their coordinator's: each with a browser and what it shows."""
    member = MembershipFactory(team=team, person__phone="13900000000")
    pages = {"own": "/settings", "theirs": f"/teams/{team.id}/members/{member.id}"}
    browsers = {"own": signed_in_as(member.person), "theirs": coordinators[0]}
    shown = {who: fields_of(browsers[who].get(path).text) for who, path in pages.items()}

    def send(who, **typed):
        return browsers[who].post(pages[who], data={**shown[who], **typed})

    return member.person, send


def test_a_coordinator_does_not_overwrite_what_the_member_changed(at_both):
    person, send = at_both

    assert send("own", phone="13911111111").status_code == 302
    answer = send("theirs", details="", **{"person-phone": "13922222222"})

    assert answer.status_code == 409
    assert "By now it says: 139 1111 1111" in answer.text
    session.expire_all()
    assert person.phone == "13911111111"


def test_a_member_does_not_overwrite_what_the_coordinator_changed(at_both):
    person, send = at_both

    assert send("theirs", details="", **{"person-phone": "13922222222"}).status_code == 302
    answer = send("own", phone="13911111111")

    assert answer.status_code == 409
    assert "By now it says: 139 2222 2222" in answer.text
    session.expire_all()
    assert person.phone == "13922222222"


def test_nor_what_the_coordinator_has_heard_that_they_can_do(team, coordinators, signed_in_as):
    member = MembershipFactory(team=team)
    own, theirs = "/settings/abilities", f"/teams/{team.id}/members/{member.id}/abilities"
    hers = signed_in_as(member.person)
    pages = {
        own: fields_of(hers.get(own).text),
        theirs: fields_of(coordinators[0].get(theirs).text),
    }
    told = coordinators[0].post(theirs, data={**pages[theirs], "estate": "锦绣东方"})

    answer = hers.post(own, data={**pages[own], "estate": "凉水井"})

    assert (told.status_code, answer.status_code) == (302, 409)
    assert "By now it says: 锦绣东方" in answer.text


def test_what_a_page_does_not_show_is_no_quarrel(at_both):
    person, send = at_both

    assert send("own", free_slots=["mon_am"]).status_code == 302
    assert send("theirs", details="", **{"person-phone": "13922222222"}).status_code == 302

    session.expire_all()
    assert (person.phone, person.free_slots) == ("13922222222", ["mon_am"])


def test_a_remark_and_a_phone_changed_at_once_are_both_kept(coordinators, team):
    member = MembershipFactory(team=team)
    path = f"/teams/{team.id}/members/{member.id}"
    pages = [fields_of(browser.get(path).text) for browser in coordinators]

    phone, note = {"person-phone": "13922222222"}, {"note-note": "early"}
    assert coordinators[0].post(path, data={**pages[0], **phone, "details": ""}).status_code == 302
    assert coordinators[1].post(path, data={**pages[1], **note, "remark": ""}).status_code == 302

    session.expire_all()
    assert (member.person.phone, member.note) == ("13922222222", "early")


def test_what_an_elder_has_not_agreed_to_is_not_said_after_a_quarrel(coordinators, team):
    elder = ElderFactory(team=team, contacts=1)
    elder.contacts[0].has_key = True
    consents.withdraw(elder.person, ConsentScope.CONTACTS, by=team_lead(team), team=team)
    case = Case(f"/teams/{team.id}/elders/{elder.id}/details", "note", lambda: elder.note)
    pages = [fields_of(browser.get(case.path).text) for browser in coordinators]

    case.send(coordinators[0], pages[0], note="number 1")
    answer = case.send(coordinators[1], pages[1], note="number 2")

    assert answer.status_code == 409
    assert len(re.findall(r"By now it says: [^<]+</span>", answer.text)) == 1
    assert "家人一" not in answer.text
