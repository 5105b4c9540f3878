"""Taking in and giving out photos; they have no address of their own."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

from volunteer.pictures.models import Picture

View = TypeVar("View", bound=Callable[..., Any])

# Phones make photos of 3 to 9 MB.
LARGEST_UPLOAD = 12 * 1024 * 1024


def init_app(app: Flask) -> None:
    """Has to come before whatever reads the form, such as the guard of forms."""
    app.before_request(allow_photos)


def takes_picture(view: View) -> View:
    """Mark a view whose form may bring a photo."""
    view.takes_picture = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def allow_photos() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    # No other kind of form carries one. As plain fields twelve megabytes keep a process busy for
    # two seconds, and that before we know who sends them.
    if request.mimetype == "multipart/form-data" and getattr(view, "takes_picture", False):
        request.max_content_length = LARGEST_UPLOAD


def serve(picture: Picture) -> Response:
    """The photo, for whoever the calling view has let in; no browser or proxy keeps it."""
    return Response(
        picture.content,
        mimetype="image/jpeg",
        headers={
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Disposition": 'inline; filename="photo.jpg"',
            "Cache-Control": "private, no-store",
        },
    )
