"""What Python's collector of garbage need not look at."""

import gc


def keep_loaded() -> None:
    """For a process that works on and on, once it has loaded what it needs: that stays. To look
    through all of it for garbage, again and again, was a tenth of sending."""
    gc.collect()
    gc.freeze()
