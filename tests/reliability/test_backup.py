"""A backup made while people write holds what was true at one moment, row for row (R20)."""

import subprocess
import threading
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest
from sqlalchemy import func, select

from tests.conftest import DATABASES, fresh_postgres, worker
from tests.core.test_migrating import rows
from tests.factories.elders import ElderFactory
from tests.servers import ROOT, migrated, speaking_to
from volunteer.audit.models import AuditEntry
from volunteer.core import migrating
from volunteer.core.database import session
from volunteer.elders.models import Elder
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]

# Into these it is written meanwhile: somebody, and what was done.
WRITTEN = {"people", "audit_entries"}


def programs():
    """Where PostgreSQL's are."""
    loader = SourceFileLoader("with_postgres", str(ROOT / "ops" / "with-postgres"))
    starter = module_from_spec(spec_from_loader("with_postgres", loader))
    loader.exec_module(starter)
    return starter.installed_package() / "pginstall" / "bin"


def run(program, *arguments):
    subprocess.run([programs() / program, *arguments], check=True, capture_output=True)


@pytest.fixture
def restored(kind, tmp_path):
    """The address at which a backup stands that is made of what the session speaks to."""
    if kind == "sqlite":
        copy = tmp_path / "copy.sqlite3"
        yield lambda _url: (migrating.back_up_sqlite(copy), f"sqlite:///{copy}")[1]
        return
    with fresh_postgres(f"linli_{worker()}_restored") as there:

        def dump_and_restore(url):
            dump = tmp_path / "linli.dump"
            run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={url}")
            run("pg_restore", "--exit-on-error", f"--dbname={there}", dump)
            return there

        yield dump_and_restore


def write_on(is_over):
    """Twenty a second and more, each a person and a line of the trail."""
    while not is_over.is_set():
        profile.create(PersonDetails("王秀英", phone="13800138000"), by=None)
        time.sleep(0.005)
    session.remove()


def first_of(engine, table, count):
    with engine.connect() as connection:
        query = select(table).order_by(table.c.id).limit(count)
        return connection.execute(query).all()


def test_a_copy_made_under_load_is_what_was_there_at_one_moment(kind, tmp_path, restored):
    with migrated(kind, tmp_path, "backed_up") as url:
        elder = ElderFactory(address={"estate": "黉门街", "room": "三楼"})
        number, home = elder.id, elder.address
        session.remove()
        before = session.scalar(select(func.count()).select_from(Person))
        session.remove()
        is_over = threading.Event()
        writer = threading.Thread(target=write_on, args=[is_over])
        writer.start()
        time.sleep(0.1)
        there = restored(url)
        is_over.set()
        writer.join()
        original = session.get_bind().engine

        with speaking_to(there):
            copy = session.get_bind().engine
            kept, whole = rows(copy), rows(original)
            assert {t: r for t, r in kept.items() if t not in WRITTEN} == {
                t: r for t, r in whole.items() if t not in WRITTEN
            }
            for model in (Person, AuditEntry):
                count = kept[model.__tablename__][0]
                table = model.__table__
                assert first_of(copy, table, count) == first_of(original, table, count)
            created = session.query(AuditEntry).filter_by(action="person.created").count()
            # Somebody was written meanwhile, and nobody without their line.
            assert created == kept["people"][0] - before > 0
            # It opens, and says that it is up to date.
            assert migrating.behind() is None
            assert session.get_one(Elder, number).address == home
            session.remove()
        session.remove()
