"""Every answer carries its headers, errors tell nothing, and a set-up that leaks does not start."""

import gc
import logging
import os
import re
import runpy
import socket
import subprocess
import sys
from contextlib import closing

import pytest
from gunicorn.http.errors import InvalidRequestLine
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import config
from config import Demo, Production, Refused
from tests.conftest import DATABASES
from tests.factories.teams import CoordinatorFactory
from tests.servers import ROOT, SECRET_KEY, Browser, environment, migrated, speaking_to, web_server
from volunteer import create_app
from volunteer.accounts import personal_links
from volunteer.core import encryption, marks, migrating
from volunteer.core.database import let_go, session
from volunteer.people import profile
from volunteer.people.profile import PersonDetails

GOOD = {
    "SECRET_KEY": SECRET_KEY,
    "DATA_KEYS": config.KEY_FOR_TESTS,
    "BASE_URL": "https://linli.example.org",
    "SMTP_HOST": "127.0.0.1",
    "MAIL_FROM": "linli@example.org",
}
TELLING = re.compile(
    r"traceback|werkzeug|gunicorn|sqlalchemy|psycopg|sqlite|/work|\.py\b|SELECT ", re.I
)


def check_headers(headers):
    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer", "strict-origin"}
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def refuse(_id=None):
    raise RuntimeError("a secret sentence about /srv and SELECT")


# --- headers --------------------------------------------------------------------------------


@pytest.mark.walks
def test_every_page_and_every_refusal_carries_its_headers(guarded, village):
    coordinator, visitor = village.browsers["coordinator"], village.browsers["visitor"]
    team, date = village.own["team_id"], village.own["occurrence_id"]
    large = {"x": "y" * (guarded.config["MAX_CONTENT_LENGTH"] + 1)}
    answers = {
        200: [coordinator.get("/"), visitor.get("/"), coordinator.get(f"/teams/{team}/members")],
        302: [visitor.get("/my-week"), visitor.get(f"/teams/{team}/week")],
        400: [visitor.post("/sign-in"), visitor.get("/", headers={"Host": "evil.example"})],
        404: [visitor.get("/nothing"), village.browsers["volunteer"].get(f"/teams/{team}/members")],
        405: [visitor.put("/"), visitor.get("/sign-out"), visitor.delete(f"/teams/{team}")],
        413: [visitor.post("/sign-in", data=large)],
    }
    guarded.config["WTF_CSRF_ENABLED"] = False
    stranger = village.browsers["stranger"]
    answers[403] = [stranger.post(f"/activities/dates/{date}/signups", data={"role": 1})]
    answers[409] = [coordinator.post(f"/activities/dates/{date}/restoration")]

    for status, some in answers.items():
        for answer in some:
            assert answer.status_code == status
            check_headers(answer.headers)
            assert "Server" not in answer.headers
            if status >= 400:
                assert not TELLING.search(answer.text)
    assert answers[405][0].headers["Allow"]


def test_an_error_of_ours_tells_nothing_and_carries_the_headers(app, village, monkeypatch):
    monkeypatch.setitem(app.view_functions, "home.show_my_week", refuse)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for role in ("visitor", "volunteer"):
        answer = village.browsers[role].get("/my-week")
        assert answer.status_code == 500
        check_headers(answer.headers)
        assert "secret" not in answer.text
        assert not TELLING.search(answer.text)
        assert "<h1>" in answer.text


def test_static_files_are_served_with_a_type_that_is_not_guessed(client):
    answer = client.get("/static/linli.css")
    assert answer.status_code == 200
    assert answer.headers.get("X-Content-Type-Options") == "nosniff"
    answer.close()


@pytest.mark.parametrize(
    "path", ["/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/static/x/../../wsgi.py"]
)
def test_static_files_are_those_of_the_folder_only(client, path):
    assert client.get(f"/static{path}").status_code in {400, 404}


@pytest.mark.walks
def test_pages_have_no_script_or_style_in_them(look):
    looked_at = 0
    for rule, answer in look("coordinator").own:
        # A mail carries its style in itself; the page that shows one may do nothing else.
        if rule.endpoint == "telling.show_mail":
            continue
        if answer.status_code == 200 and answer.mimetype == "text/html":
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", answer.text), rule
            assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", answer.text), rule
            looked_at += 1
    assert looked_at >= 25


