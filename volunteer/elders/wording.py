"""What the choices about elders and visits are called."""

from collections.abc import Collection
from datetime import date, datetime

from volunteer.audit.models import FieldGroup, Reason
from volunteer.core import clock, saying
from volunteer.core.language import Sentence, ngettext
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.elders.models import (
    OF_HEALTH,
    Category,
    Check,
    DietTag,
    Elder,
    ElderStatus,
    Ending,
    EndReason,
    Finding,
    Living,
    MajorChange,
    NoAnswer,
    RiskLevel,
    Source,
    StepKind,
    Visit,
    VisitChannel,
    VisitStatus,
)
from volunteer.people.models import ConsentScope

LIVING = {
    Living.ALONE: __("Alone"),
    Living.COUPLE: __("As a couple, the children elsewhere"),
    Living.WITH_CHILDREN: __("With children"),
    Living.WITH_DISABLED_CHILD: __("With a disabled child"),
    Living.LEFT_BEHIND: __("The family works far away"),
}
CATEGORIES = {
    Category.ADVANCED_AGE: __("80 or older"),
    Category.LIVING_ALONE: __("Lives alone"),
    Category.EMPTY_NEST: __("Empty nest"),
    Category.LEFT_BEHIND: __("Family far away"),
    Category.CARE_DEPENDENT: __("Needs full care"),
    Category.PARTLY_DEPENDENT: __("Needs some care"),
    Category.DEMENTIA: __("Dementia"),
    Category.SEVERELY_DISABLED: __("Severely disabled"),
    Category.SPECIAL_FAMILY: __("Special family (lost an only child)"),
    Category.LOW_INCOME: __("Low income"),
    Category.EXTREME_POVERTY: __("Extreme poverty"),
}
# What is not there without a consent, and how one asks for it.
WITHOUT = {
    ConsentScope.BASIC: __(
        "Address, living situation, contacts and notes are not shown: they have not agreed to be "
        "looked after."
    ),
    ConsentScope.HEALTH: __("Health, diet, and what touches them are not shown."),
    ConsentScope.CONTACTS: __(
        "The people to call are not shown, but when nobody answers; then it is written down."
    ),
    ConsentScope.PHONE_CARE: __("Nobody phones them only to ask how they are."),
    ConsentScope.PHOTO_INSIDE: __("No picture of them is taken or kept."),
    ConsentScope.COMMITTEE: __("Nothing of them is passed on to the residents' committee."),
}
HOW_TO_ASK = {
    ConsentScope.BASIC: __(
        "Ask: May somebody of us look in on you, and may we note where you live? You may say no."
    ),
    ConsentScope.HEALTH: __(
        "Ask: May we note what matters for your health and your food? If not, we come all the same."
    ),
    ConsentScope.CONTACTS: __(
        "Ask: May we call your family when something is wrong? If not, we come all the same."
    ),
    ConsentScope.PHONE_CARE: __("Ask: May we phone you now and then?"),
    ConsentScope.PHOTO_INSIDE: __("Ask: May we take a picture for the team?"),
    ConsentScope.COMMITTEE: __("Ask: May we tell the residents' committee when you need them?"),
}
# On the card in the visitor's pocket, and under every record.
NEVER = (
    __("take money or gifts"),
    __("lend or borrow money"),
    __("keep a bank card or a password"),
    __("sell anything"),
    __("give medicine or injections"),
    __("treat an illness"),
    __("take pictures to pass on"),
    __("go out with them alone"),
)
RISKS = {
    RiskLevel.HIGH: __("High"),
    RiskLevel.KEY: __("Raised"),
    RiskLevel.GENERAL: __("General"),
}
RISK_HINTS = {
    RiskLevel.HIGH: __("Seen every week"),
    RiskLevel.KEY: __("Seen every month"),
    RiskLevel.GENERAL: __("Seen every month, or every three months"),
}
WHY_RISK = __("What anybody would understand: 86, lives alone, fell in March.")
STATUSES = {
    ElderStatus.PROSPECTIVE: __("Without consent"),
    ElderStatus.ACTIVE: __("Being visited"),
    ElderStatus.SUSPENDED: __("In hospital or away"),
    ElderStatus.ENDED: __("No longer on the list"),
    ElderStatus.ARCHIVED: __("Ended long ago"),
}
END_REASONS = {
    EndReason.MOVED: __("Moved away"),
    EndReason.DECLINED: __("Does not want it any more"),
    EndReason.DIED: __("Has died"),
}
DIETS = {
    DietTag.DIABETES: __("Diabetes"),
    DietTag.LOW_SALT: __("Little salt"),
    DietTag.LOW_FAT: __("Little fat"),
    DietTag.SOFT: __("Soft food"),
    DietTag.HALAL: __("Halal"),
    DietTag.VEGETARIAN: __("Vegetarian"),
    DietTag.NOT_SPICY: __("Not spicy"),
}
CHANNELS = {
    VisitChannel.HOME: __("At their home"),
    VisitChannel.PHONE: __("By phone"),
    VisitChannel.VIDEO: __("By video call"),
    VisitChannel.MET: __("Met outside"),
}
OUTCOMES = {
    VisitStatus.PLANNED: __("Planned"),
    VisitStatus.DONE: __("Seen"),
    VisitStatus.NO_ANSWER: __("Nobody answered"),
    VisitStatus.DECLINED: __("Did not want a visit"),
    VisitStatus.POSTPONED: __("Another day"),
    VisitStatus.CANCELLED: __("Cancelled"),
}
REACHED = __("Reached on the phone")
CHECKS = {
    Check.BODY: __("Body"),
    Check.FOOD: __("Food"),
    Check.MOOD: __("Mood"),
    Check.HOME: __("At home"),
    Check.FAMILY: __("Family"),
}
CHECK_HINTS = {
    Check.BODY: __("Energy, medicine, walking"),
    Check.FOOD: __("Appetite, fridge, boiled water"),
    Check.MOOD: __("Talk, sleep, going out"),
    Check.HOME: __("Light, gas, slippery floors, lock"),
    Check.FAMILY: __("Calls, visits"),
}
FINDINGS = {
    Finding.FINE: __("Fine"),
    Finding.WATCH: __("To watch"),
    Finding.ACT: __("To be done"),
}
CHANGES = {
    MajorChange.FALL: __("Has fallen"),
    MajorChange.DISCHARGE: __("Is back from hospital"),
    MajorChange.BEREAVEMENT: __("Has lost somebody close"),
    MajorChange.GAS_LEAK: __("Gas leaked, or something burned"),
    MajorChange.OTHER: __("Something else that matters"),
}
SOURCES = {
    Source.VISIT: __("at a visit"),
    Source.CALL: __("on the phone"),
    Source.MEAL: __("when a meal was brought"),
}
STEPS = {
    StepKind.KNOCK: __("Knocked and phoned"),
    StepKind.CONTACT: __("Called the first contact"),
    StepKind.NEIGHBOUR: __("Asked neighbours and who has a key"),
    StepKind.COMMUNITY: __("Called the community"),
    StepKind.DANGER: __("Called 110, 119 or 120"),
}
TO_DO = {
    StepKind.KNOCK: __("knock loudly, and phone them"),
    StepKind.CONTACT: __("call the first contact"),
    StepKind.NEIGHBOUR: __("ask neighbours and who has a key"),
    StepKind.COMMUNITY: __("call the community"),
}
ENDINGS = {
    Ending.SPOKE: __("Somebody spoke with them"),
    Ending.HANDED_OVER: __("Handed over to somebody"),
}
END_WAS_A_MISTAKE = "end_was_a_mistake"
# What who looks after an elder is told: by the reason why it ended, or else by their state.
CARE_NEWS = {
    EndReason.DIED.value: __(
        "We are sorry to tell you: an elder whom you looked after has died. Thank you for having "
        "been there. If you want to talk, call us."
    ),
    EndReason.MOVED.value: __(
        "An elder whom you looked after has moved away. Thank you for every visit."
    ),
    EndReason.DECLINED.value: __(
        "An elder whom you looked after would rather do without visits. It is not your doing; "
        "thank you."
    ),
    END_WAS_A_MISTAKE: __(
        "An elder whom you look after was taken off the list by mistake. They are still with us; "
        "please look after them as before."
    ),
    ElderStatus.SUSPENDED.value: __(
        "An elder you look after is in hospital or away. No need to go, and nobody reminds you; "
        "we tell you when they are back."
    ),
    ElderStatus.ACTIVE.value: __(
        "An elder whom you look after is back. They will be glad to see you."
    ),
    ElderStatus.PROSPECTIVE.value: __(
        "An elder whom you look after wants no visits at the moment. Please do not go until they "
        "agree again."
    ),
}
# Why somebody looks at health and diet; exporting has a page of its own.
REASONS = {
    Reason.VISIT: __("I plan or prepare a visit"),
    Reason.MEAL: __("I cook for them, or bring a meal"),
    Reason.EMERGENCY: __("Something has happened"),
    Reason.UPKEEP: __("I keep it up to date"),
    Reason.ASKED: __("They asked me to look"),
    Reason.EXPORT: __("For a list"),
    Reason.WEATHER: __("A round in heat or cold"),
    Reason.SAFEGUARDING: __("I look after concerns"),
    Reason.INCIDENT: __("I see to an incident"),
}
FIELD_GROUPS = {
    FieldGroup.HEALTH: __("Health and diet"),
    FieldGroup.DIET: __("Diet"),
    FieldGroup.CALLS: __("Name and number"),
    FieldGroup.CONCERN: __("A concern"),
    FieldGroup.SAFETY: __("Safety card"),
    FieldGroup.LIMITS: __("What somebody can't do"),
    FieldGroup.INCIDENT: __("A report of an incident"),
}


