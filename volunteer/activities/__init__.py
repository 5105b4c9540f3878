"""Weekly activities, their dates, and who signed up.

An activity is the plan ("every Wednesday"); an occurrence is one date of it; a role is
a kind of work on that date, with its fewest and most people; a sign-up is a person's
place in a role, or in the queue for it.
"""
