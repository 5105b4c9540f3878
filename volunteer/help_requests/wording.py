"""What the choices about help requests are called."""

from datetime import date, datetime, timedelta

from volunteer.core import chinese, clock, homes, saying
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.core.yuan import in_yuan
from volunteer.help_requests.models import (
    ForWhom,
    Helped,
    HelpKind,
    HelpRequest,
    HelpStatus,
    OfferStatus,
    Reach,
    SignedHow,
    Skill,
    Speech,
    StepKind,
    Wanted,
)
from volunteer.help_requests.particulars import Particulars
from volunteer.help_requests.scoring import Reason, Why
from volunteer.people.models import Person

KINDS = {
    HelpKind.SHOPPING: __("Shopping, medicine"),
    HelpKind.CLINIC: __("Company to the doctor"),
    HelpKind.REPAIR: __("Something to mend"),
    HelpKind.HAIRCUT: __("Haircut"),
    HelpKind.MEAL: __("A meal brought home"),
    HelpKind.TALK: __("Somebody to talk to"),
    HelpKind.CARE: __("Bathing, medicine, valuables"),
    HelpKind.OTHER: __("Something else"),
}
KIND_HINTS = {
    HelpKind.SHOPPING: __("Money is counted in front of you"),
    HelpKind.CLINIC: __("To the hospital, fetching medicine"),
    HelpKind.REPAIR: __("Light, tap, appliance"),
    HelpKind.HAIRCUT: __("At home if need be"),
    HelpKind.MEAL: __("For those who can't walk well"),
    HelpKind.TALK: __("A visit or a call"),
    HelpKind.CARE: __("Not for neighbours: we say who can"),
    HelpKind.OTHER: __("Just say what it is"),
}
FOR_WHOM = {
    ForWhom.SELF: __("Myself"),
    ForWhom.OTHER: __("I ask for an elder or a neighbour"),
}
# As a coordinator asks who writes it down for whoever called or came.
FOR_WHOM_ELSE = {
    ForWhom.SELF: __("Whoever called or came"),
    ForWhom.OTHER: __("They ask for an elder or a neighbour"),
}
WANTED = {
    Wanted.TODAY: __("Today"),
    Wanted.SOON: __("In the next few days"),
    Wanted.ANY: __("Any time"),
}
WANTED_HINTS = {
    Wanted.TODAY: __("It is rather urgent"),
    Wanted.SOON: __("In the daytime"),
    Wanted.ANY: __("No hurry"),
}
# After so many days one asks: since when?
STALE_AFTER = {Wanted.TODAY: 0, Wanted.SOON: 2}
# As the coordinators see it.
STATUSES = {
    HelpStatus.NEW: __("Waits for an answer"),
    HelpStatus.ACCEPTED: __("Looking for somebody"),
    HelpStatus.MATCHED: __("A volunteer has said yes"),
    HelpStatus.DONE: __("Done, not confirmed yet"),
    HelpStatus.CONFIRMED: __("Done and confirmed"),
    HelpStatus.REFERRED: __("Referred"),
    HelpStatus.DECLINED: __("Declined"),
    HelpStatus.WITHDRAWN: __("No longer needed"),
    HelpStatus.MERGED: __("The same as another one"),
}
# The kind of tag that says it.
TAGS = {
    HelpStatus.NEW: "need",
    HelpStatus.ACCEPTED: "warn",
    HelpStatus.MATCHED: "info",
    HelpStatus.DONE: "warn",
    HelpStatus.CONFIRMED: "ok",
    HelpStatus.REFERRED: "off",
    HelpStatus.DECLINED: "off",
    HelpStatus.WITHDRAWN: "off",
    HelpStatus.MERGED: "off",
}
# As the resident reads it.
FOLLOWED = {
    HelpStatus.NEW: __("We have got it"),
    HelpStatus.ACCEPTED: __("We are looking for somebody"),
    HelpStatus.MATCHED: __("Somebody comes"),
    HelpStatus.DONE: __("It has been done"),
    HelpStatus.CONFIRMED: __("All is well"),
    HelpStatus.REFERRED: __("Somebody else will help"),
    HelpStatus.DECLINED: __("We can't help with this"),
    HelpStatus.WITHDRAWN: __("No longer needed"),
    HelpStatus.MERGED: __("It goes on with your other request"),
}
# What is still to come, for the end of the way.
TO_COME = {
    HelpStatus.NEW: [__("Somebody calls you"), __("Somebody is found"), __("It is done")],
    HelpStatus.ACCEPTED: [__("Somebody is found"), __("It is done")],
    HelpStatus.MATCHED: [__("It is done, and you say so")],
    HelpStatus.DONE: [__("You say whether all is well")],
}
OFFERS = {
    OfferStatus.ASKED: __("Not answered yet"),
    OfferStatus.ACCEPTED: __("Said yes"),
    OfferStatus.DECLINED: __("Can't"),
    OfferStatus.RELEASED: __("No longer needed"),
    OfferStatus.TURNED_DOWN: __("No longer needed"),
}
OFFER_TAGS = {
    OfferStatus.ASKED: "warn",
    OfferStatus.ACCEPTED: "ok",
    OfferStatus.DECLINED: "off",
    OfferStatus.RELEASED: "off",
    OfferStatus.TURNED_DOWN: "off",
}
# How long answers took, in the order of figures.BOUNDS; the last is whatever was longer.
WAITS = (
    __("within 1 hour"),
    __("1 to 4 hours"),
    __("4 to 24 hours"),
    __("1 to 2 days"),
    __("longer"),
)
STEPS = {
    StepKind.ASKED: __("The neighbours have got it"),
    StepKind.ACCEPTED: __("A team has taken it on"),
    StepKind.REFERRED: __("Somebody else will help you"),
    StepKind.DECLINED: __("We can't help with this"),
    StepKind.OFFERED: __("A volunteer was asked"),
    StepKind.OFFER_DECLINED: __("The volunteer can't"),
    StepKind.MATCHED: __("Somebody has been found"),
    StepKind.WELCOMED: __("They are welcome"),
    StepKind.AGREED: __("A time has been agreed"),
    StepKind.RELEASED: __("They can't come; we look for somebody else"),
    StepKind.DONE: __("It has been done"),
    StepKind.CONFIRMED: __("You said that all is well"),
    StepKind.REOPENED: __("It was opened again"),
    StepKind.WITHDRAWN: __("It is no longer needed"),
    StepKind.NOTED: __("A note"),
    StepKind.RAISED: __("It went one level up"),
    StepKind.HANDED_ON: __("Another team looks at it"),
    StepKind.MERGED: __("Two requests became one"),
    StepKind.MONEY: __("Money was counted"),
    StepKind.ADDED: __("Something was added to it"),
    StepKind.TAKEN_UP: __("It is needed after all"),
}
HELPED = {
    Helped.YES: __("Yes, it helped"),
    Helped.PARTLY: __("Partly"),
    Helped.NO: __("No: open it again"),
}
REACHES = {
    Reach.BUILDING: __("the same building"),
    Reach.ESTATE: __("the same estate"),
    Reach.COMMUNITY: __("the community"),
    Reach.TEAM: __("the whole team"),
    Reach.ABOVE: __("the teams beside it"),
}
SKILLS = {
    Skill.SHOPPING: __("Shopping, fetching medicine"),
    Skill.CLINIC: __("Company to the doctor"),
    Skill.REPAIR: __("Mending things"),
    Skill.HAIRCUT: __("Cutting hair"),
    Skill.COOKING: __("Cooking, bringing meals"),
    Skill.TALK: __("Listening and talking"),
    Skill.SEWING: __("Sewing"),
    Skill.PHONES: __("Explaining phones"),
    Skill.CARRYING: __("Carrying heavy things"),
}
SPEECHES = {
    Speech.MANDARIN: __("Mandarin"),
    Speech.SICHUANESE: __("Sichuanese"),
    Speech.ENGLISH: __("English"),
    Speech.SIGN: __("Sign language"),
}
SIGNED_HOW = {
    SignedHow.FINGER: __("Here on the phone: with this button they say that it is right"),
    SignedHow.PAPER: __("They have signed on paper"),
}
SIGNED = {
    SignedHow.FINGER: __("said on the phone that it is right"),
    SignedHow.PAPER: __("signed on paper"),
}
PARTICULARS = {
    "shopping_list": __("To be bought"),
    "budget_fen": __("Yuan at most"),
    "hospital": __("Hospital"),
    "wheelchair": __("Wheelchair"),
    "broken": __("Broken"),
    "haircut": __("Haircut"),
    "meal": __("Meals"),
    "talk": __("Company"),
}
WHY = {
    Why.LOOKS_AFTER: __("Looks after them already."),
    Why.SAME_BUILDING: __("Lives in the same building."),
    Why.SAME_ESTATE: __("Lives in the same estate."),
    Why.SAME_COMMUNITY: __("Lives in the same community."),
    Why.NOT_ASKED_LATELY: __("Was not asked for thirty days."),
    Why.FREE_THEN: __("Usually has time then."),
    Why.SAID_NO_TIMES: __("Has not said when they have time."),
}


