"""The kitchen of one meal: who cooks and is well, whom a dish may harm, the sheet, the sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.meals import (
    allergies,
    booking_queries,
    diets,
    head_count,
    kitchen_queries,
)
from volunteer.meals.diets import Diet
from volunteer.meals.errors import (
    CooksNotWell,
    MealIsOff,
    MenuMissing,
    NoSuchConflict,
    NotACook,
    NotOnItsDay,
    OpenConflicts,
    SaidNothing,
)
from volunteer.meals.head_count import HeadCount
from volunteer.meals.models import (
    Allergen,
    ConflictTick,
    Dish,
    Meal,
    MealBooking,
    MealCook,
    MealState,
)
from volunteer.people.models import Person


@dataclass(frozen=True)
class Cook:
    """A helper of the date whose work is in the kitchen."""

    person: Person
    work: str
    eats: bool
    said: MealCook | None
    is_well: bool


@dataclass(frozen=True)
class Conflict:
    """A dish that may harm somebody who eats, and what was done about it."""

    person: Person
    dish: Dish
    known: frozenset[Allergen]
    own_words: tuple[str, ...]
    allergies: str
    tick: ConflictTick | None

    @property
    def is_open(self) -> bool:
        return self.tick is None


@dataclass(frozen=True)
class Kitchen:
    """All that the kitchen of one meal must know."""

    meal: Meal
    bookings: Sequence[MealBooking]
    cooks: Sequence[Cook]
    diets: Mapping[int, Diet]
    conflicts: Sequence[Conflict]
    count: HeadCount

    @property
    def open_conflicts(self) -> list[Conflict]:
        return [conflict for conflict in self.conflicts if conflict.is_open]

    @property
    def is_checked(self) -> bool:
        """Somebody went through it, and nothing has come up since."""
        return self.meal.checked_at is not None and not self.open_conflicts

    @property
    def people(self) -> list[Person]:
        """Everybody who eats or cooks."""
        return [b.person for b in self.bookings if b.eats] + [cook.person for cook in self.cooks]

    @property
    def whose_diets(self) -> list[Person]:
        """Of whom something is shown on the sheet."""
        people = [b.person for b in self.bookings if b.eats] + [
            cook.person for cook in self.cooks if cook.eats
        ]
        return list({p.id: p for p in people if p.id in self.diets}.values())

    @property
    def with_diets(self) -> list[MealBooking]:
        return [b for b in self.bookings if b.eats and b.diner.person_id in self.diets]


def enter(meal: Meal) -> Kitchen:
    """The kitchen as it is now. Whoever shows diets of it calls diets.look() first."""
    bookings = booking_queries.list_bookings(meal)
    cooks = cooks_of(meal)
    people = {b.diner.person_id: b.person for b in bookings if b.eats}
    people |= {cook.person.id: cook.person for cook in cooks if cook.eats}
    if meal.state(clock.now()) is MealState.SERVED:
        known: Mapping[int, Diet] = diets.kept(bookings)
    else:
        known = diets.known(meal.team, people.keys())
    eating = [cook.person.id for cook in cooks if cook.eats]
    return Kitchen(
        meal=meal,
        bookings=bookings,
        cooks=cooks,
        diets=known,
        conflicts=conflicts_in(meal, people, known),
        count=head_count.count(bookings, eating, known),
    )


def cooks_of(meal: Meal) -> list[Cook]:
    """Helpers of the date who cook; each eats along unless they said otherwise."""
    said = kitchen_queries.find_cooks(meal)
    return [
        Cook(
            person=signup.person,
            work=signup.role.name,
            eats=said[signup.person_id].eats if signup.person_id in said else True,
            said=said.get(signup.person_id),
            is_well=is_well_then(meal, said.get(signup.person_id)),
        )
        for signup in kitchen_queries.list_helpers(meal)
        if meal.plan.is_cooking(signup.role.position)
    ]


def is_well_then(meal: Meal, said: MealCook | None) -> bool:
    """Whether they said so on the day itself: of a lunch that was moved that day says nothing."""
    well_at = said.well_at if said else None
    return well_at is not None and meal.team.today(well_at) == meal.day


def conflicts_in(
    meal: Meal, people: Mapping[int, Person], known: Mapping[int, Diet]
) -> list[Conflict]:
    """In the order of the menu, and by name."""
    ticks = kitchen_queries.find_ticks(meal)
    found = []
    for dish in meal.dishes:
        for person_id, person in people.items():
            words = known[person_id].allergies if person_id in known else ""
            meant, own = allergies.harmful(dish, words)
            if meant or own:
                tick = ticks.get((dish.id, person_id))
                found.append(Conflict(person, dish, frozenset(meant), tuple(own), words, tick))
    return found


def tick(meal: Meal, *, dish_id: int, person_id: int, words: str, by: Person) -> None:
    """Somebody has seen to it, and says what was done; twice changes nothing.

    Raises SaidNothing, or NoSuchConflict for a line that is no longer there.
    """
    if not words.strip():
        raise SaidNothing
    with transaction():
        lock(meal)
        found = [
            conflict
            for conflict in enter(meal).conflicts
            if (conflict.dish.id, conflict.person.id) == (dish_id, person_id)
        ]
        if not found:
            raise NoSuchConflict
        if not found[0].is_open:
            return
        done = ConflictTick(
            dish_id=dish_id, person_id=person_id, words=words.strip(), by=by, at=clock.now()
        )
        session.add(done)
        trail.record("meal.conflict_seen_to", done, by=by, person=found[0].person, team=meal.team)


def check(meal: Meal, *, by: Person) -> None:
    """The sheet was gone through, and holds from now on; the bookings keep the diets it shows.

    Raises MealIsOff, MenuMissing, OpenConflicts, or CooksNotWell on the day itself while a cook
    has not said that they are well.
    """
    with transaction():
        lock(meal)
        kitchen = enter(meal)
        if meal.occurrence.is_cancelled:
            raise MealIsOff
        if not meal.dishes:
            raise MenuMissing
        if kitchen.open_conflicts:
            raise OpenConflicts
        if meal.is_today(clock.now()) and not all(cook.is_well for cook in kitchen.cooks):
            raise CooksNotWell
        for booking in kitchen.bookings:
            diet = kitchen.diets.get(booking.diner.person_id)
            # Sealed anew it would look changed each time.
            if Diet.of(booking.diet) != (diet or Diet()):
                booking.diet = diet.as_stored() if diet else None
        meal.checked_at, meal.checked_by = clock.now(), by
        trail.record("meal.checked", meal, by=by, team=meal.team, portions=kitchen.count.cooked)


def say_well(meal: Meal, person: Person, *, by: Person) -> None:
    """No fever, no cough, no wounds today. Raises NotACook, or NotOnItsDay."""
    with transaction():
        lock(meal)
        if not meal.is_today(clock.now()):
            raise NotOnItsDay
        note = note_of(meal, person)
        if not is_well_then(meal, note):
            note.well_at, note.well_by_id = clock.now(), by.id
            trail.record("cook.well", note, by=by, person=person, team=meal.team)


def eat_along(meal: Meal, person: Person, *, eats: bool, by: Person) -> None:
    """Whether this cook eats along. Raises NotACook."""
    with transaction():
        lock(meal)
        note_of(meal, person).eats = eats
        trail.record("cook.eats" if eats else "cook.does_not_eat", meal, by=by, person=person,
                     team=meal.team)  # fmt: skip


def note_of(meal: Meal, person: Person) -> MealCook:
    cook = next((cook for cook in cooks_of(meal) if cook.person.id == person.id), None)
    if cook is None:
        raise NotACook
    note = cook.said or MealCook(meal_id=meal.id, person_id=person.id, eats=True)
    session.add(note)
    return note


def keep_sample(meal: Meal, *, by: Person) -> None:
    """Some of each dish is in the fridge; twice changes nothing.

    Raises MenuMissing or NotOnItsDay.
    """
    with transaction():
        lock(meal)
        if not meal.dishes:
            raise MenuMissing
        if not meal.is_today(clock.now()):
            raise NotOnItsDay
        if meal.sample_at is None:
            meal.sample_at, meal.sample_by = clock.now(), by
            trail.record("meal.sample_kept", meal, by=by, team=meal.team,
                         grams=meal.plan.sample_grams)  # fmt: skip


def count(meal: Meal) -> HeadCount:
    """The figures of a meal alone, without anybody's diet."""
    eating = [cook.person.id for cook in cooks_of(meal) if cook.eats]
    return head_count.count(booking_queries.list_bookings(meal), eating)
