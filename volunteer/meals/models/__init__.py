"""The tables of the shared lunch, one file for each part; their names are used from here."""

from volunteer.meals.models.allergens import KNOWN_BY, Allergen
from volunteer.meals.models.bookings import BookingStatus, DeliveryResult, MealBooking
from volunteer.meals.models.diners import (
    MOST_PORTIONS,
    Diner,
    MealWay,
    StandingMeal,
    StandingMealPause,
)
from volunteer.meals.models.kitchen import ConflictTick, MealCook, MealDeliverer
from volunteer.meals.models.kitty import MOST_FEN, Kitty, KittyEntry, KittyHandover, MoneyWay
from volunteer.meals.models.meals import (
    MOST_SEATS,
    Dish,
    Ingredient,
    Meal,
    MealPlan,
    MealState,
    Unit,
    scaled,
)

__all__ = [
    "KNOWN_BY",
    "MOST_FEN",
    "MOST_PORTIONS",
    "MOST_SEATS",
    "Allergen",
    "BookingStatus",
    "ConflictTick",
    "DeliveryResult",
    "Diner",
    "Dish",
    "Ingredient",
    "Kitty",
    "KittyEntry",
    "KittyHandover",
    "Meal",
    "MealBooking",
    "MealCook",
    "MealDeliverer",
    "MealPlan",
    "MealState",
    "MealWay",
    "MoneyWay",
    "StandingMeal",
    "StandingMealPause",
    "Unit",
    "scaled",
]