def reason_words(reason: Reason) -> str:
    """One sentence that says what speaks for somebody."""
    value = reason.value
    match reason.why:
        case Why.HELPED_BEFORE:
            return ngettext("Has helped here once.", "Has helped here %(num)d times.", int(value))
        case Why.ASKED_SELDOM:
            return ngettext(
                "Had one thing to do lately.", "Had %(num)d things to do lately.", int(value)
            )
        case Why.CAN:
            return _("Can do it: %(skill)s.", skill=SKILLS[Skill(str(value))])
        case Why.SPEAKS:
            return _("Speaks %(language)s.", language=SPEECHES[Speech(str(value))])
        case why:
            return str(WHY[why])


def particulars_of(help_request: HelpRequest) -> list[tuple[str, str]]:
    """What was asked for that kind of help, and the answers, line by line."""
    said = Particulars.of(help_request.kind_answers).as_stored() or {}
    rows = []
    for name, words in PARTICULARS.items():
        if name in said:
            value = said[name]
            if name == "budget_fen":
                value = in_yuan(value)
            rows.append((str(words), _("yes") if value is True else str(value)))
    if help_request.speech:
        rows.append((_("Speaks best"), str(SPEECHES[help_request.speech])))
    return rows


def wanted_words(help_request: HelpRequest) -> str:
    """When it would suit: a day and time, or about when, and what else was said of it."""
    when = wanted_day(help_request) or about_when(help_request)
    return _(", ").join(filter(None, (when, help_request.wanted_words)))


