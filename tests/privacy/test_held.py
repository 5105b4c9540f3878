"""What is held about oneself: all of it, nothing about others, in one query for each part in which
something stands."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import volunteer.models_of_all  # noqa: F401 - every table is asked
from tests.factories.accounts import UserFactory
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.concerns import ConcernFactory
from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory
from tests.factories.help_requests import HelpOfferFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory
from tests.factories.people import CompanionFactory, ConsentFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.audit import reading, trail
from volunteer.audit.models import AuditEntry, FieldGroup, Reason
from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model, session
from volunteer.elders import wording as elder_words
from volunteer.elders.models import DietTag
from volunteer.help_requests.models import OfferStatus
from volunteer.meals.models import Diner
from volunteer.privacy import held, wording

PAGE, COPY = "/settings/held", "/settings/held/copy"
# Rows of these are a person's own: what refers to them is asked as well.
OWN_TABLES = {"people", "users", "memberships", "diners"}


@pytest.fixture
def member(database):
    """Somebody of whom much is held."""
    member = MembershipFactory(person__name="王秀英", person__phone="13900001234")
    person, team = member.person, member.team
    ConsentFactory(person=person)
    SignupFactory(person=person, occurrence=OccurrenceFactory(activity__team=team))
    BookingFactory(diner=DinerFactory(person=person, team=team))
    PairingFactory(person=person, elder__team=team)
    return member


def test_every_reference_to_a_person_is_told_or_left_out_for_a_reason():
    told = {column for part in held.PARTS for column in part.about}
    told |= {part.by_way_of for part in held.PARTS if part.by_way_of is not None}
    named = {f"{column.class_.__tablename__}.{column.key}" for column in told}
    found = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in OWN_TABLES and not column.name.endswith(("by_id", "before_id"))
    }

    assert len(found) > 50
    assert held.LEFT_OUT.keys() <= found
    assert found - named - held.LEFT_OUT.keys() == set(), (
        "a part of held.PARTS tells of it, or LEFT_OUT says why not"
    )


def test_every_word_of_the_file_is_written_out_on_the_page():
    words = {word for part in held.PARTS for word in part.told}

    assert words == wording.WORDS.keys() | wording.ONLY_IN_THE_FILE


def test_every_choice_that_is_told_has_words():
    """No code of ours stands on the page."""
    told = [(word, column.type) for part in held.PARTS for word, column in part.told.items()]
    choices = [
        (word, choice)
        for word, kind in told
        if isinstance(kind, Choice) and word not in wording.ONLY_IN_THE_FILE
        for choice in kind.values
    ]

    assert len(choices) > 50
    assert [one for one in choices if one[1] not in wording.BY_KIND.get(type(one[1]), {})] == []


def test_a_diet_stands_there_in_words(database, signed_in_as):
    diet = {"tags": [DietTag.SOFT.value, DietTag.DIABETES.value], "allergies": "花生"}
    diner = DinerFactory(diet=diet)

    page = signed_in_as(diner.person).get(PAGE).text

    for tag in (DietTag.SOFT, DietTag.DIABETES):
        assert str(elder_words.DIETS[tag]) in page
        assert f">{tag.value}" not in page
    assert "花生" in page


def test_a_day_of_another_year_bears_its_year(database, signed_in_as, time_machine):
    time_machine.move_to(datetime(2026, 11, 30, 2, tzinfo=UTC), tick=False)
    member = MembershipFactory(joined_at=datetime(2024, 3, 5, 2, tzinfo=UTC))

    page = signed_in_as(member.person).get(PAGE).text

    assert "Tue 5 Mar 2024 10:00" in page
    assert "Mon 30 Nov" in page


def test_a_member_reads_what_is_held_about_them(member, signed_in_as):
    page = signed_in_as(member.person).get(PAGE)

    assert page.status_code == 200
    for words in ("王秀英", "13900001234", member.team.name, "Being looked after by the team"):
        assert words in page.text
    assert "signed in" in page.text
    assert "sign_in.begun" not in page.text


def test_a_member_takes_all_of_it_along(member, signed_in_as):
    answer = signed_in_as(member.person).post(COPY)

    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    found = json.loads(answer.text)["held"]
    assert found["person"][0]["phone"] == "13900001234"
    assert {"teams", "consents", "sign_ups", "bookings", "pairings", "sign_ins"} <= {
        key for key, rows in found.items() if rows
    }
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.copied"))
    assert entry.by_id == entry.person_id == member.person_id


def test_opening_the_page_writes_nothing(member, signed_in_as):
    browser = signed_in_as(member.person)
    before = session.scalars(select(AuditEntry.id)).all()

    browser.get(PAGE)

    assert session.scalars(select(AuditEntry.id)).all() == before


def test_nothing_of_anybody_else_stands_in_it(member, signed_in_as):
    elder = ElderFactory(team=member.team, person__name="欧阳淑芬", note="听不见", contacts=1)
    VisitFactory(elder=elder, people=[member.person])
    CompanionFactory(person=member.person, companion__name="李桂兰")
    trail.record("elder.changed", elder, by=member.person, person=elder.person, team=member.team)
    other = MembershipFactory(team=member.team, person__name="赵国强")
    SignupFactory(person=other.person, occurrence=OccurrenceFactory(activity__team=member.team))

    browser = signed_in_as(member.person)
    for text in (browser.get(PAGE).text, browser.post(COPY).text):
        for words in ("欧阳", "淑芬", "听不见", "锦绣东方小区", "李桂兰", "赵国强", "1370000"):
            assert words not in text


def test_a_concern_about_somebody_does_not_show_itself_to_them(member, signed_in_as):
    concern = ConcernFactory(team=member.team, about=member.person)
    reader = CoordinatorFactory(team=member.team).person
    reading.look(FieldGroup.CONCERN, of=member.person, by=reader, reason=Reason.SAFEGUARDING,
                 allowed=True, team=member.team)  # fmt: skip
    trail.record("concern.reported", concern, by=reader, person=member.person, team=member.team)

    found = json.loads(signed_in_as(member.person).post(COPY).text)["held"]

    assert "read" not in found
    assert "concern" not in json.dumps(found)


def test_that_another_helper_was_preferred_reads_as_no_longer_needed(member, signed_in_as):
    HelpOfferFactory(person=member.person, status=OfferStatus.TURNED_DOWN)

    found = json.loads(signed_in_as(member.person).post(COPY).text)["held"]

    assert [row["offer_status"] for row in found["help_offered"]] == ["released"]


def test_who_acts_for_somebody_sees_nothing_of_it(member, signed_in_as):
    companion = CompanionFactory(person=member.person)
    browser = signed_in_as(companion.companion)
    browser.post(f"/companions/{companion.id}/acting")

    assert browser.get(PAGE).status_code == 404
    assert browser.post(COPY).status_code == 404
    assert PAGE not in browser.get("/settings").text


def test_who_is_not_signed_in_is_asked_to(database, client):
    assert client.get(PAGE).status_code == 302
    assert client.post(COPY).status_code == 302


def test_many_rows_need_no_more_queries(member, signed_in_as, count_queries):
    browser = signed_in_as(member.person)
    browser.get(PAGE)
    with count_queries() as few:
        browser.get(PAGE)
    for number in range(25):
        occurrence = OccurrenceFactory(
            activity__team=member.team, starts_at=clock.now() + timedelta(days=number + 1)
        )
        SignupFactory(person=member.person, occurrence=occurrence)
    with count_queries() as many:
        page = browser.get(PAGE)

    assert len(many) == len(few)
    assert page.text.count("These are the newest") == 1
    # The whole of it, to print, says no such thing.
    with count_queries() as whole:
        everything = browser.get(f"{PAGE}?whole=1")
    assert len(whole) == len(few)
    assert "These are the newest" not in everything.text
    assert everything.text.count("<dt>") > page.text.count("<dt>") + 22


def test_the_newest_of_each_kind_stand_first_and_no_more_than_are_asked_for(member):
    diner = session.scalars(select(Diner).where(Diner.person_id == member.person_id)).one()
    for number in range(3, 6):
        meal = MealFactory(plan__activity__team=member.team, in_days=number)
        BookingFactory(diner=diner, meal=meal)
        SignupFactory(person=member.person, occurrence=meal.occurrence)

    found = {part.key: rows for part, rows in held.show(member.person, at_most=2)}

    for key in ("sign_ups", "bookings"):
        newest, before = found[key]
        assert newest["starts"] > before["starts"]


def test_a_link_leads_there_from_the_settings(member, signed_in_as):
    assert PAGE in signed_in_as(member.person).get("/settings").text


def test_a_user_with_a_password_reads_their_name_to_sign_in(database, signed_in_as):
    user = UserFactory(login="xiuying")

    assert "xiuying" in signed_in_as(user.person).get(PAGE).text


def test_the_parts_unfold_one_by_one_and_what_is_printed_is_not_folded(signed_in_as):
    browser = signed_in_as(MembershipFactory().person)

    assert '<details class="card card--plain fold">' in browser.get(PAGE).text
    assert "<details" not in browser.get(f"{PAGE}?whole=1").text


def test_only_parts_in_which_something_stands_are_asked_for(member, count_queries):
    with count_queries() as sent:
        parts = held.show(member.person)

    assert 5 < len(parts) < 20
    assert len(sent) == len(parts) + 1
