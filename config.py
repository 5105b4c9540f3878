"""Settings, all from the environment; one class for each way of running."""

import base64
import math
import os
import re
import secrets
import socket
import ssl
from collections.abc import Mapping, Sequence
from datetime import time
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
SHORTEST_SECRET = 32
# Random letters have more; one that is typed again and again, or a few, have not.
FEWEST_LETTERS_OF_A_SECRET = 8
# How the example in docs/operations.md began once: everybody knows how it goes on.
EXAMPLE = "put-here"
SMS_SHAPES = ("plain", "aliyun", "tencent")
DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
SMTP_SECURITIES = ("starttls", "tls", "none")
QUEUES = ("built-in", "procrastinate")
SECOND_STEPS = ("nobody", "health")
# Twice what a call to the outside may take: a lease must outlast it.
SHORTEST_LEASE = 30
# Half the silence after which the clock counts as standing still (core/heartbeat.py).
LONGEST_TICK = 120
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class Refused(SystemExit):
    """A set-up that must not start; says what to mend, and ends the process with 1."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Linli does not start: {sentence}")


def number(
    env: Mapping[str, str], name: str, default: float, *, least: float, most: float
) -> float:
    """The setting of this name; empty means the default. Raises Refused."""
    text = env.get(name, "").strip()
    try:
        value = float(text or default)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise Refused(f"{name} is a number from {least:g} to {most:g}.")
    return value


def whole(env: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    """The same for what is counted. Raises Refused."""
    value = number(env, name, default, least=least, most=most)
    if not value.is_integer():
        raise Refused(f"{name} is a whole number from {least} to {most}.")
    return int(value)


def one_of(env: Mapping[str, str], name: str, default: str, words: Sequence[str]) -> str:
    """The setting of this name, one of these words; empty means the default. Raises Refused."""
    value = env.get(name, "").strip() or default
    if value not in words:
        raise Refused(f"{name} is {', '.join(words[:-1])} or {words[-1]}.")
    return value


def split_address(name: str, url: str) -> SplitResult:
    """The parts of this setting; raises Refused when it is no address at all."""
    try:
        parts = urlsplit(url)
        # A port that is none is seen only when it is asked for.
        _ = parts.port
    except ValueError:
        raise Refused(f"{name} is no address.") from None
    return parts


def database_url(env: Mapping[str, str]) -> str:
    """DATABASE_URL. Raises Refused, and does not repeat it: a password stands in it."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    text = env.get("DATABASE_URL", "").strip() or f"sqlite:///{INSTANCE / 'linli.sqlite3'}"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    # After an @ in the password the rest of it would pass for the host, and stand in the log.
    if url is None or url.drivername not in DATABASES or "@" in (url.host or ""):
        raise Refused(
            "DATABASE_URL is like postgresql://user:password@host/name, with %40 for an @ in the"
            " password, or sqlite:////path/of/the/file."
        )
    return text


def sms_url(env: Mapping[str, str]) -> str:
    """SMS_URL; people's phone numbers travel there, so nobody may listen. Raises Refused."""
    url = env.get("SMS_URL", "").strip()
    parts = split_address("SMS_URL", url)
    is_here = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    is_safe = parts.scheme == "https" and parts.hostname
    if url and not is_here and not is_safe:
        raise Refused("SMS_URL must begin with https:// (only 127.0.0.1 may do without).")
    if url and not env.get("SMS_TOKEN", "").strip():
        raise Refused("set SMS_TOKEN as well as SMS_URL.")
    return url


def push_key(env: Mapping[str, str]) -> str:
    """PUSH_KEY. Raises Refused when it is no key, or what sends notices is not installed."""
    key = env.get("PUSH_KEY", "").strip()
    if key and not is_push_key(key):
        raise Refused("PUSH_KEY is a key as `make push-key` prints it.")
    if key and find_spec("pywebpush") is None:
        raise Refused("PUSH_KEY needs the extra `push`; docs/operations.md says how to install it.")
    return key


