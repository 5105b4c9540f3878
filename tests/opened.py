"""A browser's half of web push: the keys it makes, and opening what arrives with them."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from volunteer.notifications.devices import DeviceDetails


def packed(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@dataclass
class Opener:
    """One browser; only it can read what is sealed for it."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"sixteen letters."

    def details(self, address: str, name: str = "Firefox, Android") -> DeviceDetails:
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return DeviceDetails(name, address, packed(point), packed(self.secret))

    def open(self, body: bytes) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(
            http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret)
        )
        return said
