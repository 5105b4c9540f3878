"""Pressed twice: what is sent again within moments, word for word, is one and not two; nor is what
is sent twice from one page."""

import secrets
from datetime import timedelta

# An impatient finger, or a phone that sends again when the network comes back.
AGAIN_WITHIN = timedelta(minutes=2)
LONGEST_FORM_KEY = 40


def new_form_key() -> str:
    """A mark that goes along in one page's form, and in no other's."""
    return secrets.token_urlsafe(12)


def kept_key(form_key: str | None) -> str | None:
    """The key as it is kept; one that is none of ours, since it has no place there, is none."""
    if not form_key or len(form_key) > LONGEST_FORM_KEY or not form_key.isprintable():
        return None
    return form_key
