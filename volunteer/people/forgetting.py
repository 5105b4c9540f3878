"""Who is nothing to us any more is forgotten: their name, and how they were reached.

What they did and what was done for them keeps their number, so that every sum stays true. Whether
somebody is still needed is asked of every part: `wiring.py` says whom.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, not_, or_, select, update

from volunteer.audit import trail
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.news import News
from volunteer.people import away
from volunteer.people.models import Companion, Consent, Person, PhoneOwner

# Stands where their name stood, for everybody alike.
NAMELESS = "某某"
# In one run; the next one goes on.
AT_ONCE = 200

# A condition on people: of whom a part of ours must know at this moment who they are.
Needs = Callable[[datetime], ColumnElement[bool]]
# A condition on people: they have been promised that nothing begins with them any more.
LetGo = Callable[[], ColumnElement[bool]]

_needs: list[Needs] = []
# Those that end when somebody asks to be forgotten.
_needs_until_they_wish: set[Needs] = set()
_let_go: list[LetGo] = []
# Copies of who they were, and what others keep of them alone, go too.
person_forgotten: News[[Person]] = News()


def ask_before(needs: Needs, *, until_they_wish: bool = False) -> None:
    """From now on nobody is forgotten whom this part needs; asking twice changes nothing.

    `until_they_wish`: the need is theirs, and no reason to keep who asks to be forgotten.
    """
    if needs not in _needs:
        _needs.append(needs)
    if until_they_wish:
        _needs_until_they_wish.add(needs)


def let_go_by(let_go: LetGo) -> None:
    """From now on nothing begins with those of this condition; saying it twice changes nothing."""
    if let_go not in _let_go:
        _let_go.append(let_go)


def is_let_go() -> ColumnElement[bool]:
    """A condition on people: forgotten, or about to be, or of whom the name alone is kept. No door
    opens for them, and nobody is asked to choose them for anything."""
    return or_(Person.name == NAMELESS, *(let_go() for let_go in _let_go))


def was_let_go(person: Person) -> bool:
    """The same of this one."""
    session.flush()
    found = select(Person.id).where(Person.id == person.id, is_let_go())
    return session.scalar(found) is not None


def is_over(now: datetime, *, by_wish: bool = False) -> ColumnElement[bool]:
    """A condition on people: known by name, and needed by no part. Where there is nobody to be
    asked, everybody is needed. `by_wish`: they have asked for it."""
    if not _needs:
        return false()
    asked = (needs for needs in _needs if not (by_wish and needs in _needs_until_they_wish))
    return and_(Person.name != NAMELESS, *(not_(needs(now)) for needs in asked))


def is_needed(person: Person, now: datetime, *, by_wish: bool = False) -> bool:
    """Whether some part must know who they are; nobody has to know who is forgotten."""
    over = or_(Person.name == NAMELESS, is_over(now, by_wish=by_wish))
    session.flush()
    return session.scalar(select(Person.id).where(Person.id == person.id, over)) is None


def forget_all(whose: Select[int], now: datetime, *, by_wish: bool = False) -> int:
    """Of the people with these numbers those whom nothing needs any more; answers how many.

    Who still has a name is found first: asking every part of everybody would take its time.
    """
    named = session.scalars(
        select(Person.id).where(Person.id.in_(whose), Person.name != NAMELESS).order_by(Person.id)
    ).all()
    for first in range(0, len(named), AT_ONCE):
        some = Person.id.in_(named[first : first + AT_ONCE])
        over = all_of(select(Person).where(some, is_over(now, by_wish=by_wish)).order_by(Person.id))
        for person in over:
            forget(person, now, by_wish=by_wish)
        if over:
            return len(over)
    return 0


def is_still_known(person: Person) -> bool:
    """Whether they have a name yet, and it may be used. Whoever forgets them at this moment is
    waited for, and from now until the transaction ends nobody does: asked by who is about to give
    them another part."""
    session.flush()
    # As light as what refers to them holds them anyway: it makes nobody else wait.
    theirs = select(Person.id).where(Person.id == person.id)
    session.execute(theirs.with_for_update(read=True, key_share=True))
    return not was_let_go(person)


def forget(person: Person, now: datetime, *, by_wish: bool = False) -> None:
    """Nothing happens to who is needed again by the time we hold them."""
    with transaction():
        # Who is about to refer to them, and takes them into a team, is waited for. First of all:
        # who refers to them and then holds them must not wait for us in a ring.
        session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
        lock(person)
        over = is_over(now, by_wish=by_wish)
        if session.scalar(select(Person.id).where(Person.id == person.id, over)) is None:
            return
        person.name = NAMELESS
        strip(person, now)
        trail.record("person.forgotten", person, by=None, person=person)
        person_forgotten.announce(person)


def strip(person: Person, now: datetime) -> None:
    """All but the name goes: how they were reached, when they had time, who acted for them."""
    person.phone_owner = PhoneOwner.SELF
    person.phone = person.email = person.told_by = None
    person.birth_year = person.birth_month = person.quiet_from = person.quiet_until = None
    person.free_slots = []
    away.forget_all_of(person)
    session.execute(update(Consent).where(Consent.person_id == person.id).values(witness=None))
    session.execute(
        update(Companion)
        .where(Companion.person_id == person.id, Companion.ended_at.is_(None))
        .values(ended_at=now)
    )
