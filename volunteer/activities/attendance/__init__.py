"""Who came to a date, and what of it counts.

At the door people check in (`check_in`) or are written down (`walk_ins`); on the day and afterwards
it is noted (`noting`), also from the signed paper (`sheet`). None of that counts until a person has
looked it over (`closing`); who finds their record wrong says so (`mistakes`).
"""
