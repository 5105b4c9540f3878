"""What a lunch needed to know of who ate there is forgotten when its time is over.

A booking's copy of a diet a month after the lunch, as of an elder who left the list; how it was
found out that somebody was safe after three years, as on a visit. Who ate, and when, stays.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from volunteer.activities.models import Occurrence
from volunteer.core.bulk import rows_touched
from volunteer.core.database import session, transaction
from volunteer.meals.models import Diner, Meal, MealBooking
from volunteer.people.models import Person

DIET_KEPT = timedelta(days=30)
WORDS_KEPT = timedelta(days=3 * 365)


def forget_what_is_over(now: datetime) -> int:
    """Answers of how many bookings something was forgotten; where nothing is, nothing is held."""
    long_ago = select(Meal.id).join(Meal.occurrence).where(Occurrence.ends_at < now - DIET_KEPT)
    had_a_diet = MealBooking.diet.is_not(None) & MealBooking.meal_id.in_(long_ago)
    had_words = MealBooking.safe_words.is_not(None) & (MealBooking.safe_at < now - WORDS_KEPT)
    return clear(had_a_diet, diet=None) + clear(had_words, safe_words=None)


def clear(which: ColumnElement[bool], **columns: None) -> int:
    if session.scalar(select(MealBooking.id).where(which).limit(1)) is None:
        return 0
    with transaction():
        return rows_touched(
            session.execute(
                update(MealBooking)
                .where(which)
                .values(columns)
                .execution_options(synchronize_session=False)
            )
        )


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