def seen(elder: Elder, today: date) -> str:
    """Seen 3 days ago, or phoned, or that nobody has seen them yet."""
    if elder.last_seen_on is None:
        return _("Not seen yet")
    happened = elder.team.today(elder.changed_at) if elder.changed_at else None
    if elder.is_to_be_met and happened and happened <= elder.last_seen_on:
        # They were phoned, or seen on that day before it happened.
        return _("Nobody has been to see them since")
    days = (today - elder.last_seen_on).days
    if elder.is_due_despite_a_call:
        if days <= 0:
            return _("Phoned today")
        return ngettext("Phoned %(num)d day ago", "Phoned %(num)d days ago", days)
    if days <= 0:
        return _("Seen today")
    return ngettext("Seen %(num)d day ago", "Seen %(num)d days ago", days)


def due(elder: Elder, today: date) -> str:
    """Overdue by 6 days, or until when somebody should see them; empty while nobody visits."""
    if elder.due_on is None:
        return ""
    days = (elder.due_on - today).days
    if days < 0:
        return ngettext("Overdue by %(num)d day", "Overdue by %(num)d days", -days)
    if days == 0:
        return _("To be seen today")
    return ngettext("To be seen within %(num)d day", "To be seen within %(num)d days", days)


def by_when(elder: Elder) -> str:
    """Until when somebody sees them after a major change, by the clock of the team's zone."""
    if elder.see_by is None:
        return ""
    wall = elder.team.wall(elder.see_by)
    return _("%(day)s %(span)s", day=saying.day_words(wall.date()), span=saying.clock_words(wall))


