"""Unmistakable words in everything that is sealed: to be found by who may read them, and nowhere
else. Phones are numbers that nobody else has."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Text, column, select, table
from sqlalchemy.orm import InstrumentedAttribute

from tests.factories import hours
from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.concerns import ConcernFactory
from tests.factories.deeds import deed_of
from tests.factories.elders import ElderFactory, NoAnswerFactory, VisitFactory, volunteer_of
from tests.factories.feeds import FeedFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory, cooked
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.rights import ForgettingRequestFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.factories.weather import WeatherCallFactory, WeatherRoundFactory
from volunteer.accounts.models import CodeWish
from volunteer.activities.models import (
    Closing,
    Excuse,
    JielongLine,
    JielongOutcome,
    JielongPaste,
    MistakeNote,
    Occurrence,
    SignupStatus,
)
from volunteer.core import clock
from volunteer.core.database import Model, session
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.deeds.models import Deed
from volunteer.elders.models import (
    Birthday,
    Category,
    Check,
    Concern,
    ConcernKind,
    ConcernStatus,
    ConcernStep,
    DietTag,
    Elder,
    EmergencyContact,
    Ending,
    Finding,
    HealthRecord,
    Living,
    MajorChange,
    NoAnswer,
    NoAnswerStep,
    Outcome,
    Visit,
    VisitStatus,
    WeatherRound,
)
from volunteer.elders.models import StepKind as NoAnswerStepKind
from volunteer.help_requests.models import Errand, HelpRequest, HelpStep, HotlineCall, StepKind
from volunteer.hours.models import CertificateObjection, ServiceCertificate
from volunteer.incidents.models import Called, Incident, IncidentStep
from volunteer.incidents.models import StepKind as IncidentStepKind
from volunteer.meals.menus import DishPlan
from volunteer.meals.models import (
    Allergen,
    ConflictTick,
    DeliveryResult,
    Meal,
    MealWay,
)
from volunteer.notifications.models import Device, GroupRobot, RobotKind
from volunteer.people import safety_cards
from volunteer.people.models import AwayDays, ConsentScope, ConsentWay, Person
from volunteer.reminders.models import Call, CallResult
from volunteer.rights.models import ForgettingRequest, ForgettingStatus
from volunteer.teams.models import Membership, Quality, StarAward, Team

# Every planted word begins like this, so that one search finds them all.
ROOT_OF_WORDS = "qzword"
ROOT_OF_PHONES = "1997766"

WORDS = (
    "remark", "login", "step_secret", "letter_subject", "letter_text", "witness", "wish",
    "estate", "building", "unit", "room", "address_more",
    "talking", "caution", "key", "elder_note", "risk", "away",
    "contact_name", "contact_relation", "contact_city",
    "health_note", "allergy", "ability", "assessor",
    "alone", "finding", "visit_note", "safe", "handed_to", "asked_around", "changed",
    "asker", "beneficiary", "help_address", "help_words", "help_when", "particular", "errand",
    "caller", "call_words", "referred",
    "help_brief", "step_words", "internal_words",
    "excuse", "reopened", "deed_reopened", "mistake", "mistake_answer", "call_note",
    "robot_name", "robot_url", "robot_secret",
    "weather_ask", "weather_note", "changed_before",
    "concern", "concern_whom", "concern_when", "concern_by", "concern_told", "concern_step",
    "device_address", "device_key", "device_secret",
    "diner_home", "diner_allergy", "diner_alone", "kept_diet", "delivery_safe", "tick_words",
    "jielong_text", "jielong_title", "jielong_example", "jielong_name", "jielong_words",
    "forgetting_words", "forgetting_reason", "away_remark",
    "certificate_holder", "certificate_reason", "in_charge", "handler", "certificate_contact",
    "certificate_remark", "safety_name", "safety_relation", "safety_limits", "national_no",
    "star_words", "objection", "objection_answer",
    "incident", "incident_place", "injuries", "first_aid", "incident_called", "hurt_name",
    "there_name", "incident_step",
)  # fmt: skip
PHONES = {"phone": f"{ROOT_OF_PHONES}0001", "landline": f"{ROOT_OF_PHONES}0002",
          "contact_phone": f"{ROOT_OF_PHONES}0003", "asker_phone": f"{ROOT_OF_PHONES}0004",
          "caller_phone": f"{ROOT_OF_PHONES}0009",
          "safety_phone": f"{ROOT_OF_PHONES}0006",
          "referred_phone": f"{ROOT_OF_PHONES}0010",
          "wish_phone": f"{ROOT_OF_PHONES}0005"}  # fmt: skip


def word(name: str) -> str:
    """The word planted under this name."""
    assert name in WORDS, name
    return f"{ROOT_OF_WORDS}{WORDS.index(name):03d}"


NAMES = {word(name): name for name in WORDS}
# All at once: to look for one after the other in each page took ten times as long.
ANY_WORD = re.compile(rf"{ROOT_OF_WORDS}\d{{3}}")


def names_in(text: str) -> set[str]:
    """Which of the planted words and phones stand in this text, however phones are laid out."""
    plain = text.replace(" ", "").replace("\xa0", "").replace("-", "").replace("&nbsp;", "")
    words = set(ANY_WORD.findall(text)) & NAMES.keys()
    return {NAMES[one] for one in words} | {
        name for name, phone in PHONES.items() if phone in plain
    }


@dataclass(frozen=True)
class Planted:
    """Where the words have been put."""

    team: Team
    elder: Elder
    # Tomorrow, for `volunteer` and somebody else; yesterday, done; and one where nobody answered.
    coming: Visit
    past: Visit
    unanswered: Visit
    volunteer: Person
    member: Membership
    help_request: HelpRequest
    concern: Concern
    # Over since yesterday.
    weather_round: WeatherRound
    # Yesterday: somebody could not come, and it was closed and opened again.
    date: Occurrence
    # A lunch in two days, with a red line that somebody has seen to.
    lunch: Meal
    # The member asks to be forgotten, and was told no before.
    forgetting: ForgettingRequest
    # On paper, of the member.
    certificate: ServiceCertificate
    # The volunteer's, of yesterday's visit: opened again.
    deed: Deed
    # Written down by a coordinator.
    incident: Incident


def plant(team: Team, volunteer: Person | None = None) -> Planted:
    """Put every word into this team; `volunteer` goes to the visits."""
    volunteer = volunteer or volunteer_of(team)
    member = MembershipFactory(team=team, note=word("remark"))
    UserFactory(person=member.person, login=word("login"), step_secret=word("step_secret"))
    plant_away(member.person)
    plant_safety_card(member.person)
    OutboxMessageFactory(
        team_id=team.id, kept_subject=word("letter_subject"), kept_text=word("letter_text")
    )
    for contact in (PHONES["wish_phone"], f"{word('wish')}@example.org"):
        session.add(CodeWish(contact=contact))
    elder = plant_elder(team)
    others = {"elder": elder, "people": [volunteer, volunteer_of(team)]}
    coming = VisitFactory(in_days=0.9, alone_reason=word("alone"), **others)
    past = VisitFactory(
        in_days=-0.8, status=VisitStatus.DONE, note=word("visit_note"),
        findings={Check.BODY.value: [Finding.WATCH.value, word("finding")]},
        recorded_by_id=volunteer.id, recorded_at=clock.now(), **others,
    )  # fmt: skip
    unanswered = VisitFactory(
        in_days=-3, status=VisitStatus.NO_ANSWER, no_answer_id=plant_no_answer(elder, volunteer).id,
        recorded_by_id=volunteer.id, recorded_at=clock.now(), **others,
    )  # fmt: skip
    certificate = hours.issued(
        member.person, team=team, by=volunteer,
        holder=word("certificate_holder"), reason=word("certificate_reason"),
        in_charge=word("in_charge"), handler=word("handler"),
        contact=word("certificate_contact"), remark=word("certificate_remark"),
    )  # fmt: skip
    plant_honours(certificate, volunteer)
    return Planted(
        team,
        elder,
        coming,
        past,
        unanswered,
        volunteer,
        member,
        plant_help_request(team, elder),
        plant_concern(team, elder, volunteer),
        plant_weather_round(past, volunteer),
        plant_date(team, member.person),
        plant_lunch(team, volunteer),
        plant_forgetting(member.person, volunteer),
        certificate,
        plant_deed(past, volunteer, member.person),
        plant_incident(team, member.person),
    )  # fmt: skip


def plant_deed(visit: Visit, person: Person, by: Person) -> Deed:
    deed = deed_of(
        visit, person, reopened_by=by, reopened_at=clock.now(), reopen_reason=word("deed_reopened")
    )
    session.commit()
    return deed


def plant_incident(team: Team, hurt: Person) -> Incident:
    by = CoordinatorFactory(team=team).person
    incident = IncidentFactory(
        team=team, reporter=by, hurt=[hurt], words=word("incident"), place=word("incident_place"),
        injuries=word("injuries"), first_aid=word("first_aid"),
        called=[Called.AMBULANCE], called_words=word("incident_called"),
        hurt_names=word("hurt_name"),
        there_names=word("there_name"),
    )  # fmt: skip
    step = IncidentStep(
        incident_id=incident.id, kind=IncidentStepKind.NOTED, words=word("incident_step"), by=by
    )
    session.add(step)
    session.commit()
    return incident


def plant_away(person: Person) -> None:
    """They come back tomorrow."""
    today = clock.today()
    session.add(
        AwayDays(
            person_id=person.id, first_on=today, last_on=today + timedelta(days=1),
            remark=word("away_remark"), by_id=person.id,
        )
    )  # fmt: skip
    session.commit()


def plant_safety_card(person: Person) -> None:
    """Told by themselves, who agree that it is noted."""
    details = safety_cards.Details(
        contact_name=word("safety_name"), contact_relation=word("safety_relation"),
        contact_phone=PHONES["safety_phone"], limits=word("safety_limits"), is_agreed=True,
        national_no=word("national_no"),
    )  # fmt: skip
    safety_cards.fill_in(person, details, by=person)


def plant_honours(certificate: ServiceCertificate, by: Person) -> None:
    """A star of who has the certificate, and what somebody said against it before."""
    objection = CertificateObjection(
        certificate=certificate, person_id=by.id, words=word("objection"),
        answer=word("objection_answer"), answered_at=clock.now(), answered_by_id=by.id,
    )  # fmt: skip
    star = StarAward(
        team=certificate.team, person=certificate.person, level=1, quality=Quality.GOOD,
        words=word("star_words"), minutes=6000, given_on=clock.today(), by=by,
    )  # fmt: skip
    session.add_all([objection, star])
    session.commit()


def plant_forgetting(person: Person, by: Person) -> ForgettingRequest:
    ForgettingRequestFactory(
        person=person, status=ForgettingStatus.REFUSED, reason=word("forgetting_reason"),
        answered_at=clock.now(), answered_by=by,
    )  # fmt: skip
    return ForgettingRequestFactory(person=person, words=word("forgetting_words"))


def plant_no_answer(elder: Elder, volunteer: Person) -> NoAnswer:
    """Three days ago, and handed over since."""
    found = NoAnswerFactory(
        elder=elder, began_by=volunteer, began_at=clock.now() - timedelta(days=3),
        closed_at=clock.now(), closed_by=volunteer, ending=Ending.HANDED_OVER,
        handed_to=word("handed_to"), words=word("safe"),
    )  # fmt: skip
    session.add(
        NoAnswerStep(
            no_answer_id=found.id, kind=NoAnswerStepKind.NEIGHBOUR, reached=True,
            words=word("asked_around"), by_id=volunteer.id,
        )
    )  # fmt: skip
    session.commit()
    return found


def plant_elder(team: Team) -> Elder:
    person = PersonFactory(phone=PHONES["phone"])
    elder = ElderFactory(
        team=team, person=person, landline=PHONES["landline"],
        address={"estate": word("estate"), "building": word("building"), "unit": word("unit"),
                 "room": word("room"), "extra": word("address_more")},
        living=Living.ALONE.value, categories=[Category.DEMENTIA.value],
        communication_note=word("talking"), caution_note=word("caution"), key_holder=word("key"),
        note=word("elder_note"), risk_reason=word("risk"), status_note=word("away"),
        change=MajorChange.FALL, changed_at=clock.now(), change_words=word("changed"),
    )  # fmt: skip
    for scope in (ConsentScope.HEALTH, ConsentScope.CONTACTS):
        ConsentFactory(person=person, scope=scope, way=ConsentWay.SPOKEN, witness=word("witness"))
    session.add_all(
        [
            EmergencyContact(
                elder_id=elder.id, position=0, name=word("contact_name"),
                relation=word("contact_relation"), phone=PHONES["contact_phone"],
                city=word("contact_city"),
            ),
            HealthRecord(
                elder_id=elder.id, note=word("health_note"), allergies=word("allergy"),
                diet_tags=[DietTag.HALAL.value], ability_level=word("ability"),
                ability_source=word("assessor"),
            ),
        ]
    )  # fmt: skip
    session.commit()
    return elder


def plant_concern(team: Team, elder: Elder, reporter: Person) -> Concern:
    concern = ConcernFactory(
        team=team, elder=elder, reporter=reporter, kind=ConcernKind.MONEY.value,
        words=word("concern"), whom=word("concern_whom"), seen_when=word("concern_when"),
        seen_by=word("concern_by"), told=word("concern_told"),
    )  # fmt: skip
    step = ConcernStep(
        concern_id=concern.id, status=ConcernStatus.ACTED_ON, words=word("concern_step"),
        by_id=reporter.id,
    )  # fmt: skip
    session.add(step)
    session.add(Birthday(elder_id=elder.id, day="lunar-8-3", noted_by_id=reporter.id))
    session.commit()
    return concern


def plant_weather_round(visit: Visit, caller: Person) -> WeatherRound:
    found = WeatherRoundFactory(
        team=visit.team, words=word("weather_ask"), ended_at=clock.now() - timedelta(hours=20),
        began_at=clock.now() - timedelta(days=1), ends_at=clock.now(),
    )  # fmt: skip
    WeatherCallFactory(
        round=found, elder=visit.elder, caller=caller, outcome=Outcome.FINE,
        note=word("weather_note"), noted_by=caller, noted_at=clock.now(), visit=visit,
        change_before={"change": "fall", "words": word("changed_before"), "at": "2026-10-01"},
    )  # fmt: skip
    return found


def plant_help_request(team: Team, elder: Elder) -> HelpRequest:
    request = HelpRequest(
        number="7654321", place_id=team.place_id, team_id=team.id, elder_id=elder.id,
        asker_name=word("asker"), asker_phone=PHONES["asker_phone"],
        beneficiary=word("beneficiary"), address=word("help_address"), words=word("help_words"),
        brief=word("help_brief"), wanted_words=word("help_when"), kinds=["other"],
        referred_to=word("referred"), referred_phone=PHONES["referred_phone"],
        kind_answers={"broken": word("particular")},
        answer_by=clock.now() + timedelta(days=1),
    )  # fmt: skip
    request.steps = [
        HelpStep(kind=StepKind.NOTED, words=word("step_words")),
        HelpStep(kind=StepKind.NOTED, words=word("internal_words"), is_internal=True),
    ]
    session.add(request)
    by = CoordinatorFactory(team=team).person
    session.add(
        HotlineCall(
            team=team, caller_name=word("caller"), caller_phone=PHONES["caller_phone"],
            words=word("call_words"), taken_by=by,
        )
    )  # fmt: skip
    session.add(
        Errand(
            help_request=request, given_fen=100, given_noted_by_id=by.id, spent_fen=60,
            returned_fen=30, explanation=word("errand"),
        )
    )  # fmt: skip
    session.commit()
    return request


def plant_date(team: Team, person: Person) -> Occurrence:
    by = CoordinatorFactory(team=team).person
    occurrence = OccurrenceFactory(
        activity=ActivityFactory(team=team), starts_at=clock.now() - timedelta(days=1)
    )
    SignupFactory(
        occurrence=occurrence, person=person, status=SignupStatus.WITHDRAWN,
        excused_at=clock.now(), excuse=Excuse.OTHER, excuse_note=word("excuse"),
    )  # fmt: skip
    paste = JielongPaste(
        occurrence=occurrence, by=by, text=word("jielong_text"), title=word("jielong_title"),
        example=word("jielong_example"),
    )  # fmt: skip
    call = Call(
        team=team, occurrence=occurrence, person=person, starts_at=occurrence.starts_at,
        result=CallResult.UNCLEAR, note=word("call_note"), noted_by=by, noted_at=clock.now(),
    )  # fmt: skip
    robot = GroupRobot(
        team_id=team.id,
        kind=RobotKind.WECOM,
        name=word("robot_name"),
        url=word("robot_url"),
        secret=word("robot_secret"),
        made_by=by,
    )
    device = Device(
        person_id=by.id, name="Firefox", address=word("device_address"), key=word("device_key"),
        secret=word("device_secret"), made_by_id=by.id,
    )  # fmt: skip
    paste.lines = [
        JielongLine(
            position=0, name=word("jielong_name"), words=word("jielong_words"), people=1,
            outcome=JielongOutcome.LEFT_OUT,
        )
    ]  # fmt: skip
    session.add_all(
        [
            paste,
            call,
            robot,
            device,
            Closing(
                occurrence=occurrence, by=by, lines={}, reopened_by_id=by.id,
                reopened_at=clock.now(), reopen_reason=word("reopened"),
            ),
            MistakeNote(
                occurrence=occurrence, person=person, by_id=person.id, words=word("mistake"),
                answer=word("mistake_answer"), answered_by_id=by.id, answered_at=clock.now(),
            ),
        ]
    )  # fmt: skip
    session.commit()
    FeedFactory(person=person)
    return occurrence


def plant_lunch(team: Team, by: Person) -> Meal:
    meal = cooked(
        MealFactory(plan__activity__team=team), DishPlan("花生汤", allergens=(Allergen.PEANUT,))
    )
    person = PersonFactory()
    ConsentFactory(person=person, scope=ConsentScope.HEALTH)
    diner = DinerFactory(
        team=team, person=person, address={"extra": word("diner_home")},
        diet={"tags": ["soft"], "allergies": f"花生 {word('diner_allergy')}"},
        lives_alone=word("diner_alone"),
    )  # fmt: skip
    BookingFactory(
        meal=meal, diner=diner, way=MealWay.DELIVERY, diet={"allergies": word("kept_diet")},
        result=DeliveryResult.NO_ANSWER, result_at=clock.now(), result_by_id=by.id,
        safe_at=clock.now(), safe_by_id=by.id, safe_words=word("delivery_safe"),
    )  # fmt: skip
    session.add(
        ConflictTick(
            dish_id=meal.dishes[0].id, person_id=person.id, words=word("tick_words"), by=by
        )
    )
    session.commit()
    return meal


# --- what stands in the tables --------------------------------------------------------------


def sealed_columns() -> list[tuple[str, str]]:
    """Every sealed column there is, as (table, column)."""
    return [
        (name, one.name)
        for name, found in sorted(Model.metadata.tables.items())
        for one in found.columns
        if isinstance(one.type, Sealed | SealedJson)
    ]


def raw(name: str, one: str) -> list[str]:
    """What really stands in this column, row after row, without None and empty texts."""
    query = select(column(one, Text)).select_from(table(name)).order_by(column("id"))
    return [text for text in session.scalars(query) if text]


def raw_of(attribute: InstrumentedAttribute) -> list[str]:
    return raw(attribute.class_.__tablename__, attribute.key)
