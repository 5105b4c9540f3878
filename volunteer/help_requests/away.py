"""Somebody is away for some days: nobody waits any longer for their answer about one of these, and
the next ones are asked."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer.core import clock
from volunteer.core.database import all_of, lock, transaction
from volunteer.help_requests import matching
from volunteer.help_requests.models import HelpOffer, HelpRequest, HelpStatus, OfferStatus
from volunteer.people import queries as people_queries


def follow(person_ids: Iterable[int]) -> None:
    """When these people are away is another thing by now: it is their no to what they are asked
    for such a day. Where no day was wished for, any may suit them, so that the question stays.

    With the last one who was asked, the clock goes on at once.
    """
    with transaction():
        for found in list_asked_for_days_away(person_ids):
            # Until it is ours, they may have answered, or somebody else said yes.
            help_request = found.help_request
            lock(help_request, found)
            if not found.is_waiting:
                continue
            matching.decline(found, by=found.person)
            if help_request.ask_next_at is not None and not help_request.waiting_offers:
                help_request.ask_next_at = clock.now()


def list_asked_for_days_away(person_ids: Iterable[int]) -> list[HelpOffer]:
    """What these people are asked for a day on which they are away, in the order in which requests
    are locked."""
    asked = all_of(
        select(HelpOffer)
        .join(HelpOffer.help_request)
        .where(
            HelpOffer.person_id.in_(set(person_ids)),
            HelpOffer.status == OfferStatus.ASKED,
            HelpRequest.status == HelpStatus.ACCEPTED,
        )
        .options(joinedload(HelpOffer.person), joinedload(HelpOffer.help_request))
        .order_by(HelpOffer.help_request_id, HelpOffer.person_id)
    )
    now = clock.now()
    wanted = {offer.id: offer.help_request.wanted_day(now) for offer in asked}
    people = {offer.person_id for offer in asked}
    away = people_queries.who_is_away(people, {day for day in wanted.values() if day})
    return [offer for offer in asked if (offer.person_id, wanted[offer.id]) in away]
