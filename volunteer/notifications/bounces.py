"""Mailboxes that nobody reads: what a mail server says for good is remembered."""

import logging

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications.channels import MailboxRefused, Refused
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person

log = logging.getLogger(__name__)


def heed(message: OutboxMessage, refusal: Refused) -> None:
    """When the mailbox is none, the person is called from now on, until they name another one."""
    if not isinstance(refusal, MailboxRefused):
        return
    with transaction():
        session.execute(
            update(Person)
            # Somebody may have put in a new one while the old one was refused.
            .where(Person.id == message.person_id, Person.email == message.person.email)
            .values(mailbox_refused_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    log.warning("a mailbox does not work any more: %s", message.message_id)
