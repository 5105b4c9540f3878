"""Calendars that a phone or computer fetches by itself.

A *feed* is one such calendar: a person's own dates and visits, a team's dates, or what is open to
all in a community. Its address is a secret: whoever knows it reads the calendar, and nothing else.
The *holder* keeps the address; it is the person themselves, or who acts for them. An *entry* is one
thing in it. It never says whom a visit is to, where they live, or who else comes.
"""
