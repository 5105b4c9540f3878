"""What may be typed about activities and their dates, one file for each kind of page."""
