"""The elders that a team serves, and the visits to them.

An *elder* is the part a person plays towards one team; the same person may be a volunteer
of it. A *pairing* (结对) ties volunteers to an elder; a *visit* is one time that they go,
phone or meet. *Overdue* means: nobody has seen them for longer than their risk level allows.
"""