def operator_phone(env: Mapping[str, str]) -> str:
    """OPERATOR_PHONE, in digits. Raises Refused when it is none, or nobody's."""
    text = env.get("OPERATOR_PHONE", "").strip()
    digits = re.sub(r"[\s()-]", "", text)
    if text and not re.fullmatch(r"\+?[0-9]{5,15}", digits):
        raise Refused("OPERATOR_PHONE is a phone number, like 028-0000 0900.")
    if bool(text) != bool(env.get("OPERATOR_NAME", "").strip()):
        raise Refused("OPERATOR_NAME and OPERATOR_PHONE belong together: set both, or none.")
    return digits


def certificates(env: Mapping[str, str]) -> str:
    """SMTP_CA_FILE. Raises Refused when nothing can be checked by it: no mail would ever leave."""
    file = env.get("SMTP_CA_FILE", "").strip()
    try:
        if file:
            ssl.create_default_context(cafile=file)
    except (OSError, ValueError):
        raise Refused("SMTP_CA_FILE is no file of certificates (PEM) that can be read.") from None
    return file


def mail_host(env: Mapping[str, str]) -> str:
    """SMTP_HOST. Raises Refused for what is no name: it would be looked up at every mail."""
    host = env.get("SMTP_HOST", "").strip()
    if host and not re.fullmatch(r"[^\s/@:]+|[0-9A-Fa-f:.]+", host):
        raise Refused("SMTP_HOST is like mail.example.org; its port stands in SMTP_PORT.")
    return host


def said_to_a_server(env: Mapping[str, str], name: str) -> str:
    """A name, password or token that we say to another server. Raises Refused, and does not repeat
    it: at the first message the server's protocol would stumble over it, and all messages wait."""
    # A secret that comes from a file has a line end behind it.
    words = env.get(name, "").strip("\r\n")
    if not (words.isascii() and words.isprintable()):
        raise Refused(f"{name} may have no letters but A to Z, digits and signs, in one line.")
    return words


def listen_on(env: Mapping[str, str]) -> list[str]:
    """BIND, where the web server listens; without it, or without its port, PORT. Raises Refused."""
    port = whole(env, "PORT", 8000, least=1, most=65535)
    places = env.get("BIND", "").strip() or "127.0.0.1"
    return [with_port(place.strip(), port) for place in places.split(",")]


def with_port(place: str, port: int) -> str:
    if place.startswith(("unix:", "fd://")):
        return place
    try:
        named = urlsplit(f"//{place}").port
    except ValueError:
        named = 0
    if named == 0 or "/" in place:
        raise Refused("BIND is like 127.0.0.1:8000 or unix:/run/linli/web.sock.")
    return place if named else f"{place.rstrip(':')}:{port}"