def test_the_picture_of_a_mail_may_do_nothing_but_be_looked_at(village):
    team_id = village.own["team_id"]

    answer = village.browsers["coordinator"].get(f"/teams/{team_id}/message-forms/mail")

    rules = {rule.strip() for rule in answer.headers["Content-Security-Policy"].split(";")}
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'none'"} <= rules
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_with_https_the_cookie_is_tied_to_the_host_and_browsers_stay_with_https(tmp_path):
    with migrated("sqlite", tmp_path, "https") as url:
        person = profile.create(PersonDetails("王秀英"), by=None)
        token = personal_links.make(person, by=None)
        app = create_app(Production({**GOOD, "DATABASE_URL": url, "TRUSTED_PROXIES": "1"}))
        app.config["WTF_CSRF_ENABLED"] = False
        client = app.test_client()
        proxy = {"Host": "linli.example.org", "X-Forwarded-Proto": "https"}

        answer = client.post(f"/links/{token}", headers=proxy)

        assert answer.status_code == 302
        (cookie,) = answer.headers.getlist("Set-Cookie")
        assert cookie.startswith("__Host-linli=")
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert "Domain" not in cookie
        assert int(re.search(r"max-age=(\d+)", answer.headers["Strict-Transport-Security"])[1]) >= (
            180 * 24 * 3600
        )
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
        assert not app.debug
        assert not app.testing


def test_without_https_the_cookie_is_still_out_of_reach_of_scripts(app, account):
    (cookie,) = account(app.test_client()).headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


# --- the database is gone -------------------------------------------------------------------


@pytest.mark.processes
def test_when_the_database_goes_away_there_is_a_page_that_says_so_and_then_it_is_back(tmp_path):
    with migrated("postgresql", tmp_path, "gone") as url:
        membership = CoordinatorFactory()
        door = personal_links.doors([membership.person], "/my-week", lasts=personal_links.LASTS)
        phone, path = membership.person.phone, door[membership.person_id]
        name = make_url(url).database
        session.remove()
        session.get_bind().engine.dispose()
        admin = create_engine(os.environ["TEST_POSTGRES_URL"], isolation_level="AUTOCOMMIT")
        with web_server(url, tmp_path, workers=1) as server, admin.connect() as connection:
            browser = Browser(server.port)
            browser.come_in(path)
            before = browser.get("/my-week")
            shut(connection, name)
            during = [browser.get(path) for path in ("/my-week", "/", "/nothing", "/healthz")]
            posted = browser.post("/settings/sign-out-everywhere")
            connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
            after = browser.get("/my-week")
            browser.close()
            said = server.said()
        admin.dispose()

    assert before.status == after.status == 200
    assert [answer.status for answer in [*during, posted]] == [503] * 5
    for answer in [*during, posted]:
        check_headers({key: answer.header(key) for key, _value in answer.headers})
        assert answer.header("Retry-After")
        assert not TELLING.search(answer.text)
    assert "The database does not answer. " in said
    assert "Traceback" not in said
    for secret in (phone, path, browser.cookies["linli"]):
        assert secret not in said


def shut(connection, name):
    """Let nobody into the database, and throw out who is in."""
    connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
    connection.execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
        {"name": name},
    )


