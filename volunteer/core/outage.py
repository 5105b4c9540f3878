"""A database that is away, full or not ours, told to whoever runs the service: what happened and
what helps, in one line. A trace through the driver tells them neither, and comes at every page."""

import logging
import re

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

# What the drivers and the servers say, and what helps; the first that fits counts.
HELP = (
    (r"password authentication failed|no password supplied",
     "Mend the name or the password in DATABASE_URL."),
    (r'(role|user) "[^"]*" does not exist|database "[^"]*" does not exist',
     "Make it with createuser or createdb (docs/operations.md says how), or mend DATABASE_URL."),
    (r"no pg_hba\.conf entry",
     "Let this user in from this machine: PostgreSQL's pg_hba.conf says who may."),
    (r"resolve|Name or service not known|nodename nor servname",
     "Mend the host in DATABASE_URL."),
    (r"too many clients|connection slots",
     "Lower WEB_CONCURRENCY, or raise max_connections of PostgreSQL."),
    (r"disk is full|No space left",
     "Make room on the disk."),
    (r"unable to open database file|readonly database",
     "The file in DATABASE_URL and its folder must belong to the user who runs the service."),
    (r"file is not a database|malformed",
     "Restore a backup, or mend DATABASE_URL if it names another file."),
    (r"Connection refused|timeout expired|timed out|No such file or directory|starting up"
     r"|shutting down|terminating connection|closed the connection|does not answer"
     r"|is not currently accepting",
     "Start PostgreSQL, or mend the host and the port in DATABASE_URL."),
)  # fmt: skip
PERHAPS = "Look whether it runs, and whether DATABASE_URL is right."


def words(error: BaseException) -> str:
    """What the database or its driver said, in one line. No password stands in it."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def help_for(said: str) -> str | None:
    """What whoever runs the service can do; None when it is something else that went wrong."""
    return next((help_ for pattern, help_ in HELP if re.search(pattern, said)), None)


def sentence(error: BaseException) -> str:
    """What happened, and what helps, whatever it was."""
    said = words(error)
    return f"{said.rstrip('.?')}. {help_for(said) or PERHAPS}"


def known(error: BaseException) -> str | None:
    """The same when the database is away or full; None for every other fault, which needs a
    trace."""
    if not isinstance(error, OperationalError) or not help_for(words(error)):
        return None
    return f"The database does not answer. {sentence(error)}"


class Outage:
    """Says once that the database is away, though every job of the clock meets it at every tick."""

    def __init__(self) -> None:
        self.said: str | None = None

    def say(self, what: str) -> None:
        if what != self.said:
            log.error("%s", what)
        self.said = what

    def is_over(self) -> None:
        if self.said is not None:
            log.warning("The database answers again.")
        self.said = None
