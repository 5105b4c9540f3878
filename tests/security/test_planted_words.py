"""S2: a word planted in what is sensitive is found by its rightful reader, and by nobody else."""

import logging
from dataclasses import dataclass, fields
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from config import KEY_FOR_TESTS
from tests.conftest import DATABASES
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from tests.planting import (
    PHONES,
    ROOT_OF_PHONES,
    ROOT_OF_WORDS,
    WORDS,
    Planted,
    names_in,
    plant,
    raw,
    sealed_columns,
    word,
)
from tests.security.conftest import Built, build_village, sign_in_of
from tests.servers import demo_loaded, migrated
from volunteer.accounts.models import User
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, encryption
from volunteer.core.database import session, transaction
from volunteer.core.searching import sealed
from volunteer.elders import care, concerns, health, no_answer, pairing, recording, visits
from volunteer.elders.details import ElderDetails
from volunteer.elders.health import Health
from volunteer.elders.models import (
    Check,
    Elder,
    Ending,
    Finding,
    RiskLevel,
    StepKind,
    VisitStatus,
)
from volunteer.elders.recording import Found, Report
from volunteer.elders.views import elders as elder_views
from volunteer.help_requests.models import HelpOffer, HelpStatus, OfferStatus
from volunteer.notifications import letters, writing
from volunteer.notifications.models import OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.reminders import preview
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.walks

ALL = {*WORDS, *PHONES}


# --- in the files ---------------------------------------------------------------------------


def everything_in(kind, folder):
    """The bytes of the database: the files of SQLite, a copy of every table of PostgreSQL."""
    session.remove()
    if kind == "sqlite":
        return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    names = session.scalars(
        text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    ).all()
    lines = [
        line
        for name in names
        for line in session.scalars(text(f'SELECT t::text FROM "{name}" AS t'))  # noqa: S608
    ]
    assert len(names) > 30
    return "\n".join(lines).encode()


def words_in_bytes(found):
    return {name for name in ALL if (PHONES.get(name) or word(name)).encode() in found}


@pytest.mark.parametrize("kind", DATABASES)
def test_whoever_steals_the_database_reads_none_of_the_word(kind, tmp_path):
    encryption.use([KEY_FOR_TESTS])
    with migrated(kind, tmp_path, "stolen"):
        team = TeamFactory(name="qzteam in clear")
        plant(team)
        stolen = everything_in(kind, tmp_path)

        assert b"qzteam in clear" in stolen, "the control: what is not sealed is found"
        assert words_in_bytes(stolen) == set()
        assert ROOT_OF_WORDS.encode() not in stolen
        assert ROOT_OF_PHONES.encode() not in stolen
        opened = {encryption.unseal(t) for name in sealed_columns() for t in raw(*name)}
        assert names_in("\n".join(opened)) == ALL, "the control: with the key all are there"


@pytest.mark.parametrize("kind", DATABASES)
def test_whoever_steals_the_demo_reads_no_home_no_phone_and_no_word_of_anybody(kind, tmp_path):
    with demo_loaded(kind, tmp_path):
        stolen = everything_in(kind, tmp_path)
        opened = {
            (name, encryption.unseal(token)) for name in sealed_columns() for token in raw(*name)
        }
        # Names stand in clear, for lists are sorted by them; so do the demo's few sign-in names.
        names = {*session.scalars(select(Person.name)), *session.scalars(select(User.login)),
                 *session.scalars(select(Elder.preferred_name))}  # fmt: skip
    # A choice such as "alone" or a single letter stands everywhere; words and numbers do not.
    telling = {
        (name, words) for name, words in opened if words not in names and len(words.encode()) >= 8
    }
    found = {(name, words) for name, words in telling if words.encode() in stolen}

    assert found == set()
    assert len(telling) > 100
    assert {name for name, _words in telling} >= {
        ("elders", "address"), ("people", "phone"), ("elder_health", "note"),
        ("help_requests", "words"), ("visits", "note"), ("emergency_contacts", "phone"),
    }  # fmt: skip


# --- on the pages ---------------------------------------------------------------------------

AT_THE_HOME = {"estate", "building", "unit", "room", "address_more", "talking", "caution",
               "phone", "landline", "contact_name", "contact_relation", "contact_city",
               "contact_phone", "health_note"}  # fmt: skip
OF_THE_RECORD = AT_THE_HOME | {"key", "elder_note", "risk", "witness", "allergy", "ability",
                               "assessor", "remark", "safe", "handed_to", "asked_around",
                               "alone", "changed"}  # fmt: skip
OF_THE_DATE = {"excuse", "reopened", "mistake", "mistake_answer", "jielong_text", "jielong_title",
               "jielong_example", "jielong_name", "jielong_words"}  # fmt: skip
