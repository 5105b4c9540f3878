"""The shared lunch (爱心午饭): who eats, what is cooked, who brings it, and the money for it.

A *meal* is the lunch of one date of an activity: helpers sign up for the date, diners book the
meal. A *diner* is the part that a person plays who eats with a team, phone or not. A *standing
meal* is a booking for every week. A *cook* is a helper of the date whose work is in the kitchen.
The *kitty* is the group's own money for food (AA 账本), never charity.
"""
