"""Which member an entry of a 接龙 means: a suggestion with its reason, never a decision.

In this order: exact name, a name that a coordinator has explained before, building with surname,
phone; else somebody is asked. Two of the same name are never taken for one, and nobody is made.
"""

from collections.abc import Mapping, Sequence

from volunteer.activities.jielong import words
from volunteer.activities.jielong.entries import Entry, Match, key_of
from volunteer.core import chinese
from volunteer.core.language import gettext as _
from volunteer.teams.models import Membership

MOST_LIKELY = 6


class Members:
    """A team's members, to be found by what people call them."""

    def __init__(self, memberships: Sequence[Membership], known_as: Mapping[str, int]) -> None:
        """`known_as`: names that a coordinator has explained before, and whom they meant."""
        self.all = memberships
        self.by_id = {member.person_id: member for member in memberships}
        self.known_as = known_as
        self.by_name: dict[str, list[Membership]] = {}
        self.by_phone: dict[str, list[Membership]] = {}
        self.by_surname: dict[str, list[Membership]] = {}
        for member in memberships:
            self.by_name.setdefault(key_of(member.person.name), []).append(member)
            self.by_surname.setdefault(surname_of(member.person.name), []).append(member)
            if member.person.phone:
                self.by_phone.setdefault(member.person.phone, []).append(member)
        self.homes = {
            member.person_id: words.take_home(chinese.narrow(member.note))[0]
            for member in memberships
            if member.note
        }

    def find(self, entry: Entry) -> Match:
        for found in (
            self.by_exact_name(entry),
            self.by_known_name(entry),
            self.by_building(entry),
            self.by_own_phone(entry),
        ):
            if found is not None:
                return found
        return Match(likely=self.alike(entry)[:MOST_LIKELY])

    def by_exact_name(self, entry: Entry) -> Match | None:
        named = self.by_name.get(key_of(entry.name), [])
        fitting = [member for member in named if self.fits(member, entry)]
        if len(named) == 1 and fitting:
            return Match(named[0].person, is_sure=True)
        if len(named) == 1:
            doubt = _("Same name, but another phone or building: is it the same person?")
            return Match(likely=named, doubt=doubt)
        if named:
            proven = [member for member in fitting if self.proves(member, entry)]
            doubt = _("Several members have this name: which of them is it?")
            if len(proven) == 1:
                return Match(proven[0].person, likely=named, doubt=doubt)
            return Match(likely=[*fitting, *(m for m in named if m not in fitting)], doubt=doubt)
        return None

    def by_known_name(self, entry: Entry) -> Match | None:
        member = self.by_id.get(self.known_as.get(key_of(entry.name), 0))
        if member is not None and self.fits(member, entry):
            return Match(member.person, is_sure=True, doubt=_("As you chose last time."))
        return None

    def by_building(self, entry: Entry) -> Match | None:
        alike = self.alike(entry)
        neighbours = [member for member in alike if self.lives_there(member, entry)]
        if len(neighbours) == 1:
            doubt = _("By surname and building: is it right?")
            return Match(neighbours[0].person, likely=alike[:MOST_LIKELY], doubt=doubt)
        return None

    def by_own_phone(self, entry: Entry) -> Match | None:
        owners = self.by_phone.get(entry.phone, []) if entry.phone else []
        if not owners:
            return None
        doubt = _("The phone is a member's: is it this member?")
        return Match(owners[0].person if len(owners) == 1 else None, likely=owners, doubt=doubt)

    def alike(self, entry: Entry) -> list[Membership]:
        """Those with the surname of 王阿姨, those whom a remark calls so, and near names."""
        surname = words.surname_called(entry.name)
        called = [m for m in self.all if len(entry.name) > 1 and entry.name in m.note]
        same = self.by_surname.get(surname, []) if surname else []
        near = [m for m in self.all if len(entry.name) > 1 and is_part(entry.name, m.person.name)]
        found = {member.person_id: member for member in (*called, *same, *near)}
        return sorted(found.values(), key=lambda m: not self.lives_there(m, entry))

    def fits(self, member: Membership, entry: Entry) -> bool:
        """Whether neither phone nor building says that it is somebody else."""
        phone, home = member.person.phone, self.homes.get(member.person_id)
        is_other_phone = bool(entry.phone and phone and entry.phone != phone)
        is_other_home = bool(
            home and home.building and entry.home.building and not self.lives_there(member, entry)
        )
        return not (is_other_phone or is_other_home)

    def proves(self, member: Membership, entry: Entry) -> bool:
        has_phone = bool(entry.phone) and member.person.phone == entry.phone
        return has_phone or self.lives_there(member, entry)

    def lives_there(self, member: Membership, entry: Entry) -> bool:
        home = self.homes.get(member.person_id)
        return home is not None and bool(home.building) and home.building == entry.home.building


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in chinese.COMPOUND_SURNAMES.split() else name[:1]


def is_part(called: str, name: str) -> bool:
    """秀英 of 王秀英, and 王秀英 of 王秀英家."""
    return called in name or name in called