OF_THE_CONCERN = {"concern", "concern_when", "concern_by", "concern_told", "concern_step"}
OF_THE_ROUND = {"weather_ask", "weather_note"}
OF_THE_VISIT = {"finding", "visit_note"}
OF_THE_REQUEST = {"asker", "asker_phone", "beneficiary", "help_address", "help_words",
                  "help_when", "step_words", "particular", "errand", "caller", "caller_phone",
                  "call_words"}  # fmt: skip
OF_THE_CERTIFICATE = {"certificate_holder", "certificate_reason", "in_charge", "handler",
                      "certificate_contact", "certificate_remark"}  # fmt: skip
OF_THE_MEMBER = {"safety_name", "safety_relation", "safety_phone", "safety_limits", "national_no",
                 "star_words"}  # fmt: skip
OF_THE_LUNCH = {"diner_home", "diner_allergy", "tick_words", "delivery_safe"}
OF_THE_INCIDENT = {"incident", "incident_place", "injuries", "first_aid", "incident_called",
                   "hurt_name", "there_name", "incident_step"}  # fmt: skip
# What each kind of reader is to find somewhere; docs/security/policy.md says the same.
FINDS = {
    "visitor": set(),
    "stranger": set(),
    "operator": set(),
    "member": set(),
    "pausing": set(),
    "elsewhere": set(),
    # Who was there when nobody answered reads what was done since, for a day.
    # What they said against a certificate, and the answer.
    # What has happened to the elder, for whoever goes.
    "volunteer": AT_THE_HOME | OF_THE_VISIT | {"handed_to", "asked_around", "objection",
                                               "objection_answer", "changed"},
    "helper": {"asker", "asker_phone", "beneficiary", "help_address", "help_words", "help_when",
               "help_brief", "particular", "errand"},
    "asked": {"help_brief"},
    "asker": {"step_words"},
    # Who is named for it reads concerns, and nobody else does, coordinators neither.
    "reads_concerns": OF_THE_CONCERN,
    "coordinator": OF_THE_RECORD | OF_THE_ROUND | OF_THE_VISIT | OF_THE_REQUEST
    | {"internal_words", "excuse", "robot_name", "forgetting_words", "away_remark"}
    | {"deed_reopened", "objection", "objection_answer"}
    | OF_THE_CERTIFICATE | OF_THE_LUNCH | OF_THE_MEMBER | OF_THE_INCIDENT,
}  # fmt: skip
# They may find these too, here and there; nobody else may.
MAY_FIND = {
    "reads_concerns": {"concern_whom"},
    # What they themselves wrote when nobody answered, for a day after it is over.
    "volunteer": {"safe", "alone", "key", "handed_to", "asked_around"},
    "helper": {"step_words"},
    "asker": {"asker", "asker_phone", "beneficiary", "help_address", "help_words", "help_when"},
    "coordinator": {"away", "help_brief", "call_note"} | OF_THE_DATE,
}
# No page shows these: to whom something went that was not referred; another one's sign-in name,
# why they were not forgotten, what was typed at the door, letters of the demo, that a diner lives
# alone, the copy of a diet while its lunch is to come, what had happened before a call that may be
# undone, and the addresses of a group's robot and of a device with their secrets.
NOBODY = {"referred", "referred_phone", "login", "step_secret", "wish", "wish_phone",
          "letter_subject", "letter_text", "robot_url", "diner_alone", "kept_diet",
          "robot_secret", "device_address", "device_key", "device_secret", "changed_before",
          "forgetting_reason"}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """The planted village: browsers by kind of reader, and every address with its numbers."""

    planted: Planted
    browsers: dict
    addresses: list


@dataclass(frozen=True)
class BuiltField(Built):
    """A village that has been planted: where the words are, by number, and of which addresses."""

    planted: dict
    numbers: list


def build_field():
    """The village with every word in it, and more readers."""
    village = build_village()
    team = team_queries.get_team(village.own["team_id"])
    volunteer = people_queries.get_person(village.own["person_id"])
    planted = plant(team, volunteer)
    kinds = {
        "helper": MembershipFactory(team=team).person,
        "asked": MembershipFactory(team=team).person,
        "asker": PersonFactory(),
        "reads_concerns": MembershipFactory(team=team).person,
        "member": MembershipFactory(team=team).person,
        "pausing": MembershipFactory(team=team, status="paused").person,
        "elsewhere": CoordinatorFactory(team__place=team.place).person,
    }
    concerns.name_readers(team, kinds["reads_concerns"], None, by=volunteer)
    request = planted.help_request
    request.status, request.answered_at = HelpStatus.MATCHED, clock.now()
    request.asker_id = kinds["asker"].id
    offers = [
        HelpOffer(
            help_request=request,
            person=kinds[kind],
            status=status,
            by_id=volunteer.id,
            welcomed_at=clock.now() if status is OfferStatus.ACCEPTED else None,
        )
        for kind, status in (("helper", OfferStatus.ACCEPTED), ("asked", OfferStatus.ASKED))
    ]
    session.add_all(offers)
    session.commit()
    numbers = addresses_of(village, planted, offers)
    sign_ins = village.sign_ins | {kind: sign_in_of(person) for kind, person in kinds.items()}
    rows = {one.name: getattr(planted, one.name) for one in fields(planted)}
    places = {name: (type(row), row.id) for name, row in rows.items()}
    return BuiltField(village.own, village.other, sign_ins, places, numbers)


