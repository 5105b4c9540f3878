"""What lets in as somebody, and its end: links, cards, codes, and whoever is in by one."""

from sqlalchemy import Update, select, update

from volunteer.accounts.models import CodeCard, OneTimeCode, PersonalLink, SignIn, User
from volunteer.core import clock
from volunteer.core.database import all_of, session, transaction
from volunteer.core.news import News
from volunteer.people.models import Person

# Somebody's doors were shut, by themselves or by who noted their death, for others may have come
# through them: what else lets in must end too.
doors_shut: News[[Person, Person | None]] = News()


def links_of(person: Person) -> Update:
    return (
        update(PersonalLink)
        .where(PersonalLink.person_id == person.id, PersonalLink.expires_at > clock.now())
        .values(expires_at=clock.now())
    )


def cards_of(person: Person) -> Update:
    return (
        update(CodeCard)
        .where(CodeCard.person_id == person.id, CodeCard.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def codes_of(*people: Person) -> Update:
    return (
        update(OneTimeCode)
        .where(
            OneTimeCode.person_id.in_([person.id for person in people]),
            OneTimeCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )


def sign_ins_of(person: Person) -> Update:
    user = select(User.id).where(User.person_id == person.id).scalar_subquery()
    return (
        update(SignIn)
        .where(SignIn.user_id == user, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end(*keys: Update) -> None:
    """From now on none of these lets anybody in."""
    for statement in keys:
        session.execute(statement.execution_options(synchronize_session=False))


def end_all_of_others(person: Person, *, by: Person | None) -> None:
    """End every link, card and code of theirs, and whoever is in by one: who made them must neither
    open this door any more nor stand behind it."""
    end(links_of(person), cards_of(person), codes_of(person), sign_ins_of(person))
    doors_shut.announce(person, by)


def end_what_was_sent(person: Person, _by: Person) -> None:
    """End every link and code that lies in their mailbox or on their phone, for those are others
    now. A link that was handed to them stays."""
    end(links_of(person).where(PersonalLink.made_by_id.is_(None)), codes_of(person))


def end_way_in(person: Person, way: str, *, by: Person) -> None:
    """Whoever came in as this person in this way is out, and so is what else they may have set up
    while they were in."""
    came = select(SignIn.id).join(User).where(User.person_id == person.id, SignIn.way == way)
    if session.scalar(came.limit(1)) is not None:
        end(sign_ins_of(person).where(SignIn.way == way))
        doors_shut.announce(person, by)


def shut_for_good(person: Person, by: Person) -> None:
    """Nobody comes in as this person any more: they have died."""
    with transaction():
        end_all_of_others(person, by=by)


def forget_account(person: Person) -> None:
    """They are forgotten: no door leads to them, and a sign-in name, often a phone, says nothing
    of them any more."""
    with transaction():
        end_all_of_others(person, by=None)
        for user in all_of(select(User).where(User.person_id == person.id)):
            user.login = user.password_hash = user.step_secret = user.step_used = None
            user.spare_marks = []
            user.is_operator = False
