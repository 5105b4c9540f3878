"""Every kind of message in every form, from a team's own data, in both languages."""

from datetime import timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.planting import names_in, plant
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.language import CHINESE, ENGLISH, LANGUAGES
from volunteer.notifications import letters, robots
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person
from volunteer.teams.models import Team
from volunteer.telling import samples

pytestmark = pytest.mark.usefixtures("database")

ELDER = ("独孤求败", "独孤爷爷")
FORMS = ("subject", "text", "html", "short", "group")


@pytest.fixture
def team(database) -> Team:
    """A team with dates, visits to an elder and a neighbour's request, full of planted words."""
    found = TeamFactory(name="第1服务队", own_line="茶一直热着。")
    occurrence = OccurrenceFactory(activity=ActivityFactory(team=found, title="包饺子"))
    for _number in range(2):
        SignupFactory(occurrence=occurrence)
    elder = plant(found).elder
    elder.person.name, elder.preferred_name = ELDER
    session.commit()
    return found


@pytest.fixture
def coordinator(team) -> Person:
    return CoordinatorFactory(team=team, person__name="李组长").person


def every_form(app, team, reader, spoken) -> dict[tuple[str, str], str]:
    with app.app_context():
        found = samples.of_team(team, reader, signature="邻里", spoken=spoken)
    return {(k, form): getattr(s.letter, form) for k, s in found.items() for form in FORMS}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_kind_has_every_form_in_both_languages(app, team, coordinator, spoken):
    forms = every_form(app, team, coordinator, spoken)

    assert {kind for kind, _form in forms} == set(letters.kinds())
    empty = [key for key, words in forms.items() if not words.strip()]
    assert not empty
    assert all("\n" not in words for (_k, form), words in forms.items() if form == "short")


def test_the_teams_own_line_stands_above_its_name_in_every_mail(app, team, coordinator):
    """A neighbour's request is the community's, and may have no team."""
    forms = every_form(app, team, coordinator, CHINESE)
    mails = {
        (kind, form): words
        for (kind, form), words in forms.items()
        if form in ("text", "html") and not kind.startswith("help_")
    }
    in_text = {kind for (kind, form), words in mails.items() if is_signed(words, team.name)}

    signed = {key: words for key, words in mails.items() if key[0] in in_text}
    assert len(in_text) > 40
    assert [key for key, words in signed.items() if team.own_line not in words] == []


def is_signed(words: str, name: str) -> bool:
    """Whether the name stands on a line of its own, as the signature of a text does."""
    return name in words.splitlines()


def test_the_two_languages_are_two(app, team, coordinator):
    chinese, english = (every_form(app, team, coordinator, s) for s in (CHINESE, ENGLISH))

    same = [key for key, words in chinese.items() if words == english[key]]
    assert not same
    # What stands between the words of a Chinese form is Chinese, but for names and addresses.
    assert "Place" not in "".join(chinese.values())


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_nothing_sensitive_stands_in_any_form(app, team, coordinator, spoken):
    forms = every_form(app, team, coordinator, spoken)

    told = {key: names_in(words) for key, words in forms.items() if names_in(words)}
    assert not told
    assert not [key for key, words in forms.items() for name in ELDER if name in words]


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_no_name_of_a_person_no_phone_and_no_code_stands_in_what_a_group_reads(
    app, team, coordinator, spoken
):
    names = {
        text
        for person in session.query(Person)
        for text in (person.name, person.phone, person.email)
        if text
    }
    forms = every_form(app, team, coordinator, spoken)

    told = [
        (kind, text)
        for (kind, form), words in forms.items()
        if form == "group"
        for text in {*names, "123456", "/links/"}
        if text in words
    ]
    assert not told


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_short_form_costs_little_and_a_group_s_is_one_piece(app, team, coordinator, spoken):
    with app.app_context():
        found = samples.of_team(team, coordinator, signature="邻里", spoken=spoken)

    most = 2 if spoken == CHINESE else 4
    assert {kind: s.short for kind, s in found.items() if s.parts > most} == {}
    assert all(
        len(list(robots.split(s.letter.group, robots.MOST_BYTES))) == 1 for s in found.values()
    )


def test_the_teams_own_line_stands_in_mails_and_in_the_group_and_costs_no_text_message(
    app, team, coordinator
):
    forms = every_form(app, team, coordinator, CHINESE)

    for form, is_there in {"text": True, "html": True, "group": True, "short": False}.items():
        assert ("茶一直热着" in forms["date_moved", form]) == is_there


def test_only_what_may_be_stopped_says_how(app, team, coordinator):
    forms = every_form(app, team, coordinator, CHINESE)

    said = {kind for (kind, form), words in forms.items() if form != "group" and "/stops/" in words}
    assert said == {"week_ahead", "stand_in_asked", "short_handed", "help_offered"}


def test_a_team_without_anything_has_samples_of_what_it_has(app):
    coordinator = CoordinatorFactory()

    with app.app_context():
        found = samples.of_team(coordinator.team, coordinator.person, signature="", spoken="en")

    assert "one_time_code" in found
    assert "date_moved" not in found
    assert "visit_planned" not in found


def test_looking_posts_nothing_and_asks_little(app, team, coordinator, count_queries):
    for number in range(5):
        date = OccurrenceFactory(
            activity=ActivityFactory(team=team),
            starts_at=clock.now() + timedelta(days=2 + number),
        )
        SignupFactory(occurrence=date)
    session.expire_all()
    before = session.query(OutboxMessage).count()

    with app.app_context(), count_queries() as sent:
        samples.of_team(team, coordinator, signature="", spoken="en")

    assert len(sent) <= 40
    assert session.query(OutboxMessage).count() == before


def test_every_kind_of_message_has_a_name_for_people(app):
    words = app.jinja_env.get_template("notifications/_outbox.html").module.kind_words

    with app.test_request_context("/?lang=en"):
        named = {kind: words(OutboxMessage(kind=kind)) for kind in letters.kinds()}

    assert [kind for kind, name in named.items() if name.strip() == kind] == []
