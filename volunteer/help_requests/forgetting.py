"""Who asked for help, where and in which words is forgotten three years after it was over, as
visits are; what kind of help it was, and how long the answer took, stays: it is counted.

Of the money of an errand the sums stay, and that it was signed for; why something was missing and
the photos of receipt and signature go with the words.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from volunteer.core.bulk import empty, rows_touched
from volunteer.core.database import session, transaction
from volunteer.elders.models import Elder
from volunteer.help_requests.models import OVER, Errand, HelpRequest, HelpStep, HotlineCall
from volunteer.people import forgetting
from volunteer.people.models import Person
from volunteer.pictures import keeping

KEPT = timedelta(days=3 * 365)
WORDS = (
    HelpRequest.asker_name,
    HelpRequest.asker_phone,
    HelpRequest.beneficiary,
    HelpRequest.address,
    HelpRequest.words,
    HelpRequest.kind_answers,
    HelpRequest.brief,
    HelpRequest.wanted_words,
)


def forget_what_is_over(now: datetime) -> int:
    """Answers how many requests lost their words. Where nothing is over, nothing is held."""
    is_old = func.coalesce(HelpRequest.ended_at, HelpRequest.asked_at) < now - KEPT
    forget_calls(now)
    done = forget_words(is_old)
    # Who has been nothing else to us since is nobody we know any more.
    asked = select(HelpRequest.asker_id).where(is_old, HelpRequest.status.in_(OVER))
    forgetting.forget_all(select(Person.id).where(Person.id.in_(asked)), now)
    return done


def forget_requests_of(person: Person) -> None:
    """They are forgotten: so is what was asked by them, or for them as an elder."""
    as_elder = select(Elder.id).where(Elder.person_id == person.id)
    forget_words(or_(HelpRequest.asker_id == person.id, HelpRequest.elder_id.in_(as_elder)))


def forget_money(which: ColumnElement[bool]) -> None:
    """What was said of it and the photos, of those of these requests that are over."""
    over = select(HelpRequest.id).where(which, HelpRequest.status.in_(OVER))
    theirs = Errand.help_request_id.in_(over)
    # The table insists on a sentence wherever a sum is not right.
    empty([Errand.explanation], theirs, left="")
    for column in (Errand.receipt_id, Errand.signature_id):
        keeping.forget_all(column, theirs)


def forget_words(which: ColumnElement[bool]) -> int:
    """Of those of these requests that are over."""
    forget_money(which)
    says_something = or_(*(column.is_not(None) for column in WORDS))
    told = select(HelpRequest.id).where(which, HelpRequest.status.in_(OVER), says_something)
    numbers = session.scalars(told).all()
    if not numbers:
        return 0
    with transaction():
        session.execute(
            update(HelpStep)
            .where(HelpStep.help_request_id.in_(numbers))
            .values(words=None)
            .execution_options(synchronize_session=False)
        )
        gone = {column.key: None for column in (*WORDS, HelpRequest.asker_phone_mark)}
        done = session.execute(
            update(HelpRequest)
            .where(HelpRequest.id.in_(numbers), HelpRequest.status.in_(OVER))
            .values(gone)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        return rows_touched(done)


def forget_calls(now: datetime) -> None:
    """Who rang and what they said. A call back that is promised is not forgotten."""
    is_settled = or_(HotlineCall.call_back_by.is_(None), HotlineCall.called_back_at.is_not(None))
    old = (HotlineCall.rang_at < now - KEPT) & is_settled
    if session.scalar(select(HotlineCall.id).where(old).limit(1)) is None:
        return
    with transaction():
        session.execute(delete(HotlineCall).where(old).execution_options(synchronize_session=False))
