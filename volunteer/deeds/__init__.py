"""A deed: what a volunteer did for one neighbour, such as a visit to an elder or help that somebody
asked for. It has a time and a team; whom it was done for, and where, stands only with the visit or
the request, of which nothing is known here.
"""
