"""The first pages of everybody, and the pages of operators."""

from volunteer.home.views import community, first_page, machines, my_week, operators, today
from volunteer.home.views.door import blueprint

__all__ = ["blueprint", "community", "first_page", "machines", "my_week", "operators", "today"]
