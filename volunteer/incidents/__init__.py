"""Incidents (意外情况): an accident or near miss at a date, a visit, a help errand or a lunch.

Not a concern (elders/concerns.py), which is a worry about an elder and confided to two people.
"""