# --- set-ups that must not start ------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        {"SECRET_KEY": ""},
        {"SECRET_KEY": "dev"},
        {"SECRET_KEY": "x" * 31},
        {"DATA_KEYS": ""},
        {"DATA_KEYS": "no key"},
        {"DATA_KEYS": f"{config.KEY_FOR_TESTS},short"},
        {"BASE_URL": "http://linli.example.org"},
        {"BASE_URL": "ftp://linli.example.org"},
        {"SMTP_HOST": ""},
        {"MAIL_FROM": ""},
        {"SMTP_SECURITY": "yes"},
        {"SECRET_KEY": "x" * 64},
        # As docs/operations.md once had it, to be read by everybody.
        {"SECRET_KEY": "put-here-what-this-prints:-openssl-rand-hex-32"},
        {"BASE_URL": "https:///linli"},
        {"BASE_URL": "https://linli.example.org/linli"},
        {"BASE_URL": "https://linli.example.org?from=mail"},
        {"BASE_URL": "https://linli.example.org:door"},
        {"BASE_URL": "https://[linli"},
        {"MAIL_FROM": "linli"},
        {"MAIL_FROM": "邻里 <linli>"},
        {"MAIL_FROM": "邻里@example.org"},
        {"MAIL_FROM": "邻里 <linli@邻里.cn>"},
        # Browsers would ask for xn--…, and every page would be refused.
        {"BASE_URL": "https://邻里.cn"},
        {"BASE_URL": "https://[::1]"},
        {"BASE_URL": "https://linli .example.org"},
        {"SMTP_HOST": " "},
        {"SMTP_HOST": "smtp://mail.example.org"},
        {"SMTP_HOST": "mail.example.org:587"},
        {"SMTP_CA_FILE": "/nowhere"},
        {"SMTP_CA_FILE": __file__},
        # They would be said at the first message, break there, and stand in the log.
        {"SMTP_USER": "邻里"},
        {"SMTP_PASSWORD": "geheim张"},
        {"SMS_URL": "https://sms.example.org", "SMS_TOKEN": "geheim张"},
        {"SMS_URL": "https://sms.example.org", "SMS_TOKEN": "geheim\nX: y"},
        {"SMS_URL": "https://sms.example.org", "SMS_TOKEN": "\n"},
        # A clock that seldom ticks would look as if it stood still.
        {"PLAN_EVERY_SECONDS": "300"},
        {"SEND_EVERY_SECONDS": "300"},
        {"SMS_URL": "https://[sms", "SMS_TOKEN": "token"},
        {"SMS_URL": "https://sms.example.org", "SMS_TOKEN": "token", "SMS_SHAPE": "aliyun"},
        {
            "SMS_URL": "https://sms.example.org",
            "SMS_TOKEN": "token",
            "SMS_SHAPE": "tencent",
            "SMS_TEMPLATE": "1",
        },
        {"QUIET_HOURS": "21:00+08:00-08:00"},
        {"OPERATOR_NAME": "锦绣街道办事处"},
        {"OPERATOR_PHONE": "028-0000 0900"},
        {"OPERATOR_NAME": "锦绣街道办事处", "OPERATOR_PHONE": "ask the office"},
        {"DATABASE_URL": "linli"},
        {"DATABASE_URL": "sqlite://"},
        {"DATABASE_URL": "postgres://linli:geheim@localhost/linli"},
        {"DATABASE_URL": "postgresql+psycopg2://linli:geheim@localhost/linli"},
        {"DATABASE_URL": "mysql://linli:geheim@localhost/linli"},
        {"DATABASE_URL": "postgresql://linli:geheim@localhost:door/linli"},
        {"DATABASE_URL": "postgresql://linli:ge@heim@localhost/linli"},
    ],
)
def test_a_weak_set_up_is_refused(bad):
    Production(GOOD)
    with pytest.raises(Refused) as refused:
        Production({**GOOD, **bad})
    assert str(refused.value).startswith("Linli does not start: ")
    assert "dev" not in str(refused.value)
    assert "heim" not in str(refused.value)


NUMBERS = [
    "SMTP_PORT", "BATCH_SIZE", "LEASE_SECONDS", "PLAN_EVERY_SECONDS", "SEND_EVERY_SECONDS",
    "TRUSTED_PROXIES", "SMS_A_DAY", "SMS_A_DAY_OF_TEAM",
]  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["many", "-1", "70000", "nan", "inf", "5 s"])
def test_a_setting_that_is_no_sensible_number_is_named_and_refused(name, value):
    with pytest.raises(Refused, match=f"Linli does not start: {name} is a "):
        Production({**GOOD, name: value})


def test_a_secret_from_a_file_may_have_a_line_end_behind_it():
    url = "https://sms.example.org"
    settings = Production({**GOOD, "SMS_URL": url, "SMS_TOKEN": "t\n", "SMTP_PASSWORD": "p\r\n"})

    assert (settings.SMS_TOKEN, settings.SMTP_PASSWORD) == ("t", "p")


