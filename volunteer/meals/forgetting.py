"""What a lunch needed to know of who ate there is forgotten when its time is over.

A booking's copy of a diet, and what was done so that a dish harms nobody, a month after the lunch,
as of an elder who left the list; where somebody lives and how they eat a year after they last ate
with us, and with it who they were, unless they are something else to us; how it was found out that
somebody was safe, and the photos of receipts, after three years, as on a visit. Who ate, and when,
and every line of the kitty stays.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, not_, or_, select, update

from volunteer.activities.models import Occurrence, Signup
from volunteer.core.bulk import empty
from volunteer.core.database import any_of, session, transaction
from volunteer.elders.models import OVER, Elder
from volunteer.meals import queries
from volunteer.meals.models import ConflictTick, Diner, Dish, KittyEntry, Meal, MealBooking
from volunteer.people import forgetting
from volunteer.people.models import Person
from volunteer.pictures import keeping
from volunteer.teams.models import Membership
from volunteer.teams.queries import IN_TEAM

DIET_KEPT = timedelta(days=30)
WORDS_KEPT = timedelta(days=3 * 365)


def forget_what_is_over(now: datetime) -> int:
    """Answers of how many bookings something was forgotten; where nothing is, nothing is held."""
    long_ago = select(Meal.id).join(Meal.occurrence).where(Occurrence.ends_at < now - DIET_KEPT)
    of_diets = empty([MealBooking.diet], MealBooking.meal_id.in_(long_ago))
    dishes = select(Dish.id).where(Dish.meal_id.in_(long_ago))
    empty([ConflictTick.words], ConflictTick.dish_id.in_(dishes), left="")
    keeping.forget_all(KittyEntry.picture_id, KittyEntry.at < now - WORDS_KEPT)
    forget_who_ate(now)
    return of_diets + empty([MealBooking.safe_words], MealBooking.safe_at < now - WORDS_KEPT)


def forget_who_ate(now: datetime) -> None:
    """A year after the last lunch. Who comes again is asked again where they live."""
    is_gone = not_(or_(queries.eats(now), *may_eat_along(now)))
    empty([Diner.address, Diner.diet, Diner.lives_alone], is_gone)
    forgetting.forget_all(select(Diner.person_id).where(is_gone), now)


def may_eat_along(now: datetime) -> list[ColumnElement[bool]]:
    """Conditions on diners: who cooks or helps eats along without a booking, and counts on it that
    the kitchen knows what harms them; an elder of the team is known to it anyway."""
    in_team = select(Membership.id).where(
        Membership.team_id == Diner.team_id,
        Membership.person_id == Diner.person_id,
        Membership.status.in_(IN_TEAM),
    )
    helps = (
        select(Signup.id)
        .join(Signup.occurrence)
        .where(Signup.person_id == Diner.person_id, Occurrence.ends_at > now - queries.EATEN_KEPT)
    )
    on_the_list = select(Elder.id).where(
        Elder.team_id == Diner.team_id,
        Elder.person_id == Diner.person_id,
        Elder.status.not_in(OVER),
    )
    return [any_of(each) for each in (in_team, helps, on_the_list)]


def forget_diner(person: Person) -> None:
    """They are forgotten: where they lived and how they ate, too."""
    theirs = select(Diner.id).where(Diner.person_id == person.id)
    with transaction():
        session.execute(
            update(MealBooking)
            .where(MealBooking.diner_id.in_(theirs))
            .values(diet=None, safe_words=None)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Diner)
            .where(Diner.person_id == person.id)
            .values(address=None, diet=None, lives_alone=None)
            .execution_options(synchronize_session=False)
        )
        empty([ConflictTick.words], ConflictTick.person_id == person.id, left="")
        session.expire_all()
