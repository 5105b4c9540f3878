"""What may be typed about lunches, by what it is about."""