def web_settings(monkeypatch, **env):
    """What gunicorn reads of its file in this environment."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "path", [*sys.path])
    # Reading its settings, the server puts the collector of garbage off until all is loaded.
    try:
        return runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("Invalid request from ip=192.0.2.7: Invalid HTTP request line: 'GET /links/key。'", ()),
        ("Invalid request from ip=192.0.2.7: Request path '/links/key' does not start with", ()),
        ("Error handling request %s %s", ("GET", "/links/key")),
    ],
)
def test_what_the_web_server_cannot_read_does_not_stand_in_its_log(
    said, arguments, monkeypatch, caplog
):
    web_settings(monkeypatch)
    log = logging.getLogger("gunicorn.error")
    monkeypatch.setattr(log, "propagate", True)

    try:
        raise InvalidRequestLine("GET /links/key。 HTTP/1.1")
    except InvalidRequestLine:
        log.warning(said, *arguments)
    log.warning("Worker %d is silent: %s", 7, "replaced")

    assert "key" not in caplog.text
    assert f"{said.partition(': ')[0].partition(' %')[0]}: InvalidRequestLine" in caplog.text
    assert "Worker 7 is silent: replaced" in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_THREADS", "many"),
        ("WEB_CONCURRENCY", "0"),
        ("PORT", "99999"),
        ("PORT", "0"),
        ("PORT", "door"),
        ("BIND", "127.0.0.1:99999"),
        ("BIND", "127.0.0.1:door"),
        ("BIND", "http://127.0.0.1:8000"),
        ("WEB_LOG_LEVEL", "loud"),
    ],
)
def test_the_web_servers_settings_are_named_and_refused_too(name, value, monkeypatch):
    with pytest.raises(Refused, match=f"Linli does not start: {name} is "):
        web_settings(monkeypatch, **{name: value})


def test_a_place_where_another_program_listens_is_named_before_the_server_tries():
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(Refused, match=f"{place} .*already in use.*PORT or BIND"):
            config.expect_free(["unix:/run/linli/web.sock", place])

    config.expect_free([place])


@pytest.mark.parametrize(
    ("env", "places"),
    [
        ({"BIND": "", "PORT": ""}, ["127.0.0.1:8000"]),
        ({"BIND": "", "PORT": "8080"}, ["127.0.0.1:8080"]),
        ({"BIND": "192.0.2.1", "PORT": "8080"}, ["192.0.2.1:8080"]),
        ({"BIND": "192.0.2.1:8000", "PORT": "8080"}, ["192.0.2.1:8000"]),
        ({"BIND": "[::1]", "PORT": ""}, ["[::1]:8000"]),
        ({"BIND": "unix:/run/linli/web.sock", "PORT": ""}, ["unix:/run/linli/web.sock"]),
    ],
)
def test_the_web_server_listens_where_it_is_told(env, places, monkeypatch):
    assert web_settings(monkeypatch, **env)["bind"] == places


def test_the_web_servers_log_level_is_written_in_small_letters_too(monkeypatch):
    assert web_settings(monkeypatch, WEB_LOG_LEVEL="info")["loglevel"] == "INFO"


@pytest.mark.processes
def test_a_log_of_everything_holds_no_address_of_a_page(tmp_path):
    with (
        migrated("sqlite", tmp_path, "talkative") as url,
        web_server(url, tmp_path, workers=1, WEB_LOG_LEVEL="DEBUG", LOG_LEVEL="DEBUG") as server,
        closing(Browser(server.port)) as browser,
    ):
        browser.get("/l/a-personal-link")
        said = server.said()

    assert "[DEBUG]" in said
    assert "a-personal-link" not in said


@pytest.mark.processes
@pytest.mark.parametrize("kind", DATABASES)
def test_a_web_server_beside_older_tables_says_what_to_do(kind, tmp_path):
    with migrated(kind, tmp_path, "older") as url:
        migrating.downgrade("0021")
        let_go()
        with (
            web_server(url, tmp_path, workers=1) as server,
            closing(Browser(server.port)) as browser,
        ):
            health = browser.get("/healthz")
            said = server.said()

    assert health.status == 503
    assert "The tables are at 0021" in said
    assert "db upgrade" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", sorted(set(NUMBERS) - {"LEASE_SECONDS"}))
def test_what_is_counted_has_no_fractions(name):
    with pytest.raises(Refused, match=f"{name} is a whole number"):
        Production({**GOOD, name: "1.5"})


def test_a_level_of_the_log_that_there_is_not_is_refused():
    with pytest.raises(Refused, match="LOG_LEVEL is DEBUG, INFO, WARNING, ERROR or CRITICAL"):
        Production({**GOOD, "LOG_LEVEL": "loud"})


@pytest.mark.parametrize("name", [*NUMBERS, "LOG_LEVEL", "SMTP_SECURITY"])
def test_an_empty_setting_means_its_default(name):
    plain, empty = Production(GOOD), Production({**GOOD, name: ""})

    assert getattr(empty, name) == getattr(plain, name)


@pytest.mark.walks
def test_a_process_with_a_weak_set_up_ends_and_says_why(tmp_path):
    env = environment(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    command = [sys.executable, "-c", "import wsgi; print('started')"]
    good, bad = (
        subprocess.run(command, cwd=ROOT, env=its, capture_output=True, text=True, check=False)
        for its in (env, {**env, "SECRET_KEY": "dev"})
    )
    assert (good.returncode, good.stdout) == (0, "started\n")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "SECRET_KEY" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_real_use_refuses_the_demos_database(tmp_path):
    with migrated("sqlite", tmp_path, "demo") as url:
        create_app(Production({**GOOD, "DATABASE_URL": url}))
        marks.put(marks.DEMO)
        let_go()
        with pytest.raises(Refused, match="demo"):
            create_app(Production({**GOOD, "DATABASE_URL": url}))


def test_the_demo_refuses_a_database_of_real_people(tmp_path):
    with migrated("sqlite", tmp_path, "real") as url:
        create_app(Production({**GOOD, "DATABASE_URL": url}))
        profile.create(PersonDetails(name="王秀英"), by=None)
        let_go()
        with pytest.raises(Refused, match="real people"):
            create_app(Demo({**GOOD, "DATABASE_URL": url}))


@pytest.mark.parametrize("kind", DATABASES)
def test_without_the_key_that_a_database_is_sealed_with_nothing_starts(kind, tmp_path):
    old, new = config.KEY_FOR_TESTS, config.new_data_key()
    with migrated(kind, tmp_path, "sealed") as url:
        good = {**GOOD, "DATABASE_URL": url}
        create_app(Production({**good, "DATA_KEYS": new}))
        create_app(Production({**good, "DATA_KEYS": old}))
        profile.create(PersonDetails(name="王秀英", phone="13912345678"), by=None)
        let_go()

        create_app(Production({**good, "DATA_KEYS": f"{new},{old}"}))
        with pytest.raises(Refused, match="DATA_KEYS lacks the key"):
            create_app(Production({**good, "DATA_KEYS": new}))
        # With the older tables it is for the migrations to say what they cannot read.
        create_app(Production(good))
        migrating.downgrade("0021")
        let_go()
        create_app(Production({**good, "DATA_KEYS": new}))
        encryption.use([old])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:////nowhere/linli.sqlite3", "unable to open database file. The file in"),
        ("postgresql://linli:geheim@127.0.0.1:1/linli", "Start PostgreSQL, or mend the host"),
        ("postgresql://linli:geheim@127.0.0.1/linli?door=1", 'invalid connection option "door"'),
    ],
)
def test_a_database_that_does_not_answer_is_said_in_one_line(url, why):
    with pytest.raises(Refused, match="the database does not answer") as refused:
        create_app(Production({**GOOD, "DATABASE_URL": url}))

    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "file" / "instance")

    for settings in (Production, Demo):
        with pytest.raises(Refused, match=r"the folder .*instance cannot be made: Not a "):
            create_app(settings({**GOOD, "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}"}))


@pytest.mark.processes
def test_a_secret_that_a_full_disk_cut_off_is_not_taken_for_one(tmp_path):
    path = tmp_path / "secret_key"
    # The disk takes no byte more.
    full = f"""