@pytest.fixture
def build():
    return build_field


@pytest.fixture
def field(ground, village, rules):
    planted = {name: session.get_one(*place) for name, place in ground.built.planted.items()}
    found = {
        f"{village.address(rule, own)}{query}"
        for rule in rules
        if "GET" in rule.methods
        for own in ground.built.numbers
        for query in queries_of(rule.endpoint)
    }
    return Field(Planted(**planted), village.browsers, sorted(found))


def addresses_of(village, planted, offers):
    """The numbers of addresses, once for each visit and each offer."""
    consent = people_queries.list_consents(planted.elder.person)[0]
    own = {
        **village.own,
        "elder_id": planted.elder.id,
        "consent_id": consent.id,
        "membership_id": planted.member.id,
        "help_request_id": planted.help_request.id,
        "occurrence_id": planted.date.id,
        "concern_id": planted.concern.id,
        "round_id": planted.weather_round.id,
        "meal_id": planted.lunch.id,
        "no_answer_id": planted.unanswered.no_answer_id,
        "request_id": planted.forgetting.id,
        "certificate_id": planted.certificate.id,
        "deed_id": planted.deed.id,
        "incident_id": planted.incident.id,
    }
    return [
        {**own, "visit_id": visit.id, "offer_id": offer.id}
        for visit in (planted.coming, planted.past, planted.unanswered)
        for offer in offers
    ]


def queries_of(endpoint):
    """Pages that show something else by what stands behind the question mark."""
    return {
        "elders.show_health": ["", "?reason=visit", "?reason=upkeep"],
        "elders.show_elders": ["", "?order=walk", f"?q={sealed(ROOT_OF_WORDS)}", "?show=away"],
        "teams.show_members": [
            "",
            f"?q={sealed(ROOT_OF_WORDS)}",
            f"?q={sealed(PHONES['phone'][-4:])}",
        ],
        "help_requests.show_board": ["", "?show=over", "?show=past"],
    }.get(endpoint, [""])


@pytest.mark.parametrize("reader", sorted(FINDS))
def test_each_reader_finds_the_words_that_are_theirs_and_no_other(field, reader):
    places = {}
    for address in field.addresses:
        answer = field.browsers[reader].get(address)
        for name in names_in(f"{answer.text} {answer.headers}"):
            places.setdefault(name, set()).add(f"{address} {answer.status_code}")

    allowed = FINDS[reader] | MAY_FIND.get(reader, set())
    leaks = {name: sorted(found)[:3] for name, found in places.items() if name not in allowed}
    assert not leaks, f"{reader} read what is not theirs: {leaks}"
    missing = FINDS[reader] - set(places)
    assert not missing, f"{reader} was to find these somewhere: {sorted(missing)}"
    assert not NOBODY & set(places)


def test_every_word_has_a_rightful_reader_or_none_at_all():
    """The control of the table above: no word was forgotten in it."""
    read = set().union(*FINDS.values(), *MAY_FIND.values())
    assert read | NOBODY == ALL
    assert not read & NOBODY


def test_error_pages_name_nothing(field):
    """Gone, forbidden, broken forms: nothing of what was asked for comes back."""
    for kind, browser in field.browsers.items():
        for path in ("/visits/987654", "/teams/987654/elders/1", "/help-offers/987654"):
            assert names_in(browser.get(path).text) == set(), (kind, path)
        elder = field.planted.elder
        for path in (
            f"/teams/{elder.team_id}/elders/{elder.id}/details",
            f"/visits/{field.planted.coming.id}/record",
        ):
            if kind not in {"coordinator", "volunteer"}:
                answer = browser.post(path, data={"name": "x", "note": "y"})
                assert names_in(answer.text) == set(), (kind, path)


# --- in letters, the trail and the log ------------------------------------------------------


