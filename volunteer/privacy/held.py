"""All that is held about a person, part by part: one query says in which parts something stands,
and then there is one for each of these, whatever stands in it.

Only what is about them: no name, number or word of anybody else, and nothing of an elder whom they
see. Every column anywhere that refers to a person is named here, in a part or among what is left
out; a test sees to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.accounts.models import CodeCard, PersonalLink, SignIn, User
from volunteer.activities.models import (
    Activity,
    Attendance,
    Closing,
    Guardian,
    Housemate,
    MistakeNote,
    Occurrence,
    OccurrenceRole,
    RotaWish,
    Signup,
    StandInAsk,
    StandingPlace,
    StandInSearch,
)
from volunteer.audit import trail
from volunteer.audit.models import AuditEntry, FieldGroup, ReadingEntry
from volunteer.core.database import any_of, session, transaction
from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as __
from volunteer.deeds.models import Deed
from volunteer.elders.models import (
    Elder,
    Pairing,
    PlaceReader,
    TeamReaders,
    Visit,
    VisitPart,
    WeatherCall,
    WeatherRound,
)
from volunteer.feeds.models import Feed
from volunteer.help_requests.models import Abilities, HelpOffer, HelpRequest, OfferStatus
from volunteer.hours.models import CertificateObjection, ServiceCertificate
from volunteer.incidents.models import Incident, IncidentPerson, IncidentVersion
from volunteer.meals.models import (
    Diner,
    Kitty,
    Meal,
    MealBooking,
    MealCook,
    MealDeliverer,
    MealPlan,
    StandingMeal,
)
from volunteer.network.models import Place
from volunteer.notifications.models import Device, OutboxMessage
from volunteer.people.models import AwayDays, Companion, Consent, Person, SafetyCard
from volunteer.reminders.models import Call, CallShare
from volunteer.rights.models import ForgettingRequest
from volunteer.teams.models import Handover, Membership, StarAward, Team
from volunteer.training.models import Qualification, Training

Column = InstrumentedAttribute[Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Rows of one kind. `about`: the columns by which a row is about somebody."""

    key: str
    title: Sentence
    about: Sequence[Column]
    # By the word for each value that is told.
    told: Mapping[str, ColumnElement[Any] | Column]
    # How the tables that `told` speaks of hang together, from the first to the last.
    joined: Callable[[Select[Any]], Select[Any]] = lambda query: query
    # Where the rows refer to a row of the person's, and not to the person: by which column.
    by_way_of: Column | None = None
    # What else must be true of a row.
    only: Sequence[ColumnElement[bool]] = ()

    def rows(self, person: Person, *, at_most: int | None = None) -> list[Row]:
        """The newest first."""
        model = (self.about[0] if self.by_way_of is None else self.by_way_of).class_
        query = self.of(person).order_by(model.id.desc()).limit(at_most)
        return [dict(row) for row in session.execute(query).mappings()]

    def of(self, person: Person) -> Select[Any]:
        query = self.joined(select(*(what.label(word) for word, what in self.told.items())))
        return query.where(or_(*(column == person.id for column in self.about)), *self.only)


def of_a_date(root: Column) -> Callable[[Select[Any]], Select[Any]]:
    """Rows that name one date."""
    return lambda query: (
        query.select_from(root.class_)
        .join(Occurrence, Occurrence.id == root)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Team, Team.id == Activity.team_id)
    )


def of_a_team(root: Column) -> Callable[[Select[Any]], Select[Any]]:
    """Rows that may name a team."""
    return lambda query: query.select_from(root.class_).outerjoin(Team, Team.id == root)


def by_a_member(root: Column) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: (
        query.select_from(root.class_)
        .join(Membership, Membership.id == root)
        .join(Team, Team.id == Membership.team_id)
    )


def of_an_activity(root: Column) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: (
        query.select_from(root.class_)
        .join(Activity, Activity.id == root)
        .join(Team, Team.id == Activity.team_id)
    )


def of_a_meal(root: Column) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: (
        query.select_from(root.class_)
        .join(Meal, Meal.id == root)
        .join(Occurrence, Occurrence.id == Meal.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Team, Team.id == Activity.team_id)
    )


