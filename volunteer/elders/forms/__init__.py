"""What may be typed about elders and visits, one file for each kind of page."""
