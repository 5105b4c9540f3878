"""Flask extensions, made without an app."""

from urllib.parse import urlsplit

from flask import g, request
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, CSRFProtect


class FormsOfOurs(CSRFProtect):  # type: ignore[misc]  # Flask-WTF is untyped
    """Asks each form for its token, and browsers where they send it from: should a token ever get
    out, a page of somebody else's can do nothing with it."""

    def protect(self, apply_exemptions: bool = False) -> None:
        super().protect(apply_exemptions)
        if g.get("csrf_valid") and is_from_elsewhere():
            raise CSRFError("sent from a page of another site")


def is_from_elsewhere() -> bool:
    """Whether the browser says that another site sends it, or names another host. Many name none,
    and old ones say "null"; so do newer ones in a frame of somebody else's, and say whose it is.

    The port is left out: a proxy may hand on the host without it.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    try:
        said = urlsplit(request.origin or request.referrer or "").hostname
        return said is not None and said != urlsplit(f"//{request.host}").hostname
    except ValueError:
        return True


babel = Babel()
csrf = FormsOfOurs()
login_manager = LoginManager()
