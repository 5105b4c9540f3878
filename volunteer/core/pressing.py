"""Pressed twice: what is sent again within moments, word for word, is one and not two."""

from datetime import timedelta

# An impatient finger, or a phone that sends again when the network comes back.
AGAIN_WITHIN = timedelta(minutes=2)