def wanted_day(help_request: HelpRequest) -> str:
    if help_request.wanted_on is None:
        return ""
    day = saying.day_words(help_request.wanted_on, today=clock.today())
    if help_request.wanted_at is None:
        return day
    return _("%(day)s %(span)s", day=day, span=saying.clock_words(help_request.wanted_at))


def when_wanted(help_request: HelpRequest) -> str:
    """The same for who has not said yes: nothing that somebody has written themselves."""
    if help_request.wanted_on is not None:
        return wanted_day(help_request)
    hint = WANTED_HINTS[help_request.wanted]
    return _("%(when)s: %(hint)s", when=about_when(help_request), hint=hint)


def about_when(help_request: HelpRequest) -> str:
    """这两天, and once that is over, since when: 这两天（11月2日说的）."""
    when = str(WANTED[help_request.wanted])
    if help_request.wanted not in STALE_AFTER:
        return when
    asked_on = help_request.wall(help_request.asked_at).date()
    if (help_request.wall(clock.now()).date() - asked_on).days <= STALE_AFTER[help_request.wanted]:
        return when
    return _("%(when)s (said on %(day)s)", when=when, day=saying.short_day(asked_on))


def estate_of(help_request: HelpRequest) -> str:
    """As much of the address as somebody reads who has not said yes: the estate, or the
    community."""
    return homes.read(help_request.address or "").estate or help_request.place.name


def kinds_of(help_request: HelpRequest) -> str:
    """Shopping, medicine; haircut: what kind of help, and nothing about whom."""
    words = [str(KINDS[kind]) for kind in help_request.help_kinds]
    return _("; ").join(words) or str(KINDS[HelpKind.OTHER])


def volunteer_words(person: Person) -> str:
    """队员丁, volunteer Ana: as much of a volunteer's name as the resident needs."""
    return _("volunteer %(name)s", name=surname(person.name))


def surname(name: str) -> str:
    """王, 欧阳; of a Latin name the first word."""
    if name[:1].isascii():
        return name.split(maxsplit=1)[0]
    return name[:2] if name[:2] in chinese.COMPOUND_SURNAMES.split() else name[:1]


def team_or_place(help_request: HelpRequest) -> str:
    """Who answers for it: the team, or while nobody has it, the community."""
    return help_request.team.name if help_request.team else help_request.place.name


def for_whom(help_request: HelpRequest) -> str:
    """Who needs it: how they are called, or whoever asked."""
    return help_request.beneficiary or help_request.asker_name or _("a neighbour")


def when_agreed(wall: datetime, today: date) -> str:
    """明天下午3:00."""
    day = saying.near_day(wall.date(), today)
    return _("%(day)s, %(time)s", day=saying.opening(day), time=saying.clock_words(wall))


def agreed_or_wanted(help_request: HelpRequest) -> str:
    """12月2日（周三）下午3:00; while nothing is agreed, when it was wished for."""
    wall = help_request.wall_agreed
    if wall is None:
        return about_when(help_request)
    return _("%(day)s %(span)s", day=saying.day_words(wall.date()), span=saying.clock_words(wall))


def past_day(day: date, today: date) -> str:
    """今天, 昨天, 前天, then 10月14日."""
    near = {0: _("today"), 1: _("yesterday"), 2: _("the day before yesterday")}
    return near.get((today - day).days, saying.day_words(day))


def waits_for(help_request: HelpRequest, now: datetime) -> str:
    """How long somebody has been waiting for an answer: waits for 5 hours."""
    hours = int((now - help_request.asked_at).total_seconds() // 3600)
    if hours < 1:
        return _("came within the last hour")
    if hours < 48:
        return ngettext("waiting for %(num)d hour", "waiting for %(num)d hours", hours)
    return ngettext("waiting for %(num)d day", "waiting for %(num)d days", hours // 24)


def span_of(span: timedelta) -> str:
    """3 hours, 20 minutes: about how long."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour", "%(num)d hours", round(minutes / 60))
    return ngettext("%(num)d day", "%(num)d days", round(minutes / 60 / 24))