@pytest.fixture
def a_busy_week(app, field):
    """Everything that is done with elders and requests, with the planted words in all of it."""
    planted = field.planted
    elder, team = planted.elder, planted.team
    coordinator = team_queries.list_coordinators(team)[0].person
    volunteer, other = planted.coming.going
    care.set_risk(elder, RiskLevel.HIGH, word("risk"), by=coordinator)
    care.change(
        elder,
        ElderDetails("李明", "李大爷", phone=PHONES["phone"], note=word("elder_note"),
                     communication_note=word("talking"), caution_note=word("caution")),
        by=coordinator,
    )  # fmt: skip
    health.write(elder, Health(word("health_note"), [], word("allergy")), by=coordinator)
    third = MembershipFactory(team=team).person
    pairing.pair(elder, third, by=coordinator)
    wall = team.wall(clock.now() + timedelta(days=3))
    visit = visits.plan(elder, [volunteer, other], wall, by=coordinator)
    visits.move(visit, wall + timedelta(days=1), by=coordinator)
    visits.withdraw(visit, other, by=other)
    alone = visits.plan(
        elder, [third], wall + timedelta(days=2), by=coordinator, alone_reason=word("alone")
    )
    visits.cancel(alone, by=coordinator)
    phoned = visits.begin_now(elder, visits.VisitChannel.PHONE, by=volunteer)
    findings = {Check.HOME: Found(Finding.ACT, word("finding"))}
    recording.record(phoned, Report(VisitStatus.DONE, findings, word("visit_note")), by=volunteer)
    silent = visits.begin_now(elder, visits.VisitChannel.PHONE, by=volunteer)
    recording.record(silent, Report(VisitStatus.NO_ANSWER, note=word("visit_note")), by=volunteer)
    no_answer.log(
        silent.no_answer, StepKind.NEIGHBOUR, reached=True, words=word("asked_around"), by=volunteer
    )
    no_answer.close(silent.no_answer, Ending.SPOKE, words=word("safe"), by=coordinator)
    care.suspend(elder, word("away"), by=coordinator)
    return field


def letters_of_every_kind(planted, offer):
    """Every letter and short message there is, about what is known best, in both languages."""
    facts = {"visit": planted.coming, "offer": offer, "help_request": planted.help_request,
             "no_answer": planted.unanswered.no_answer, "path": "/visits/1",
             "waiting": [(planted.help_request, "/")] * 2, "now": clock.now()}  # fmt: skip
    for language in ("en", "zh_Hans"):
        reader = PersonFactory(language=language)
        for kind in letters.kinds():
            if kind.startswith(("visit", "help")):
                yield kind, writing.letter(kind, reader, **facts)


def test_no_letter_of_any_kind_holds_a_word(app, field):
    planted = field.planted
    with app.app_context():
        found = list(letters_of_every_kind(planted, planted.help_request.offers[0]))
        for membership in team_queries.list_active(planted.team):
            letter = preview.letter_to(planted.team, membership.person, clock.now())
            if letter is not None:
                found.append(("week_ahead", letter))

    assert {kind for kind, _letter in found} >= {
        "visit_planned", "visit_moved", "visit_cancelled", "visitor_missing", "visit_alarm",
        "help_asked", "help_late", "help_offered", "help_agreed", "help_progress", "week_ahead",
    }  # fmt: skip
    for kind, letter in found:
        said = f"{letter.subject}{letter.text}{letter.html}{letter.short}{letter.group}"
        assert names_in(said) == set(), kind


def test_no_message_that_waits_or_went_holds_a_word(app, a_busy_week):
    messages = session.query(OutboxMessage).all()
    assert len({message.kind for message in messages}) >= 5
    with app.app_context(), transaction():
        found = letters.write([m for m in messages if m.kind.startswith(("visit", "help"))])

    for letter in found.values():
        assert names_in(f"{letter.subject}{letter.text}{letter.html}") == set()
    for message in messages:
        assert names_in(f"{message.key} {message.about} {message.problem}") == set(), message.kind


def test_the_trail_holds_no_word(a_busy_week):
    entries = session.query(AuditEntry).all()

    leaks = [entry.action for entry in entries if names_in(str(entry.details))]
    assert leaks == []
    assert {"elder.changed", "visit.recorded", "elder.risk_set"} <= {e.action for e in entries}


def test_the_log_holds_no_word_even_when_everything_is_said(a_busy_week, caplog):
    with caplog.at_level(logging.DEBUG):
        for kind in ("coordinator", "volunteer"):
            for address in a_busy_week.addresses:
                a_busy_week.browsers[kind].get(address)
        logging.getLogger("test").debug("the log is being read")

    assert "the log is being read" in caplog.text
    assert names_in(caplog.text) == set()


def test_what_breaks_says_no_word_in_the_log(app, field, caplog, monkeypatch):
    """A fault of ours in the middle of a page that holds them all."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fail(*_args, **_more):
        raise ValueError

    monkeypatch.setattr(elder_views, "render_template", fail)
    elder = field.planted.elder
    with caplog.at_level(logging.DEBUG):
        answer = field.browsers["coordinator"].get(f"/teams/{elder.team_id}/elders/{elder.id}")

    assert answer.status_code == 500
    assert "Fault in" in caplog.text
    assert names_in(f"{caplog.text} {answer.text}") == set()