def situation(elder: Elder, today: date) -> str:
    """How old they are, and with whom they live."""
    age = elder.age(today)
    living = str(LIVING[elder.living_situation]) if elder.living_situation else ""
    if age is None:
        return living
    old = _("%(age)d years old", age=age)
    return old + _(", ") + living[0].lower() + living[1:] if living else old


def when(visit: Visit) -> str:
    """10月14日（周三）下午3:00, by the clock of the team's zone."""
    return _(
        "%(day)s %(span)s",
        day=saying.day_words(visit.day, today=visit.team.today(clock.now())),
        span=saying.clock_words(visit.wall_starts),
    )


def outcome(visit: Visit) -> Sentence:
    """What became of a visit; who was phoned was not seen."""
    is_call = visit.channel is VisitChannel.PHONE
    return REACHED if is_call and visit.status is VisitStatus.DONE else OUTCOMES[visit.status]


def began(found: NoAnswer) -> str:
    """10月14日（周三）下午2:05，探访时: by the clock of the team's zone."""
    wall = found.team.wall(found.began_at)
    when = _("%(day)s %(span)s", day=saying.day_words(wall.date()), span=saying.clock_words(wall))
    return _("%(time)s, %(source)s", time=when, source=SOURCES[found.source])


def for_minutes(found: NoAnswer, now: datetime) -> str:
    """How long nobody has known: 12 minutes, 3 hours, 2 days."""
    minutes = found.minutes(now)
    if minutes < 1:
        return _("just now")
    if minutes < 120:
        return ngettext("for %(num)d minute", "for %(num)d minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("for %(num)d hour", "for %(num)d hours", minutes // 60)
    return ngettext("for %(num)d day", "for %(num)d days", minutes // (24 * 60))


def categories(elder: Elder, agreed: Collection[ConsentScope]) -> list[str]:
    """What is true of them, as far as they agree that it is shown."""
    return [
        str(CATEGORIES[category])
        for category in elder.special_categories
        if ConsentScope.HEALTH in agreed or category not in OF_HEALTH
    ]
