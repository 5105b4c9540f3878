"""Finding one's own request again without an account: by its number and the phone."""

from volunteer.accounts import throttle
from volunteer.accounts.errors import TooManyTries
from volunteer.core import chinese
from volunteer.help_requests import queries
from volunteer.help_requests.errors import TooManyTried, UnknownNumber
from volunteer.help_requests.models import HelpRequest


def find(number: str, phone: str, *, caller: str) -> HelpRequest:
    """The request with this number that was asked from this phone.

    Raises UnknownNumber, alike for a number that there is not and for another phone; or
    TooManyTried when this number, phone or place was tried in vain too often.
    """
    number, phone = chinese.narrow(number), chinese.phone_digits(phone)
    limits = (
        throttle.Limit("help_number", number),
        throttle.Limit("help_phone", phone),
        throttle.Limit("help_place", caller, throttle.TRIES_FROM_ONE_PLACE),
    )
    try:
        with throttle.one_try(*limits):
            found = queries.find_help_request(number, phone)
            if found is None:
                raise UnknownNumber
    except TooManyTries as error:
        raise TooManyTried from error
    return found
