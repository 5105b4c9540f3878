"""Messages to people: an outbox row is written with the change that causes it, and sent later.

A letter is what one person reads. A message is the row that stands for it. A channel
is how it leaves: by mail, by SMS, or by a phone call that a coordinator makes.
"""
