"""What the words for what is held are called, and the values that stand beside them."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from volunteer.accounts.forms import PHONE_OWNERS, SLOTS
from volunteer.activities.models import AttendanceState, Excuse, SignupStatus
from volunteer.activities.models.stand_ins import Answer
from volunteer.activities.wording import EXCUSES, why
from volunteer.audit.wording import DEEDS
from volunteer.core import clock, saying, zones
from volunteer.core.language import CHINESE, ENGLISH, Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.deeds import wording as deed_wording
from volunteer.elders import wording as elder_words
from volunteer.elders.models import DietTag
from volunteer.help_requests import wording as help_words
from volunteer.help_requests.models import Skill, Speech
from volunteer.hours import wording as hours_wording
from volunteer.hours.models import CertificateStatus
from volunteer.meals import wording as meal_words
from volunteer.meals.models import BookingStatus
from volunteer.notifications.models import Channel, MessageStatus
from volunteer.people import wording as people_words
from volunteer.people.models import ToldBy
from volunteer.reminders.models import CallResult
from volunteer.rights.models import ForgettingStatus
from volunteer.teams.models import MembershipStatus, TeamRole

# By the word for a value in the file.
WORDS: dict[str, Sentence] = {
    "action": __("What"),
    "address": __("Address"),
    "answer": __("Answer"),
    "answered_at": __("Answered on"),
    "arrived_at": __("Came"),
    "asked_at": __("Asked"),
    "at": __("When"),
    "began_at": __("Began"),
    "birth_month": __("Month of birth"),
    "birth_year": __("Year of birth"),
    "building": __("Building"),
    "changed_at": __("Changed"),
    "certificate_status": __("How it stands"),
    "channel": __("By what"),
    "confirmed_at": __("Confirmed"),
    "created_at": __("Noted since"),
    "deed": __("What you did"),
    "diet": __("Diet"),
    "due_on": __("Answered at the latest on"),
    "eats": __("Eats along"),
    "elder_status": __("How it stands"),
    "email": __("Email"),
    "ended_at": __("Ended on"),
    "estate": __("Estate or courtyard"),
    "every_weeks": __("Every how many weeks"),
    "excuse": __("Why not"),
    "excuse_note": __("Your words"),
    "excused_at": __("Said that you can't"),
    "expires_on": __("Good until"),
    "expires_at": __("Good until"),
    "field_group": __("What was looked at"),
    "first_on": __("From"),
    "forgetting_status": __("How it stands"),
    "free_slots": __("When you have time"),
    "given_by": __("Whose word"),
    "given_on": __("Given on"),
    "given_way": __("How it was given"),
    "has_contact": __("Somebody is named whom we call for you"),
    "has_remark": __("Coordinators have a remark; ask them for it"),
    "help_status": __("How it stands"),
    "is_allowed": __("Was allowed"),
    "is_late": __("Said late"),
    "is_operator": __("Runs the service"),
    "joined_at": __("Joined"),
    "kept_until": __("Name kept until"),
    "language": __("Language of messages"),
    "last_on": __("Until"),
    "left_at": __("Left"),
    "level": __("Which star"),
    "limits": __("What you had better not do"),
    "lives_alone": __("Lives alone"),
    "login": __("Name to sign in"),
    "mailbox_refused_at": __("The email address has not worked since"),
    "meal_way": __("Where you eat"),
    "message_status": __("What became of it"),
    "minutes": __("Minutes"),
    "most_a_month": __("A month at most"),
    "name": __("Name"),
    "national_no": __("Number in the national system"),
    "neighbour": __("A neighbour may take the meal"),
    "noted_at": __("Noted"),
    "number": __("Number"),
    "offer_status": __("What you said"),
    "phone": __("Phone"),
    "phone_owner": __("Whose phone"),
    "place": __("Community"),
    "portions": __("Portions"),
    "quality": __("How well you serve"),
    "quiet_from": __("Quiet from"),
    "quiet_until": __("Quiet until"),
    "reason": __("Why"),
    "reopened_at": __("Opened again"),
    "result": __("What came of it"),
    "role": __("Part in the team"),
    "said": __("What you said"),
    "scope": __("To what"),
    "seen_at": __("Last here"),
    "skills": __("What you help with"),
    "speeches": __("Languages"),
    "starts": __("Date"),
    "state": __("How it stands"),
    "status": __("How it stands"),
    "team": __("Team"),
    "title": __("Activity"),
    "told_by": __("Told by"),
    "used_at": __("Used"),
    "wants_asks": __("Wants to be asked to help out"),
    "wants_week": __("Wants the weekly message"),
    "well_at": __("Said that you are well"),
    "withdrawn_on": __("Taken back on"),
    "words": __("Your words"),
    "work": __("Work"),
    "works": __("Work you like"),
}
# What is no team's, and so has no words in any team's history.
OWN_DEEDS = {
    "account.made_operator": __("made somebody run the service"),
    "account.opened": __("opened an account"),
    "account.password_changed": __("changed the password"),
    "concern.acted_on": __("noted what was done about a concern"),
    "concern.closed": __("closed a concern"),
    "concern.reported": __("reported a concern"),
    "concern_place_reader.named": __("named who reads a community's concerns"),
    "device.gone": __("a device takes no notices any more"),
    "holiday.entered": __("entered a holiday"),
    "holiday.taken_out": __("took a holiday out"),
    "holiday_year.closed": __("said that the holidays of a year are complete"),
    "messages.stopped": __("ended messages that can be done without"),
    "person.created": __("wrote somebody down for the first time"),
    "person.died": __("wrote down that somebody has died"),
    "person.lives": __("wrote down that somebody lives after all"),
    "place.added": __("added a place"),
    "place.put_in_its_street": __("said in which sub-district a community lies"),
    "second_step.turned_off": __("signs in in one step again"),
    "second_step.turned_on": __("signs in in two steps from now on"),
    "sign_in.all_ended": __("signed out everywhere"),
    "sign_in.begun": __("signed in"),
    "sign_in.ended": __("signed out"),
}
# Codes of ours, which say nothing to a reader of the page.
ONLY_IN_THE_FILE = {"kind", "way"}
# A language is named in that language.
LANGUAGES = {CHINESE: "中文", ENGLISH: "English"}
BY_WHAT = {
    Channel.EMAIL: __("By email"),
    Channel.SMS: __("By text message"),
    Channel.PUSH: __("By a notice on my device"),
    Channel.CALL: __("By a call"),
    Channel.GROUP: __("To the group"),
}
# Values of one kind, each with its words; the same word may mean another thing in another kind.
VALUES: tuple[dict[Any, Any], ...] = (
    PHONE_OWNERS,
    people_words.SCOPES,
    people_words.WAYS,
    people_words.GIVERS,
    help_words.FOLLOWED,
    help_words.OFFERS,
    meal_words.WAYS,
    elder_words.STATUSES,
    elder_words.REASONS,
    elder_words.FIELD_GROUPS,
    {
        **EXCUSES,
        Excuse.PAUSE: __("You were pausing"),
        Excuse.SWAP: __("You changed dates with somebody"),
    },
    BY_WHAT,
    {ToldBy(channel): words for channel, words in BY_WHAT.items() if channel != Channel.GROUP},
    {TeamRole.MEMBER: __("Member"), TeamRole.COORDINATOR: __("Coordinator")},
    {
        MembershipStatus.APPLIED: __("Not answered yet"),
        MembershipStatus.ACTIVE: __("In the team"),
        MembershipStatus.PAUSED: __("Pausing"),
        MembershipStatus.LEFT: __("Has left"),
        MembershipStatus.REJECTED: __("Was not taken in"),
    },
    {
        SignupStatus.GOING: __("Has a place"),
        SignupStatus.WAITING: __("Waits for a place"),
        SignupStatus.WITHDRAWN: __("Given back"),
    },
    {
        AttendanceState.CAME: __("Was there"),
        AttendanceState.NO_SHOW: __("Did not come"),
        AttendanceState.EXCUSED: __("Excused"),
    },
    deed_wording.WORDS,
    hours_wording.QUALITIES,
    {
        ForgettingStatus.OPEN: __("Not answered yet"),
        ForgettingStatus.TAKEN_BACK: __("Taken back"),
        ForgettingStatus.REFUSED: __("No"),
        ForgettingStatus.GRANTED: __("Yes"),
        ForgettingStatus.ERASED: __("Yes"),
        ForgettingStatus.RESTRICTED: __("Yes"),
    },
    {
        CertificateStatus.ASKED: __("Not answered yet"),
        CertificateStatus.TAKEN_BACK: __("Taken back"),
        CertificateStatus.REFUSED: __("Refused"),
        CertificateStatus.ISSUED: __("Issued"),
        CertificateStatus.REVOKED: __("Not good any more"),
    },
    {
        BookingStatus.BOOKED: __("Booked"),
        BookingStatus.WAITING: __("On the waiting list"),
        BookingStatus.CANCELLED: __("Cancelled"),
    },
    {
        Answer.WAITING: __("Not answered yet"),
        Answer.YES: __("Yes"),
        Answer.NO: __("No"),
        Answer.LAPSED: __("The date moved to another time, so it does not count"),
    },
    {
        CallResult.COMES: __("Comes"),
        CallResult.DECLINED: __("Does not come"),
        CallResult.NO_ANSWER: __("No answer"),
        CallResult.UNCLEAR: __("Not clear"),
        CallResult.WAITING: __("Not called yet"),
    },
    {
        MessageStatus.WAITING: __("Waits"),
        MessageStatus.SENT: __("Sent"),
        MessageStatus.FAILED: __("Could not be sent"),
        MessageStatus.EXPIRED: __("Came too late to be sent"),
        MessageStatus.DROPPED: __("Not true any more, so not sent"),
    },
)
BY_KIND = {type(key): words for words in VALUES for key in words}
LISTS: dict[str, tuple[type[StrEnum], dict[Any, Any]]] = {
    "diet": (DietTag, meal_words.DIETS),
    "free_slots": (type(next(iter(SLOTS))), SLOTS),
    "skills": (Skill, help_words.SKILLS),
    "speeches": (Speech, help_words.SPEECHES),
}


def value(word: str, what: Any) -> str:
    """A value as its page shows it."""
    if word == "action":
        return str({**DEEDS, **OWN_DEEDS}.get(what, what))
    if word == "language":
        return str(LANGUAGES.get(what, what))
    if word == "excuse_note":
        return why(what)
    if word == "lives_alone" or isinstance(what, bool):
        return _("yes") if what else _("no")
    if isinstance(what, dict | list):
        return saying.listed(values(word, what))
    return single(what)


def values(word: str, many: dict[str, Any] | list[str]) -> list[str]:
    if isinstance(many, dict):
        return [value(word, one) for one in many.values() if one]
    kind, words = LISTS.get(word, (str, {}))
    return [str(words.get(kind(one), one)) for one in many]


def single(what: Any) -> str:
    if isinstance(what, StrEnum):
        return str(BY_KIND.get(type(what), {}).get(what, what.value))
    if isinstance(what, datetime):
        return moment(what)
    if isinstance(what, date):
        return day(what)
    return saying.clock_words(what) if isinstance(what, time) else str(what)


def moment(when: datetime) -> str:
    """Wall time is told as it is; a moment by the clock at home."""
    wall = zones.to_wall(when, zones.HOME_ZONE) if when.tzinfo else when
    return _("%(day)s %(span)s", day=day(wall.date()), span=saying.clock_words(wall))


def day(which: date) -> str:
    """With its year, for much of it is years old."""
    return saying.day_words(which, today=clock.today())


def told(row: dict[str, Any]) -> list[tuple[str, str]]:
    """A row as pairs of words; what is empty is left out."""
    said = {
        word: value(word, what)
        for word, what in row.items()
        if word not in ONLY_IN_THE_FILE and what is not None
    }
    return [(str(WORDS[word]), words) for word, words in said.items() if words]
