"""Photos that people hand in: a receipt, a signature on paper.

A picture belongs to the record that points to it, and whoever may see that record may see the
picture: the record's own view authorizes, then calls `views.serve`. No address leads to a picture
alone.
"""
