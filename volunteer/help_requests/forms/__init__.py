"""What may be typed about help requests, by who types it."""
