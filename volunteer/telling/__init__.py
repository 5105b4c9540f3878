"""How people and groups are told: what each may choose, and what each kind of message says.

A *choice* is what one person has said: by what they are told, what they may do without, when they
are not to be disturbed. A *kind* is one sort of message; its *forms* are the mail, the short one
and the one for a group. A *group* is a chat of the team in which a robot speaks for us.
"""
