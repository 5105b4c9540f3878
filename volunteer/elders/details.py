"""What a team knows of an elder, but for health: put down, read back, compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from volunteer.core import chinese
from volunteer.core.homes import Home
from volunteer.elders.models import (
    Category,
    Elder,
    EmergencyContact,
    Living,
    RiskLevel,
    VisitChannel,
)

# How long nobody may have seen them, by risk level; the state wants at least once a month for those
# whom it names (民发〔2022〕73号), the rest is our own default.
USUAL_INTERVAL = {RiskLevel.HIGH: 7, RiskLevel.KEY: 30, RiskLevel.GENERAL: 90}
INTERVAL_BY_LAW = 30
NAMED_BY_THE_STATE = frozenset(
    {
        Category.LIVING_ALONE,
        Category.EMPTY_NEST,
        Category.LEFT_BEHIND,
        Category.CARE_DEPENDENT,
        Category.SEVERELY_DISABLED,
        Category.SPECIAL_FAMILY,
    }
)
LIVING_NAMED_BY_THE_STATE = frozenset({Living.ALONE, Living.COUPLE, Living.LEFT_BEHIND})


@dataclass(frozen=True)
class ContactDetails:
    """Whom to call when something has happened."""

    name: str
    phone: str
    relation: str = ""
    city: str = ""
    has_key: bool = False


@dataclass(frozen=True)
class ElderDetails:
    """What the team knows of an elder, but for health; everything but the names is optional.

    `interval_days` None means what is usual for their risk level.
    """

    name: str
    preferred_name: str
    phone: str = ""
    landline: str = ""
    birth_year: int | None = None
    home: Home = field(default_factory=Home)
    living: Living | None = None
    categories: Sequence[Category] = ()
    communication_note: str = ""
    caution_note: str = ""
    key_holder: str = ""
    note: str = ""
    visit_channel: VisitChannel = VisitChannel.HOME
    interval_days: int | None = None
    contacts: Sequence[ContactDetails] = ()


def details_of(elder: Elder) -> ElderDetails:
    """What is known of them now, as it would be put down again."""
    return ElderDetails(
        name=elder.person.name,
        preferred_name=elder.preferred_name,
        phone=elder.person.phone or "",
        landline=elder.landline or "",
        birth_year=elder.birth_year,
        home=elder.home,
        living=elder.living_situation,
        categories=elder.special_categories,
        communication_note=elder.communication_note or "",
        caution_note=elder.caution_note or "",
        key_holder=elder.key_holder or "",
        note=elder.note or "",
        visit_channel=elder.visit_channel,
        interval_days=chosen_interval(elder),
        contacts=[
            ContactDetails(
                row.name, row.phone, row.relation or "", row.city or "", has_key=row.has_key
            )
            for row in elder.contacts
        ],
    )


def usual_interval(
    level: RiskLevel, categories: Sequence[Category], living: Living | None = None
) -> int:
    """After how many days somebody should see them again.

    With whom they live names them, too: whoever has said that need not tick it once more.
    """
    is_named = living in LIVING_NAMED_BY_THE_STATE or not NAMED_BY_THE_STATE.isdisjoint(categories)
    return INTERVAL_BY_LAW if level is RiskLevel.GENERAL and is_named else USUAL_INTERVAL[level]


def usual_interval_of(elder: Elder) -> int:
    return usual_interval(elder.risk_level, elder.special_categories, elder.living_situation)


def chosen_interval(elder: Elder) -> int | None:
    """The interval that somebody chose; None where it is the usual one, which follows the rest."""
    return None if elder.interval_days == usual_interval_of(elder) else elder.interval_days


def write(elder: Elder, details: ElderDetails) -> None:
    elder.preferred_name = details.preferred_name
    elder.birth_year = details.birth_year
    elder.address = details.home.as_stored() or None
    elder.landline = chinese.phone_digits(details.landline) or None
    elder.living = details.living.value if details.living else None
    elder.categories = [category.value for category in details.categories]
    elder.communication_note = details.communication_note or None
    elder.caution_note = details.caution_note or None
    elder.key_holder = details.key_holder or None
    elder.note = details.note or None
    elder.visit_channel = details.visit_channel
    elder.interval_days = details.interval_days or usual_interval_of(elder)
    write_contacts(elder, details.contacts)


def write_contacts(elder: Elder, contacts: Sequence[ContactDetails]) -> None:
    """In this order; rows are kept and filled anew, for a place in the order is a key."""
    rows = list(elder.contacts)
    for position, contact in enumerate(contacts):
        if position < len(rows):
            row = rows[position]
        else:
            row = EmergencyContact(position=position)
            elder.contacts.append(row)
        row.name = contact.name
        row.phone = chinese.phone_digits(contact.phone)
        row.relation, row.city = contact.relation or None, contact.city or None
        row.has_key = contact.has_key
    for row in rows[len(contacts) :]:
        elder.contacts.remove(row)


def snapshot(elder: Elder) -> dict[str, object]:
    fields = (
        "preferred_name", "birth_year", "address", "landline", "living", "categories",
        "communication_note", "caution_note", "key_holder", "note", "visit_channel",
        "interval_days",
    )  # fmt: skip
    found = {name: getattr(elder, name) for name in fields}
    found["name"], found["phone"] = elder.person.name, elder.person.phone
    found["contacts"] = [
        (row.name, row.phone, row.relation, row.city, row.has_key) for row in elder.contacts
    ]
    return found