def expect_free(places: Sequence[str]) -> None:
    """Raises Refused where another program listens, or this machine has no such address: gunicorn
    would try five times, and name no setting."""
    for place in places:
        if place.startswith(("unix:", "fd://")):
            continue
        parts = urlsplit(f"//{place}")
        try:
            found = socket.getaddrinfo(
                parts.hostname, parts.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            family, kind, protocol, _name, address = found[0]
            with socket.socket(family, kind, protocol) as door:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                door.bind(address)
        except OSError as error:
            raise Refused(
                f"nothing can listen at {place} ({error.strerror}); end the program that does, or"
                " choose another place by PORT or BIND."
            ) from None


def quiet_hours(env: Mapping[str, str]) -> tuple[time, time] | None:
    """QUIET_HOURS, from when to when; `none`: never quiet. Raises Refused."""
    text = env.get("QUIET_HOURS", "").strip() or "21:00-08:00"
    if text == "none":
        return None
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        if begin.tzinfo or end.tzinfo:
            raise ValueError("a zone of its own; these are by the clock of Chengdu")
    except ValueError:
        raise Refused("QUIET_HOURS is like 21:00-08:00, or none.") from None
    return begin, end


def apprise_services(env: Mapping[str, str]) -> list[str]:
    """APPRISE_SERVICES. Raises Refused when Apprise is not installed."""
    names = [name.strip().lower() for name in env.get("APPRISE_SERVICES", "").split(",")]
    found = [name for name in names if name]
    if not all(re.fullmatch(r"[a-z0-9]+", name) for name in found):
        raise Refused("APPRISE_SERVICES is like schan,ntfys: what stands before :// in an address.")
    if found and find_spec("apprise") is None:
        raise Refused("APPRISE_SERVICES needs the extra `apprise`; see docs/operations.md.")
    return found


class Config:
    """What every way of running shares. `docs/operations.md` explains each name."""

    DEMO = False
    TESTING = False
    # Robots of groups and push services are called outside only; tests have theirs on this
    # machine. No setting.
    ROBOTS_MAY_BE_HERE = False

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        env = dict(os.environ) if environ is None else environ
        self.DATABASE_URL = database_url(env)
        self.BASE_URL = (env.get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
        self.SECRET_KEY = self.secret_key(env)
        # What seals addresses, health and phones in the tables: the newest first.
        self.DATA_KEYS = self.data_keys(env)

        # Who answers for what is kept here: the page on privacy has to say so (PIPL, article 17).
        self.OPERATOR_NAME = env.get("OPERATOR_NAME", "").strip()
        self.OPERATOR_PHONE = operator_phone(env)

        self.SMTP_HOST = mail_host(env)
        self.SMTP_PORT = whole(env, "SMTP_PORT", 587, least=1, most=65535)
        self.SMTP_USER = said_to_a_server(env, "SMTP_USER")
        self.SMTP_PASSWORD = said_to_a_server(env, "SMTP_PASSWORD")
        # starttls | tls | none; none is for a mail server on the same machine.
        self.SMTP_SECURITY = one_of(env, "SMTP_SECURITY", "starttls", SMTP_SECURITIES)
        # The certificates that a mail server of one's own is checked by; empty: the machine's.
        self.SMTP_CA_FILE = certificates(env)
        self.MAIL_FROM = env.get("MAIL_FROM", "")

        # Where short messages are handed over; without it none leaves.
        self.SMS_URL = sms_url(env)
        self.SMS_TOKEN = said_to_a_server(env, "SMS_TOKEN")
        self.SMS_SIGNATURE = env.get("SMS_SIGNATURE", "").strip() or "邻里"
        self.SMS_SHAPE = one_of(env, "SMS_SHAPE", "plain", SMS_SHAPES)
        self.SMS_TEMPLATE = env.get("SMS_TEMPLATE", "").strip()
        self.SMS_APP = env.get("SMS_APP", "").strip()
        # In a day so many go to one person, so many parts for one team; the rest goes another way.
        self.SMS_A_DAY = whole(env, "SMS_A_DAY", 3, least=1, most=100)
        self.SMS_A_DAY_OF_TEAM = whole(env, "SMS_A_DAY_OF_TEAM", 200, least=1, most=10_000)

        # Signs notices on people's devices; without it none is offered.
        self.PUSH_KEY = self.push_key(env)

        # Which other services than 企业微信, 钉钉 and 飞书 coordinators may name; empty: none.
        self.APPRISE_SERVICES = apprise_services(env)

        # When nobody is told what can wait, for all who have not chosen hours of their own.
        self.QUIET_HOURS = quiet_hours(env)

        # A claimed message is nobody else's for this long; a sender that dies gives it back then.
        self.LEASE_SECONDS = number(env, "LEASE_SECONDS", 60, least=1, most=3600)
        self.BATCH_SIZE = whole(env, "BATCH_SIZE", 100, least=1, most=1000)
        self.PLAN_EVERY_SECONDS = whole(env, "PLAN_EVERY_SECONDS", 30, least=1, most=LONGEST_TICK)
        self.SEND_EVERY_SECONDS = whole(env, "SEND_EVERY_SECONDS", 5, least=1, most=LONGEST_TICK)

        # So long it is known who was told what. The books look back two weeks.
        self.KEEP_MESSAGES_DAYS = whole(env, "KEEP_MESSAGES_DAYS", 400, least=31, most=3660)

        # Who sends: this machine's scheduler, or workers on any number of machines.
        self.QUEUE = one_of(env, "QUEUE", "built-in", QUEUES)
        if self.QUEUE != "built-in" and self.DATABASE_URL.startswith("sqlite"):
            raise Refused("QUEUE=procrastinate needs PostgreSQL; set DATABASE_URL.")

        # Who must sign in in two steps before something opens: whoever reads health and concerns.
        self.SECOND_STEP_FOR = one_of(env, "SECOND_STEP_FOR", "nobody", SECOND_STEPS)

        # How many proxies in front of us may be believed about the caller's address and scheme.
        self.TRUSTED_PROXIES = whole(env, "TRUSTED_PROXIES", 0, least=0, most=10)
        self.LOG_LEVEL = one_of(env, "LOG_LEVEL", "INFO", LOG_LEVELS)

        is_https = self.BASE_URL.startswith("https://")
        # The __Host- prefix makes browsers refuse the cookie from a neighbouring host.
        self.SESSION_COOKIE_NAME = "__Host-linli" if is_https else "linli"
        self.SESSION_COOKIE_SECURE = is_https
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.TRUSTED_HOSTS = [split_address("BASE_URL", self.BASE_URL).hostname or "localhost"]
        # Someone may think for hours over a form; the token ends with the session instead.
        self.WTF_CSRF_TIME_LIMIT = None
        self.WTF_CSRF_SSL_STRICT = False
        self.MAX_CONTENT_LENGTH = 2 * 1024 * 1024
        self.MAX_FORM_MEMORY_SIZE = 1024 * 1024
        self.MAX_FORM_PARTS = 2000
        self.BABEL_DEFAULT_LOCALE = "zh_Hans"
        self.BABEL_DEFAULT_TIMEZONE = "Asia/Shanghai"

    def secret_key(self, env: dict[str, str]) -> str:
        key = env.get("SECRET_KEY", "")
        if len(key) < SHORTEST_SECRET:
            raise Refused(
                f"set SECRET_KEY to a random text of at least {SHORTEST_SECRET} characters."
            )
        if len(set(key)) < FEWEST_LETTERS_OF_A_SECRET or key.startswith(EXAMPLE):
            raise Refused("SECRET_KEY can be guessed; set what `openssl rand -hex 32` prints.")
        return key

    def push_key(self, env: dict[str, str]) -> str:
        return push_key(env)

    def data_keys(self, env: dict[str, str]) -> list[str]:
        keys = [key.strip() for key in env.get("DATA_KEYS", "").split(",") if key.strip()]
        if not keys:
            raise Refused(
                "set DATA_KEYS: for a new database what `make key` prints, else the key it is"
                " sealed with. Without that nobody can read it, nor a backup."
            )
        if not all(map(is_data_key, keys)):
            raise Refused("each of DATA_KEYS is a key as `make key` prints it.")
        return keys


class Production(Config):
    """Real people's data. Refuses every set-up that would lose or leak it."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        super().__init__(environ)
        if not self.BASE_URL.startswith("https://") and self.TRUSTED_HOSTS != ["127.0.0.1"]:
            raise Refused("BASE_URL must begin with https:// (only 127.0.0.1 may do without).")
        self.check_address()
        if not self.SMTP_HOST or not self.MAIL_FROM:
            raise Refused("set SMTP_HOST and MAIL_FROM, or no reminder can leave.")
        # Mail servers take nothing but ASCII in an address without an extension.
        if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", parseaddr(self.MAIL_FROM)[1]):
            raise Refused("MAIL_FROM is like 邻里 <linli@example.org>.")
        if self.SMS_URL and self.SMS_SHAPE != "plain" and not self.SMS_TEMPLATE:
            raise Refused(f"set SMS_TEMPLATE: {self.SMS_SHAPE} sends no text without one.")
        if self.SMS_URL and self.SMS_SHAPE == "tencent" and not self.SMS_APP:
            raise Refused("set SMS_APP: tencent sends no text without one.")
        if self.DATABASE_URL in ("sqlite://", "sqlite:///", "sqlite:///:memory:"):
            raise Refused("DATABASE_URL names no file; what people write would be lost.")
        if self.LEASE_SECONDS < SHORTEST_LEASE:
            raise Refused(f"LEASE_SECONDS is at least {SHORTEST_LEASE}, or mails would go twice.")

    def check_address(self) -> None:
        """Links in messages are BASE_URL and a path of ours, so it is no more than a host."""
        parts = split_address("BASE_URL", self.BASE_URL)
        if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise Refused("BASE_URL is https:// and the name of a host, and nothing behind it.")
        # Browsers ask for 邻里.cn by another name, and a host that is not ours is refused.
        if not re.fullmatch(r"[a-z0-9._-]+", parts.hostname):
            raise Refused("BASE_URL names the host as browsers ask for it: xn--… for 邻里.cn.")


MADE_UP_OPERATOR = {"OPERATOR_NAME": "锦绣街道办事处", "OPERATOR_PHONE": "028-0000 0900"}


class Demo(Config):
    """The invented communities, on this machine only. No message leaves it."""

    DEMO = True

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        env = dict(os.environ) if environ is None else environ
        super().__init__({**MADE_UP_OPERATOR, **env})
        # Nothing leaves here, and whoever looks at night wants to see it all the same.
        self.QUIET_HOURS = None
        # On one's own machine both names are used.
        self.TRUSTED_HOSTS = [*self.TRUSTED_HOSTS, "localhost"]

    def secret_key(self, env: dict[str, str]) -> str:
        return env.get("SECRET_KEY") or kept_secret(INSTANCE / "secret_key", secrets.token_hex())

    def data_keys(self, env: dict[str, str]) -> list[str]:
        if env.get("DATA_KEYS"):
            return super().data_keys(env)
        return [kept_secret(INSTANCE / "data_key", new_data_key())]

    def push_key(self, env: dict[str, str]) -> str:
        """So that the demo shows the button, too; nothing leaves here."""
        return super().push_key(env) or kept_secret(INSTANCE / "push_key", new_push_key())


KEY_FOR_TESTS = base64.urlsafe_b64encode(b"known to everybody, only in tests"[:32]).decode()


class Testing(Config):
    TESTING = True

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        # The same key for every app of a test process: they share what sealed texts open with.
        made_up = {
            "SECRET_KEY": secrets.token_hex(),
            "DATA_KEYS": KEY_FOR_TESTS,
            # Tests run by night as by day; those about the night say so.
            "QUIET_HOURS": "none",
        }
        super().__init__({**made_up, **(environ or {})})
        self.TRUSTED_HOSTS = ["127.0.0.1", "localhost"]


def new_data_key() -> str:
    """32 random bytes as URL-safe base64, as Fernet wants them."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def new_push_key() -> str:
    """A private key on the curve P-256, as web push wants them; its public half follows from it."""
    from cryptography.hazmat.primitives.asymmetric import ec

    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")


def is_push_key(text: str) -> bool:
    try:
        number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return False
    return len(number) == 32 and any(number)


def is_data_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == 32
    except ValueError:
        return False


def kept_secret(path: Path, fresh: str) -> str:
    """The secret in this file, at the first call the fresh one; only its owner may read it."""
    make_folder(path.parent)
    try:
        write_once(path, fresh)
        return path.read_text()
    except OSError as error:
        raise Refused(f"{path} cannot be kept: {error.strerror}.") from None


def write_once(path: Path, text: str) -> None:
    """Unless it is there. Half a file, as on a full disk, would pass for the whole ever after."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
    except OSError:
        path.unlink()
        raise


def make_folder(path: Path) -> None:
    """Unless it is there. Raises Refused."""
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise Refused(f"the folder {path} cannot be made: {error.strerror}.") from None


def from_environment() -> Config:
    """The set-up that the environment asks for: the demo with DEMO=1, else production."""
    return Demo() if os.environ.get("DEMO") == "1" else Production()
