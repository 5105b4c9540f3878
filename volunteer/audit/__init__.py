"""Who did what, for whom, when. An entry is written once and never changed."""
