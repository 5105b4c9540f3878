"""A link as a picture: a QR code that a phone can read from a screen or from paper."""

import io

from markupsafe import Markup


def draw(address: str) -> Markup:
    """The address as an SVG drawing, black on white, with the quiet border that readers need."""
    import segno  # imported here: few pages have pictures, and all would start later

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=1, border=4, xmldecl=False, omitsize=True, light="#fff",
        svgclass="qr", lineclass=None,
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno, holds no text of ours
