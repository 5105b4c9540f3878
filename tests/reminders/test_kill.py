"""A sender that is killed loses nothing, and repeats at most what was on its way."""

import pytest

from tests import racing, sending
from tests.conftest import DATABASES
from tests.sending import open_mailbox
from tests.servers import migrated
from volunteer.notifications.models import MessageStatus

MESSAGES = 500
KILLS = 10

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "kill") as address:
        yield address


def open_books():
    """What was expected and came to no end: the books close when nothing is left."""
    found = sending.counts()
    ended = (MessageStatus.SENT, MessageStatus.FAILED, MessageStatus.EXPIRED, MessageStatus.DROPPED)
    return found[None] - sum(found[status] for status in ended)


def test_ten_kills_at_random_moments_lose_nothing_and_repeat_at_most_ten(url):
    seed = racing.new_seed()
    sending.post(MESSAGES)

    with open_mailbox(delay=0.002) as mailbox:
        hits = sending.kill_again_and_again(url, mailbox, times=KILLS, seed=seed)
        sending.finish(url, mailbox)

    assert hits == KILLS
    assert set(mailbox.got) == sending.expected()
    assert len(set(mailbox.got)) == MESSAGES
    assert mailbox.repeats <= KILLS
    assert mailbox.most_for_one <= 3
    assert sending.counts()[MessageStatus.SENT] == MESSAGES
    assert open_books() == 0


def test_two_senders_at_once_repeat_nothing(url):
    sending.post(MESSAGES)

    with open_mailbox() as mailbox:
        sending.finish(url, mailbox, senders=2)

    assert set(mailbox.got) == sending.expected()
    assert len(mailbox.got) == MESSAGES
    assert sending.counts()[MessageStatus.SENT] == MESSAGES
    assert open_books() == 0


def test_two_senders_that_claim_nothing_repeat_much(url):
    """The control: if this finds no repeats, the test above proves nothing."""
    sending.post(150)

    # Slow enough for the second to have begun before the first is through.
    with open_mailbox(delay=0.01) as mailbox:
        sending.finish(url, mailbox, senders=2, guarded=False)

    assert set(mailbox.got) == sending.expected()
    assert mailbox.repeats > KILLS
