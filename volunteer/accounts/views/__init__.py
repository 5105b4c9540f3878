"""The pages of signing in and of one's own settings; every part adds addresses to one blueprint."""

from volunteer.accounts.views import codes, keys, safety_card, settings, signing_in
from volunteer.accounts.views.door import blueprint

__all__ = ["blueprint", "codes", "keys", "safety_card", "settings", "signing_in"]
