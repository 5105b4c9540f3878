"""Photos on their way in and out: larger forms only where one is asked for, guarded answers."""

from io import BytesIO

import pytest
from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from tests.factories.people import PersonFactory
from tests.pictures.test_keeping import photo
from volunteer.core.database import transaction
from volunteer.core.forms import TidyForm
from volunteer.pictures import keeping, views
from volunteer.pictures.errors import NotAPicture
from volunteer.pictures.forms import PictureField


class ReceiptForm(TidyForm):
    receipt = PictureField("Receipt")


def filled(app, content: bytes | None) -> ReceiptForm:
    data = MultiDict()
    if content is not None:
        data["receipt"] = FileStorage(BytesIO(content), filename="receipt.jpg")
    with app.test_request_context("/", method="POST", headers={"Accept-Language": "en"}):
        form = ReceiptForm(formdata=data, meta={"csrf": False})
        form.validate()
    return form


def test_a_form_reads_the_photo(app):
    form = filled(app, photo())

    assert not form.errors
    assert (form.receipt.photo.width, form.receipt.photo.height) == (300, 200)


def test_a_photo_may_be_left_out(app):
    form = filled(app, None)

    assert not form.errors
    assert form.receipt.photo is None


def test_beside_the_field_it_says_what_is_wrong(app):
    form = filled(app, b"hello")

    assert form.errors["receipt"] == [str(NotAPicture())]
    assert form.receipt.photo is None


FILES, FIELDS = "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("is_marked", "sent_as", "limit"), [(True, FILES, 12), (True, FIELDS, 2), (False, FILES, 2)]
)
def test_only_forms_that_bring_a_photo_may_be_large(app, monkeypatch, is_marked, sent_as, limit):
    def view():
        """Whatever it does."""

    monkeypatch.setitem(
        app.view_functions, "home.show_home", views.takes_picture(view) if is_marked else view
    )
    with app.test_request_context("/", content_type=sent_as):
        assert request.endpoint == "home.show_home"
        views.allow_photos()

        assert request.max_content_length == limit * 1024 * 1024


def test_a_large_form_of_plain_fields_is_refused_unread(client):
    large = b"words=" + b"%E9" * (views.LARGEST_UPLOAD // 4)

    answer = client.post("/teams/1/incidents/new", data=large, content_type=FIELDS)

    assert answer.status_code == 413


def test_a_photo_is_given_out_as_a_photo_and_never_kept_on_the_way(app, database):
    with transaction():
        picture = keeping.keep(keeping.read(photo()), by=PersonFactory())

    with app.test_request_context("/"):
        answer = app.process_response(views.serve(picture))

    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == picture.content