TEAM: dict[str, Column] = {"team": Team.name}
DATE: dict[str, Column] = {"starts": Occurrence.wall_starts, "title": Activity.title, **TEAM}

# A concern about somebody must not show itself to them.
READINGS_TOLD = ReadingEntry.field_group != FieldGroup.CONCERN
DEEDS_TOLD = AuditEntry.action.not_like("concern.%")

# That somebody would rather have another come is no business of who was asked.
AS_THEY_READ_IT = case(
    (
        HelpOffer.status == OfferStatus.TURNED_DOWN,
        literal(OfferStatus.RELEASED, HelpOffer.__table__.c.status.type),
    ),
    else_=HelpOffer.status,
)

PARTS = (
    Part("person", __("Who you are"), [Person.id], {
        "name": Person.name, "phone": Person.phone, "phone_owner": Person.phone_owner,
        "email": Person.email, "mailbox_refused_at": Person.mailbox_refused_at,
        "language": Person.language, "free_slots": Person.free_slots,
        "birth_year": Person.birth_year, "birth_month": Person.birth_month,
        "told_by": Person.told_by, "wants_week": Person.wants_week,
        "wants_asks": Person.wants_asks, "quiet_from": Person.quiet_from,
        "quiet_until": Person.quiet_until, "created_at": Person.created_at,
    }),
    Part("safety_card", __("Your safety card"), [SafetyCard.person_id], {
        "has_contact": SafetyCard.contact_phone != "", "limits": SafetyCard.limits,
        "national_no": SafetyCard.national_no, "changed_at": SafetyCard.changed_at,
    }),
    Part("account", __("Your account"), [User.person_id], {
        "login": User.login, "is_operator": User.is_operator, "created_at": User.created_at,
    }),
    Part("sign_ins", __("When you were signed in"), [User.person_id], {
        "way": SignIn.way, "began_at": SignIn.began_at, "seen_at": SignIn.seen_at,
        "ended_at": SignIn.ended_at,
    }, lambda query: query.select_from(SignIn).join(User, User.id == SignIn.user_id),
        by_way_of=SignIn.user_id),
    Part("personal_links", __("Links made for you"), [PersonalLink.person_id], {
        "created_at": PersonalLink.created_at, "expires_at": PersonalLink.expires_at,
        "used_at": PersonalLink.used_at,
    }),
    Part("code_cards", __("Your code cards"), [CodeCard.person_id], {
        "number": CodeCard.number, "created_at": CodeCard.made_at,
        "expires_at": CodeCard.expires_at, "ended_at": CodeCard.ended_at,
    }),
    Part("devices", __("Devices that show you notices"), [Device.person_id], {
        "name": Device.name, "created_at": Device.made_at,
    }),
    Part("calendars", __("Calendars on the phone"), [Feed.holder_id, Feed.person_id], {
        **TEAM, "created_at": Feed.made_at,
    }, of_a_team(Feed.team_id)),
    Part("consents", __("What you have agreed to"), [Consent.person_id], {
        "scope": Consent.scope, "given_by": Consent.given_by, "given_way": Consent.way,
        "given_on": Consent.given_on, "expires_on": Consent.expires_on,
        "withdrawn_on": Consent.withdrawn_on,
    }),
    Part("companions", __("That somebody may act for you"), [Companion.person_id], {
        **TEAM, "began_at": Companion.began_at, "ended_at": Companion.ended_at,
    }, of_a_team(Companion.team_id)),
    Part("acting", __("That you may act for somebody"), [Companion.companion_id], {
        **TEAM, "began_at": Companion.began_at, "ended_at": Companion.ended_at,
    }, of_a_team(Companion.team_id)),
    Part("teams", __("Your teams"), [Membership.person_id], {
        **TEAM, "role": Membership.role, "status": Membership.status,
        "asked_at": Membership.asked_at, "joined_at": Membership.joined_at,
        "ended_at": Membership.ended_at, "has_remark": Membership.note != "",
    }, of_a_team(Membership.team_id)),
    Part("teams_given", __("Teams you offered to another"), [Membership.person_id], {
        **TEAM, "created_at": Handover.offered_at, "ended_at": Handover.ended_at,
    }, by_a_member(Handover.giver_id), by_way_of=Handover.giver_id),
    Part("teams_offered", __("Teams offered to you"), [Membership.person_id], {
        **TEAM, "created_at": Handover.offered_at, "ended_at": Handover.ended_at,
    }, by_a_member(Handover.taker_id), by_way_of=Handover.taker_id),
    Part("leads", __("What you lead"), [Activity.leader_id], {
        "title": Activity.title, **TEAM,
    }, of_a_team(Activity.team_id)),
    Part("led", __("Dates you were in charge of"), [Closing.led_by_id], {
        **DATE, "confirmed_at": Closing.at,
    }, of_a_date(Closing.occurrence_id)),
    Part("sign_ups", __("Dates you signed up for"), [Signup.person_id], {
        **DATE, "work": OccurrenceRole.name, "status": Signup.status,
        "asked_at": Signup.asked_at, "excused_at": Signup.excused_at,
        "is_late": Signup.is_late, "excuse": Signup.excuse, "excuse_note": Signup.excuse_note,
    }, lambda query: of_a_date(Signup.occurrence_id)(query).join(
        OccurrenceRole, OccurrenceRole.id == Signup.role_id)),
    Part("hours", __("When you were there"), [Attendance.person_id], {
        **DATE, "state": Attendance.state, "arrived_at": Attendance.arrived_at,
        "left_at": Attendance.left_at, "minutes": Attendance.minutes,
        "confirmed_at": Attendance.confirmed_at,
    }, of_a_date(Attendance.occurrence_id)),
    Part("deeds", __("Your hours of visits and of help"), [Deed.person_id], {
        "starts": Deed.wall_starts, **TEAM, "deed": Deed.kind, "minutes": Deed.minutes,
        "confirmed_at": Deed.confirmed_at, "reopened_at": Deed.reopened_at,
    }, of_a_team(Deed.team_id)),
    Part("mistakes", __("What you said is noted wrongly"), [MistakeNote.person_id], {
        "starts": func.coalesce(Occurrence.wall_starts, Deed.wall_starts),
        "title": Activity.title, "deed": Deed.kind, **TEAM,
        "words": MistakeNote.words, "asked_at": MistakeNote.at,
        "answer": MistakeNote.answer, "answered_at": MistakeNote.answered_at,
    }, lambda query: (
        query.select_from(MistakeNote)
        .outerjoin(Occurrence, Occurrence.id == MistakeNote.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .outerjoin(Deed, Deed.id == MistakeNote.deed_id)
        .join(Team, Team.id == func.coalesce(Activity.team_id, Deed.team_id))
    )),
    Part("standing_places", __("Where you come every week"), [StandingPlace.person_id], {
        "title": Activity.title, **TEAM, "every_weeks": StandingPlace.every_weeks,
        "first_on": StandingPlace.first_on, "last_on": StandingPlace.last_on,
        "ended_at": StandingPlace.ended_at,
    }, of_an_activity(StandingPlace.activity_id)),
    Part("away_days", __("When you are away"), [AwayDays.person_id], {
        "first_on": AwayDays.first_on, "last_on": AwayDays.last_on, "words": AwayDays.remark,
        "created_at": AwayDays.created_at,
    }),
    Part("stand_ins", __("When you were asked to stand in"), [StandInAsk.person_id], {
        **DATE, "asked_at": StandInAsk.asked_at, "said": StandInAsk.answer,
        "answered_at": StandInAsk.answered_at,
    }, lambda query: (
        query.select_from(StandInAsk)
        .join(StandInSearch, StandInSearch.id == StandInAsk.search_id)
        .join(Signup, Signup.id == StandInSearch.signup_id)
        .join(Occurrence, Occurrence.id == Signup.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Team, Team.id == Activity.team_id)
    )),
    Part("wishes", __("What you wish for the rota"), [Membership.person_id], {
        **TEAM, "most_a_month": RotaWish.most_a_month, "works": RotaWish.works,
    }, by_a_member(RotaWish.membership_id), by_way_of=RotaWish.membership_id),
    Part("trainings", __("Your trainings"), [Qualification.person_id], {
        "name": Training.name, "expires_on": Qualification.good_until,
    }, lambda query: query.select_from(Qualification).join(
        Training, Training.id == Qualification.training_id)),
    Part("households", __("That you live with somebody of the team"), [Housemate.person_id],
         TEAM, of_a_team(Housemate.team_id)),
    Part("guardians", __("That somebody is your guardian"), [Guardian.person_id],
         TEAM, of_a_team(Guardian.team_id)),
    Part("wards", __("That you are somebody's guardian"), [Guardian.guardian_id],
         TEAM, of_a_team(Guardian.team_id)),
    Part("abilities", __("What you like to help with"), [Abilities.person_id], {
        "skills": Abilities.skills, "speeches": Abilities.speeches, "place": Place.name,
        "estate": Abilities.estate, "building": Abilities.building,
        "changed_at": Abilities.changed_at,
    }, lambda query: query.select_from(Abilities).outerjoin(
        Place, Place.id == Abilities.place_id)),
    Part("help_asked", __("Help you asked for"),
         [HelpRequest.asker_id], {
        "number": HelpRequest.number, "help_status": HelpRequest.status,
        "words": HelpRequest.words, "address": HelpRequest.address,
        "asked_at": HelpRequest.asked_at, "ended_at": HelpRequest.ended_at,
    }),
    Part("help_offered", __("When you were asked to help"), [HelpOffer.person_id], {
        "number": HelpRequest.number, "offer_status": AS_THEY_READ_IT,
        "asked_at": HelpOffer.asked_at, "answered_at": HelpOffer.answered_at,
    }, lambda query: query.select_from(HelpOffer).join(
        HelpRequest, HelpRequest.id == HelpOffer.help_request_id)),
    Part("diners", __("How you eat with us"), [Diner.person_id], {
        **TEAM, "address": Diner.address, "diet": Diner.diet,
        "lives_alone": Diner.lives_alone, "neighbour": Diner.may_leave_with_neighbour,
        "created_at": Diner.created_at,
    }, of_a_team(Diner.team_id)),
    Part("bookings", __("Meals you booked"), [Diner.person_id], {
        **DATE, "meal_way": MealBooking.way, "portions": MealBooking.portions,
        "status": MealBooking.status, "created_at": MealBooking.booked_at,
    }, lambda query: of_a_meal(MealBooking.meal_id)(query).join(
        Diner, Diner.id == MealBooking.diner_id), by_way_of=MealBooking.diner_id),
    Part("standing_meals", __("Meals you have every week"), [Diner.person_id], {
        "title": Activity.title, "meal_way": StandingMeal.way,
        "portions": StandingMeal.portions, "first_on": StandingMeal.first_on,
        "last_on": StandingMeal.last_on, "ended_at": StandingMeal.ended_at,
    }, lambda query: (
        query.select_from(StandingMeal)
        .join(MealPlan, MealPlan.id == StandingMeal.plan_id)
        .join(Activity, Activity.id == MealPlan.activity_id)
        .join(Diner, Diner.id == StandingMeal.diner_id)
    ), by_way_of=StandingMeal.diner_id),
    Part("cooked", __("Lunches you cooked"), [MealCook.person_id], {
        **DATE, "eats": MealCook.eats, "well_at": MealCook.well_at,
    }, of_a_meal(MealCook.meal_id)),
    Part("brought", __("Lunches you brought to people's homes"), [MealDeliverer.person_id], DATE,
         of_a_meal(MealDeliverer.meal_id)),
    Part("lunches_led", __("Lunches you led"), [Meal.lead_id], DATE,
         of_a_date(Meal.occurrence_id)),
    Part("kitties", __("Kitties you keep"), [Kitty.keeper_id], {
        **TEAM, "created_at": Kitty.opened_at,
    }, of_a_team(Kitty.team_id)),
    Part("looked_after", __("That a team looks after you"), [Elder.person_id], {
        **TEAM, "elder_status": Elder.status, "first_on": Elder.since_on,
    }, of_a_team(Elder.team_id)),
    Part("pairings", __("That you look after somebody"), [Pairing.person_id], {
        **TEAM, "first_on": Pairing.began_on, "last_on": Pairing.ended_on,
    }, lambda query: (
        query.select_from(Pairing)
        .join(Elder, Elder.id == Pairing.elder_id)
        .join(Team, Team.id == Elder.team_id)
    )),
    Part("visits", __("Visits you were down for"), [VisitPart.person_id], {
        "starts": Visit.wall_starts, **TEAM, "ended_at": VisitPart.withdrew_at,
    }, lambda query: (
        query.select_from(VisitPart)
        .join(Visit, Visit.id == VisitPart.visit_id)
        .join(Elder, Elder.id == Visit.elder_id)
        .join(Team, Team.id == Elder.team_id)
    )),
    Part("weather_calls", __("Calls you made in hot or cold weather"), [WeatherCall.caller_id], {
        **TEAM, "created_at": WeatherRound.began_at, "noted_at": WeatherCall.noted_at,
    }, lambda query: (
        query.select_from(WeatherCall)
        .join(WeatherRound, WeatherRound.id == WeatherCall.round_id)
        .join(Team, Team.id == WeatherRound.team_id)
    )),
    Part("concerns_read", __("Teams whose concerns you read"),
         [TeamReaders.lead_id, TeamReaders.deputy_id], {
        **TEAM, "created_at": TeamReaders.named_at,
    }, of_a_team(TeamReaders.team_id)),
    Part("concerns_read_of_places", __("Communities whose concerns you read"),
         [PlaceReader.person_id], {
        "place": Place.name, "created_at": PlaceReader.named_at,
    }, lambda query: query.select_from(PlaceReader).join(
        Place, Place.id == PlaceReader.place_id)),
    Part("incidents", __("When something happened to you, or you were there"),
         [IncidentPerson.person_id], {
        "starts": IncidentVersion.wall_at, **TEAM, "created_at": IncidentVersion.at,
    }, lambda query: (
        query.select_from(IncidentPerson)
        .join(IncidentVersion, IncidentVersion.id == IncidentPerson.version_id)
        .join(Incident, Incident.id == IncidentVersion.incident_id)
        .join(Team, Team.id == Incident.team_id)
    )),
    Part("incidents_reported", __("Incidents you wrote down"), [Incident.reporter_id], {
        "starts": Incident.wall_at, **TEAM, "created_at": Incident.reported_at,
    }, of_a_team(Incident.team_id)),
    Part("messages", __("Messages to you"), [OutboxMessage.person_id], {
        **TEAM, "kind": OutboxMessage.kind, "channel": OutboxMessage.channel,
        "message_status": OutboxMessage.status, "created_at": OutboxMessage.created_at,
        "ended_at": OutboxMessage.ended_at,
    }, of_a_team(OutboxMessage.team_id)),
    Part("calls", __("Calls to you, to ask whether you come"), [Call.person_id], {
        **DATE, "result": Call.result, "noted_at": Call.noted_at,
    }, of_a_date(Call.occurrence_id)),
    Part("call_shares", __("Calls you took on"), [CallShare.caller_id, CallShare.backup_id], {
        **TEAM, "created_at": CallShare.made_at,
    }, of_a_team(CallShare.team_id)),
    Part("certificates", __("Certificates of your hours"), [ServiceCertificate.person_id], {
        **TEAM, "asked_at": ServiceCertificate.asked_at, "first_on": ServiceCertificate.first_on,
        "last_on": ServiceCertificate.last_on, "certificate_status": ServiceCertificate.status,
        "answered_at": ServiceCertificate.answered_at, "reason": ServiceCertificate.reason,
        "number": ServiceCertificate.number, "name": ServiceCertificate.holder,
        "minutes": ServiceCertificate.minutes,
    }, of_a_team(ServiceCertificate.team_id)),
    Part("stars", __("Stars that you were given"), [StarAward.person_id], {
        **TEAM, "level": StarAward.level, "quality": StarAward.quality, "words": StarAward.words,
        "minutes": StarAward.minutes, "given_on": StarAward.given_on,
    }, of_a_team(StarAward.team_id)),
    Part("objections", __("What you said of certificates of others"),
         [CertificateObjection.person_id], {
        **TEAM, "asked_at": CertificateObjection.at, "words": CertificateObjection.words,
        "answer": CertificateObjection.answer, "answered_at": CertificateObjection.answered_at,
    }, lambda query: (
        query.select_from(CertificateObjection)
        .join(ServiceCertificate, ServiceCertificate.id == CertificateObjection.certificate_id)
        .join(Team, Team.id == ServiceCertificate.team_id)
    )),
    Part("forgetting", __("When you asked to be forgotten"), [ForgettingRequest.person_id], {
        "asked_at": ForgettingRequest.asked_at, "words": ForgettingRequest.words,
        "due_on": ForgettingRequest.due_on, "forgetting_status": ForgettingRequest.status,
        "answered_at": ForgettingRequest.answered_at, "reason": ForgettingRequest.reason,
        "kept_until": ForgettingRequest.kept_until,
    }),
    Part("read", __("Who looked at your health or diet, or whom to call for you"),
         [ReadingEntry.person_id], {
        **TEAM, "at": ReadingEntry.at, "field_group": ReadingEntry.field_group,
        "reason": ReadingEntry.reason, "is_allowed": ReadingEntry.is_allowed,
    }, of_a_team(ReadingEntry.team_id), only=[READINGS_TOLD]),
    Part("looks", __("When you looked at health or diet"), [ReadingEntry.by_id], {
        **TEAM, "at": ReadingEntry.at, "field_group": ReadingEntry.field_group,
        "reason": ReadingEntry.reason, "is_allowed": ReadingEntry.is_allowed,
    }, of_a_team(ReadingEntry.team_id)),
    Part("done_for_you", __("What was done about you"), [AuditEntry.person_id], {
        **TEAM, "at": AuditEntry.at, "action": AuditEntry.action,
    }, of_a_team(AuditEntry.team_id), only=[DEEDS_TOLD]),
    Part("done_by_you", __("What you did"), [AuditEntry.by_id], {
        **TEAM, "at": AuditEntry.at, "action": AuditEntry.action,
    }, of_a_team(AuditEntry.team_id)),
)  # fmt: skip

# Refers to a person, and is told in no part of its own: why. Whatever only says who did something
# (`…by_id`) stands among what they did.
LEFT_OUT = {
    "one_time_codes.person_id": "marks of codes that are gone after minutes",
    "jielong_lines.person_id": "a line of a group's text with others in it; its sign-up is told",
    "rota_seats.person_id": "a proposal that nobody has decided on",
    "stand_in_searches.stand_in_id": "the place they took is told as their own",
    "concerns.about_id": "who reported it is protected",
    "concerns.reporter_id": "on their own page of concerns, and among what they did",
    "help_requests.asks_for_id": "by whose word the clock asks; it is among what they did",
    "conflict_ticks.person_id": "the kitchen's own note about a dish",
    "meal_bookings.guest_of_id": "a guest of theirs is somebody else",
    "kitty_entries.keeper_id": "the team's book of money",
    "kitty_handovers.giver_id": "the team's book of money",
    "kitty_handovers.taker_id": "the team's book of money",
}


def show(person: Person, *, at_most: int | None = None) -> list[tuple[Part, list[Row]]]:
    """Every part in which something stands; of each the newest rows."""
    are_there = session.execute(select(*(any_of(part.of(person)) for part in PARTS))).one()
    return [
        (part, part.rows(person, at_most=at_most))
        for part, is_there in zip(PARTS, are_there, strict=True)
        if is_there
    ]


def copy(person: Person) -> dict[str, list[Row]]:
    """Everything, as plain values for a file; that it was taken along is written down."""
    with transaction():
        trail.record("account.copied", person, by=person, person=person)
        return {part.key: [plainly(row) for row in rows] for part, rows in show(person)}


def plainly(row: Row) -> Row:
    return {word: plain(value) for word, value in row.items()}


def plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value
