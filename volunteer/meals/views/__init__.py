"""The pages of the shared lunch; every part adds addresses to one blueprint."""

from volunteer.meals.views import bookings, delivery, home_safe, kitchen, kitty, menus, standing
from volunteer.meals.views.door import blueprint

__all__ = [
    "blueprint",
    "bookings",
    "delivery",
    "home_safe",
    "kitchen",
    "kitty",
    "menus",
    "standing",
]
