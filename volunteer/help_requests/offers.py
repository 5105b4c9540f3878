"""Letting whoever was asked go, when it is settled without them."""

from volunteer.help_requests import notices
from volunteer.help_requests.models import HelpRequest, OfferStatus


def release(help_request: HelpRequest, *, accepted_too: bool = False) -> None:
    """Whoever was asked is free again, and hears it; the clock asks nobody more.

    Belongs in the transaction of the change.
    """
    help_request.ask_next_at = help_request.reach = None
    for offer in help_request.offers:
        if offer.is_waiting or (accepted_too and offer.status is OfferStatus.ACCEPTED):
            offer.status = OfferStatus.RELEASED
            notices.tell_volunteer(notices.HELP_CALLED_OFF, offer)
