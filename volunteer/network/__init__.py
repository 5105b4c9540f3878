"""Places: city, district, sub-district, community, estate, as a small tree."""
