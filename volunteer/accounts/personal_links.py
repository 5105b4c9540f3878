"""Personal links: each signs one person in, once, within its time.

A message carries one to its reader's week; a coordinator hands one out on paper or in a chat.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, insert, select

from volunteer.accounts import keys, signing_in
from volunteer.accounts.errors import LinkNotUsable, NoLinkForPasswordHolders
from volunteer.accounts.models import IDLE_LIMIT, PersonalLink, SignIn, User, fingerprint, new_token
from volunteer.accounts.signing_in import Opened
from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person

LASTS = timedelta(days=14)
# How somebody came in: by a link that a message carried, or by one that was handed out.
BY_MESSAGE, HANDED_OUT = "link", "handed link"


def make(person: Person, *, by: Person | None, team: HasNumber | None = None) -> str:
    """A fresh personal link's token; one that was handed out before and not used yet ends. Raises
    NoLinkForPasswordHolders.

    Who has a password may hold more keys than a coordinator who hands out links. They make none for
    themselves either: a new password would not end it. by=None: a message to themselves.
    """
    with transaction():
        lock(person)
        if by is not None:
            if signing_in.has_password(person):
                raise NoLinkForPasswordHolders
            keys.end(keys.links_of(person).where(*was_handed_to(person)))
        token = new_token()
        link = PersonalLink(
            person=person,
            token_hash=fingerprint(token),
            made_by_id=by.id if by else None,
            expires_at=clock.now() + LASTS,
        )
        session.add(link)
        if by is not None:
            trail.record("personal_link.made", link, by=by, person=person, team=team)
        return token


def has_handed(person: Person) -> bool:
    """Whether a link that was handed out for them still opens, or somebody is in by one."""
    came_in = (
        select(SignIn.id)
        .join(SignIn.user)
        .where(
            User.person_id == person.id,
            SignIn.way == HANDED_OUT,
            SignIn.ended_at.is_(None),
            SignIn.seen_at > clock.now() - IDLE_LIMIT,
        )
    )
    still_opens = select(PersonalLink.id).where(*was_handed_to(person))
    return bool(session.scalar(select(came_in.exists() | still_opens.exists())))


def end_handed(person: Person, *, by: Person, team: HasNumber | None = None) -> None:
    """A link that came into wrong hands: none that was handed out for this person opens anything
    any more, and whoever came in by one is out."""
    with transaction():
        lock(person)
        if has_handed(person):
            keys.end(keys.links_of(person).where(*was_handed_to(person)))
            keys.end_way_in(person, HANDED_OUT, by=by)
            trail.record("personal_link.ended", person, by=by, person=person, team=team)


def was_handed_to(person: Person) -> tuple[ColumnElement[bool], ...]:
    """Whether a link was handed out for this person and still opens."""
    return (
        PersonalLink.person_id == person.id,
        PersonalLink.made_by_id.is_not(None),
        PersonalLink.used_at.is_(None),
        PersonalLink.expires_at > clock.now(),
    )


def doors(people: Iterable[Person], path: str, *, lasts: timedelta) -> dict[int, str]:
    """For each person the path by which a message lets them in, and on to `path`.

    A fresh personal link; the plain path for who has a password, for whoever reads
    their mail must not hold a coordinator's keys.
    """
    found = doors_to([(person, path) for person in people], lasts=lasts)
    return {number: door for (number, _path), door in found.items()}


def doors_to(
    wanted: Iterable[tuple[Person, str]], *, lasts: timedelta
) -> dict[tuple[int, str], str]:
    """The same where each is led to a path of their own: by their number and that path."""
    ways = [(person.id, path) for person, path in wanted]
    if not ways:
        return {}
    with transaction():
        numbers = {number for number, _path in ways}
        holders = set(
            session.scalars(
                select(User.person_id).where(
                    User.person_id.in_(numbers), User.password_hash.is_not(None)
                )
            )
        )
        tokens = {way: new_token() for way in ways if way[0] not in holders}
        expires_at = clock.now() + lasts
        links = [
            {
                "person_id": number,
                "token_hash": fingerprint(token),
                "expires_at": expires_at,
                "leads_to": path,
            }
            for (number, path), token in tokens.items()
        ]
        if links:
            session.execute(insert(PersonalLink), links)
    return {way: f"/links/{tokens[way]}" if way in tokens else way[1] for way in ways}


def find(token: str) -> PersonalLink | None:
    """The link with this token, usable or not."""
    return session.scalars(
        select(PersonalLink).where(PersonalLink.token_hash == fingerprint(token))
    ).one_or_none()


def use(token: str) -> tuple[Opened, str]:
    """Sign in by personal link, once; answers where it leads too. Raises LinkNotUsable."""
    with transaction():
        link = find(token)
        if link is None:
            raise LinkNotUsable
        lock(link.person, link)
        # Who chose a password while a message was written has a door in it, and keys beside it.
        if not link.is_usable(clock.now()) or signing_in.has_password(link.person):
            raise LinkNotUsable
        link.used_at = clock.now()
        way = HANDED_OUT if link.made_by_id else BY_MESSAGE
        return signing_in.begin(signing_in.user_of(link.person), way), link.leads_to
