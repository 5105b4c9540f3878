"""A new version has changed the tables, and the old one still runs: nobody notices (R26)."""

import pytest

import config
from tests.conftest import DATABASES
from tests.core.test_migrating import own_migrations  # noqa: F401 - a fixture
from tests.factories.teams import CoordinatorFactory
from tests.servers import migrated
from volunteer import create_app
from volunteer.accounts import signing_in
from volunteer.core import migrating
from volunteer.core.database import session

pytestmark = [pytest.mark.walks, pytest.mark.parametrize("kind", DATABASES)]

# What a version may do while the one before it runs: add, and make wider.
NEXT_VERSION = """
op.create_table("of_a_test", sa.Column("id", sa.Integer(), primary_key=True))
with op.batch_alter_table("people", recreate="auto") as people:
    people.add_column(sa.Column("of_a_test", sa.Integer(), nullable=False, server_default="7"))
    people.alter_column("name", existing_type=sa.String(30), type_=sa.String(60))
    people.create_index("ix_people_of_a_test", ["of_a_test"])
"""
# So often a page is read that its statements are prepared.
TIMES = 8


def test_pages_are_read_and_forms_are_saved_before_and_after(
    kind,
    tmp_path,
    own_migrations,  # noqa: F811
):
    with migrated(kind, tmp_path, "beside") as url:
        coordinator = CoordinatorFactory(person__name="王秀英")
        token = signing_in.begin(signing_in.user_of(coordinator.person), "test").token
        members = f"/teams/{coordinator.team_id}/members"
        session.remove()
        app = create_app(config.Testing({"DATABASE_URL": url}))
        app.config["WTF_CSRF_ENABLED"] = False
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token

        def use(name):
            form = {"name": name, "phone_owner": "self", "language": "en"}
            assert browser.post("/settings", data=form).status_code == 302
            for _time in range(TIMES):
                for page in ("/settings", members, "/my-week", "/"):
                    assert browser.get(page).status_code == 200
            assert name in browser.get(members).text

        use("李明")
        number = own_migrations(NEXT_VERSION)
        migrating.upgrade()
        assert migrating.current() == number
        use("李小明")
        session.remove()
