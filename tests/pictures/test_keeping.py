"""Photos: made anew, without what was written into them, sealed, and only what a phone sends."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import LargeBinary, column, inspect, select, table

import config
from tests.factories.people import PersonFactory
from volunteer.core import encryption
from volunteer.core.database import session, transaction
from volunteer.pictures import keeping
from volunteer.pictures.errors import NotAPicture, TooManyPoints
from volunteer.pictures.models import Picture

# Where the photo was taken, and the maker of the phone.
GPS, MAKER, ORIENTATION = 0x8825, 0x010F, 0x0112
PLACE_WORDS = b"Huangmen Street 12"


def photo(form: str = "JPEG", size: tuple[int, int] = (300, 200), **options) -> bytes:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[MAKER] = PLACE_WORDS.decode()
    exif[GPS] = {1: "N", 2: (30.0, 38.0, 0.0), 3: "E", 4: (104.0, 4.0, 0.0)}
    return photo(exif=exif, comment=PLACE_WORDS, icc_profile=b"profile " + PLACE_WORDS)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_phones_send_becomes_a_jpeg(form):
    kept = keeping.read(photo(form))

    with Image.open(BytesIO(kept.content)) as image:
        assert (image.format, image.size) == ("JPEG", (300, 200))
    assert (kept.width, kept.height) == (300, 200)


def test_place_phone_comment_and_profile_are_not_in_it_any_more():
    sent = with_place()
    assert PLACE_WORDS in sent

    kept = keeping.read(sent)

    with Image.open(BytesIO(kept.content)) as image:
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert PLACE_WORDS not in kept.content


def test_what_hangs_behind_the_photo_is_left_out():
    kept = keeping.read(photo() + b"<script>alert(1)</script>")

    assert b"script" not in kept.content


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    # The phone was turned: what it saw has to be turned by a quarter to the right.
    exif[ORIENTATION] = 6

    kept = keeping.read(photo(exif=exif))

    assert (kept.width, kept.height) == (200, 300)
    with Image.open(BytesIO(kept.content)) as image:
        red, _green, blue = image.getpixel((100, 20))
    assert red > blue


@pytest.mark.parametrize("tag", [b"\x01\x03", b"\x01\x1a"])
def test_what_a_phone_has_noted_wrongly_about_a_photo_does_not_stand_in_its_way(tag):
    """A word where a number belongs: it is not kept anyway."""
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "X", 6
    odd = exif.tobytes().replace(b"\x01\x0f", tag)

    kept = keeping.read(photo(exif=odd))

    assert (kept.width, kept.height) == (200, 300)


def test_a_large_photo_becomes_small_enough_for_a_page():
    kept = keeping.read(photo(size=(4000, 3000)))

    assert (kept.width, kept.height) == (1600, 1200)


def test_what_is_see_through_becomes_white():
    out = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")

    kept = keeping.read(out.getvalue())

    with Image.open(BytesIO(kept.content)) as image:
        assert min(image.getpixel((5, 5))) > 250


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        photo()[:200],
        photo("PNG")[:60],
        photo("GIF"),
        photo("TIFF"),
    ],
    ids=["empty", "words", "svg", "pdf", "half a jpeg", "half a png", "gif", "tiff"],
)
def test_anything_else_is_refused_in_one_sentence(content):
    with pytest.raises(NotAPicture):
        keeping.read(content)


def test_a_small_file_that_would_fill_the_memory_is_refused():
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000

    with pytest.raises(TooManyPoints):
        keeping.read(out.getvalue())


def test_it_is_kept_sealed_and_read_only_when_it_is_shown(database):
    shown = keeping.read(photo())
    with transaction():
        number = keeping.keep(shown, by=PersonFactory()).id
    session.expunge_all()

    stored = session.scalar(select(column("content", LargeBinary)).select_from(table("pictures")))
    picture = session.get(Picture, number)

    assert b"JFIF" not in stored
    assert "content" in inspect(picture).unloaded
    assert picture.content == shown.content


def test_it_is_sealed_anew_under_a_new_key(database):
    shown, before = keeping.read(photo()), encryption.keys.texts
    with transaction():
        number = keeping.keep(shown, by=PersonFactory()).id
    new = config.new_data_key()

    try:
        encryption.use([new, *before])
        encryption.seal_anew()
        encryption.use([new])
        session.expunge_all()

        assert session.get(Picture, number).content == shown.content
    finally:
        encryption.use(before)


def test_a_forgotten_one_is_gone(database):
    with transaction():
        picture = keeping.keep(keeping.read(photo()), by=PersonFactory())

    keeping.forget(picture)

    assert session.scalars(select(Picture)).all() == []
