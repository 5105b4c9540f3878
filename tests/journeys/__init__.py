"""Whole stories in a real browser. A package, so that what its fixtures start ends with them."""
