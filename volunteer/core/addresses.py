"""Addresses of our own: where somebody came from or goes next, pages of a list, static files."""

import hashlib
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, request, url_for

# Under which path the service stands for who asks now: a page names fifty addresses.
_root: ContextVar[str | None] = ContextVar("root", default=None)


def init_app(app: Flask) -> None:
    app.before_request(stand_under)
    app.teardown_request(stand_nowhere)


def stand_under() -> None:
    _root.set(request.script_root)


def stand_nowhere(_error: BaseException | None) -> None:
    _root.set(None)


def same_site_referrer() -> str | None:
    """The page of ours that the person came from, without its host; None for any other."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    return safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def caller() -> str:
    """From which place somebody asks: their address, or of IPv6 the network that every home has to
    itself, for from there they could come by another address each time."""
    said = request.remote_addr or ""
    try:
        address = ip_address(said)
    except ValueError:
        return said
    if not isinstance(address, IPv6Address):
        return said
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), 64), strict=False))


def safe_next(target: str | None) -> str | None:
    """The path if it stays on this site, else None. Only plain paths of our own pass."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 33 or character == "\\" for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def page_url(number: int) -> str:
    """This list's address, at another of its pages."""
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'page': str(number)})}"


def asset(name: str) -> str:
    """The address of one of our static files; it changes when the file does."""
    return asset_under(root(), name)


def of_page(endpoint: str, **values: Any) -> str:
    """What url_for() answers in templates, worked out once: a page names thirty addresses, and most
    of them the next one names again."""
    # One beside this page, or with our host, depends on who asks.
    if endpoint.startswith(".") or "_external" in values:
        return url_for(endpoint, **values)
    try:
        return of_page_under(root(), endpoint, **values)
    except TypeError:
        # A list of things that make the address: it can't be looked up.
        return url_for(endpoint, **values)


@lru_cache(2000, typed=True)
def of_page_under(_root: str, endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values)


def root() -> str:
    """Under which path the service stands; nothing, unless whoever runs it says so."""
    said = _root.get()
    return request.script_root if said is None else said


@lru_cache
def asset_under(_root: str, name: str) -> str:
    """The same, for a service that stands under this path."""
    static = Path(__file__).parent.parent / "static"
    digest = hashlib.sha256((static / name).read_bytes()).hexdigest()[:10]
    return url_for("static", filename=name, v=digest)
