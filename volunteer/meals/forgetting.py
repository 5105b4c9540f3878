"""What a lunch needed to know of who ate there is forgotten when its time is over.

A booking's copy of a diet a month after the lunch, as of an elder who left the list; how it was
found out that somebody was safe after three years, as on a visit. Who ate, and when, stays.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from volunteer.activities.models import Occurrence
from volunteer.core.bulk import empty
from volunteer.core.database import session, transaction
from volunteer.meals.models import Diner, Meal, MealBooking
from volunteer.people.models import Person

DIET_KEPT = timedelta(days=30)
WORDS_KEPT = timedelta(days=3 * 365)


def forget_what_is_over(now: datetime) -> int:
    """Answers of how many bookings something was forgotten; where nothing is, nothing is held."""
    long_ago = select(Meal.id).join(Meal.occurrence).where(Occurrence.ends_at < now - DIET_KEPT)
    of_diets = empty([MealBooking.diet], MealBooking.meal_id.in_(long_ago))
    return of_diets + empty([MealBooking.safe_words], MealBooking.safe_at < now - WORDS_KEPT)


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
        session.expire_all()
