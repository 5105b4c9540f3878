"""What a browser that is signed in sends along: cookies and tokens, signed as the service does."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from bench import world
from tests.servers import SECRET_KEY

TOKEN = "one token for all, for who reads this has the key as well"
LANGUAGES = ("zh", "en")


def signed(session: dict[str, object]) -> str:
    app = Flask(__name__)
    app.secret_key = SECRET_KEY
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps(session))


def our_cookie(person: int) -> str:
    """Signed in as this person of a world; every other one reads English."""
    session = {"_user_id": world.token_of(person), "csrf_token": TOKEN}
    return f"linli={signed(session)}; lang={LANGUAGES[person % 2]}"


def our_token() -> str:
    return str(URLSafeTimedSerializer(SECRET_KEY, salt="wtf-csrf-token").dumps(TOKEN))


def floors_cookie(person: int) -> str:
    return f"session={signed({'person': person, 'csrf': TOKEN})}"