import pathlib, resource
import config
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
config.kept_secret(pathlib.Path({str(path)!r}), "a secret")
"""
    done = subprocess.run(
        [sys.executable, "-c", full], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"{path} cannot be kept: File too large." in done.stderr
    assert config.kept_secret(path, "another secret") == "another secret"


def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path):
    file = tmp_path / "linli.sqlite3"
    file.write_text("no database at all " * 100)

    with pytest.raises(Refused, match=r"file is not a database\. Restore a backup, or mend"):
        create_app(Production({**GOOD, "DATABASE_URL": f"sqlite:///{file}"}))


def test_an_empty_database_has_no_account_in_it(tmp_path):
    with migrated("sqlite", tmp_path, "empty") as url, speaking_to(url):
        app = create_app(Production({**GOOD, "DATABASE_URL": url}))
        app.config["WTF_CSRF_ENABLED"] = False
        client = app.test_client()
        host = {"Host": "linli.example.org"}
        for login in ("admin", "operator", "demo", "root", "test"):
            for password in ("admin", "password", "demo", "linli", ""):
                data = {"login": login, "password": password}
                assert client.post("/sign-in", data=data, headers=host).status_code == 200


def test_debugging_is_off_everywhere():
    for settings in (Production(GOOD), config.Testing({}), Demo({"SECRET_KEY": SECRET_KEY})):
        assert not getattr(settings, "DEBUG", False)
        assert not getattr(settings, "SECRET_KEY", "").startswith("dev")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_a_hash_for_everything_and_no_address(name):
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    packages = [line for line in lines if re.match(r"[A-Za-z0-9]", line)]
    assert len(packages) >= 20
    for line in packages:
        assert re.match(r"[A-Za-z0-9._-]+(\[[^\]]*\])?==", line), line
        assert "--hash=sha256:" in line
    assert not re.search(r"https?://|file:|--index|--find-links| @ ", (ROOT / name).read_text())
