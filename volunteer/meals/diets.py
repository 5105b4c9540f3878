"""What the kitchen must know of a diner: kept and shown only while they agree (health consent).

A diet is what they told the kitchen, together with what the same team knows of them as an elder. A
booking keeps a copy. Whoever shows any of it to somebody writes the look down first: see look().
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update

from volunteer.activities.models import Activity, Occurrence
from volunteer.audit import reading, trail
from volunteer.audit.models import FieldGroup, Reason
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.elders import health
from volunteer.elders.models import DietTag, Elder
from volunteer.meals.errors import DietConsentNeeded
from volunteer.meals.models import (
    ConflictTick,
    Diner,
    Dish,
    Meal,
    MealBooking,
    StandingMeal,
)
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person
from volunteer.teams.models import Team


@dataclass(frozen=True)
class Diet:
    """Tags in the order of the list, and allergies in their own words."""

    tags: tuple[DietTag, ...] = ()
    allergies: str = ""

    def __bool__(self) -> bool:
        return bool(self.tags or self.allergies)

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> "Diet":
        """The diet that as_stored() has put away."""
        kept = stored or {}
        return cls(in_order(kept.get("tags", ())), kept.get("allergies", ""))

    def as_stored(self) -> dict[str, Any] | None:
        if not self:
            return None
        return {"tags": [tag.value for tag in self.tags], "allergies": self.allergies}

    def and_also(self, other: "Diet") -> "Diet":
        """Both together: what either of them forbids is forbidden."""
        words = dict.fromkeys(text for text in (self.allergies, other.allergies) if text)
        return Diet(in_order({*self.tags, *other.tags}), "、".join(words))


def in_order(tags: Iterable[str]) -> tuple[DietTag, ...]:
    given = set(tags)
    return tuple(tag for tag in DietTag if tag in given)


def known(team: Team, people: Collection[int]) -> dict[int, Diet]:
    """What is known now of these people, by their number; nothing of whom does not agree.

    Nobody has read it yet: whoever shows it calls look() first.
    """
    if not people:
        return {}
    agree = who_agrees(people)
    told: dict[int, Any] = dict(
        session.execute(
            select(Diner.person_id, Diner.diet).where(
                Diner.team_id == team.id, Diner.person_id.in_(agree)
            )
        ).all()
    )
    of_elders = health.copy_diets(team, agree)
    found = {}
    for number in agree:
        tags, allergies = of_elders.get(number, ((), ""))
        diet = Diet.of(told.get(number)).and_also(Diet(in_order(tags), allergies))
        if diet:
            found[number] = diet
    return found


def kept(bookings: Sequence[MealBooking]) -> dict[int, Diet]:
    """As it was when they booked, by the person's number, of those who still agree."""
    agree = who_agrees([booking.diner.person_id for booking in bookings])
    found = {b.diner.person_id: Diet.of(b.diet) for b in bookings if b.diner.person_id in agree}
    return {number: diet for number, diet in found.items() if diet}


def who_agrees(people: Collection[int]) -> set[int]:
    today = clock.today()
    agreed = people_queries.who_agrees(ConsentScope.HEALTH, today)
    return set(
        session.scalars(select(Person.id).where(Person.id.in_(people), Person.id.in_(agreed)))
    )


def look(team: Team, people: Iterable[Person], *, by: Person) -> None:
    """Write down that `by` looks at the diets of these people, to cook or to bring a meal."""
    reading.note(
        FieldGroup.DIET, of=list(people), by=by, reason=Reason.MEAL, allowed=True, team=team
    )


def tell(diner: Diner, diet: Diet, *, by: Person) -> None:
    """What they told the kitchen, from now on. Raises DietConsentNeeded."""
    with transaction():
        if diet and not consents.has(diner.person, ConsentScope.HEALTH):
            raise DietConsentNeeded
        if diner.diet == diet.as_stored():
            return
        before = allergies_of(diner)
        diner.diet = diet.as_stored()
        if allergies_of(diner) != before:
            see_to_anew(diner.team, diner.person)
        trail.record("diner.diet_changed", diner, by=by, person=diner.person, team=diner.team)


def allergies_of(diner: Diner) -> str:
    """All that is known now, by what they told the kitchen and by what the team knows of them."""
    session.flush()
    return known(diner.team, [diner.person_id]).get(diner.person_id, Diet()).allergies


def follow_elder(elder: Elder) -> None:
    """The same team notes anew what one of its elders is allergic to."""
    see_to_anew(elder.team, elder.person)


def see_to_anew(team: Team, person: Person) -> None:
    """They are allergic to something else now: who saw to a dish for them did not know of it, so
    each that may harm them is a red line again, until the meal is over."""
    coming = (
        select(Dish.id)
        .join(Dish.meal)
        .join(Meal.occurrence)
        .join(Occurrence.activity)
        .where(Activity.team_id == team.id, Occurrence.ends_at > clock.now())
    )
    with transaction():
        session.execute(
            delete(ConflictTick)
            .where(ConflictTick.person_id == person.id, ConflictTick.dish_id.in_(coming))
            .execution_options(synchronize_session=False)
        )


def hold_meals_of(person: Person) -> None:
    """Whoever copies their diet at this moment, checking a sheet or booking who eats every week, is
    done before we take it away, or waits and reads that they do not agree."""
    theirs = select(Diner.id).where(Diner.person_id == person.id)
    booked = select(MealBooking.meal_id).where(MealBooking.diner_id.in_(theirs))
    weekly = select(StandingMeal.plan_id).where(
        StandingMeal.diner_id.in_(theirs), StandingMeal.ended_at.is_(None)
    )
    session.scalars(
        select(Meal.id)
        .where(or_(Meal.id.in_(booked), Meal.plan_id.in_(weekly)))
        .order_by(Meal.id)
        .with_for_update(key_share=True)
    ).all()


def forget_without_consent(person: Person, scope: ConsentScope, by: Person) -> None:
    """They no longer agree: neither the kitchen's note nor any copy of it stays."""
    if scope is not ConsentScope.HEALTH:
        return
    with transaction():
        hold_meals_of(person)
        session.execute(update(Diner).where(Diner.person_id == person.id).values(diet=None))
        of_person = select(Diner.id).where(Diner.person_id == person.id)
        session.execute(
            update(MealBooking)
            .where(MealBooking.diner_id.in_(of_person))
            .values(diet=None)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
