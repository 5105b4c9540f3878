"""What residents ask for, and what becomes of it.

A *help request* is asked by somebody, with or without an account, for themselves or for
somebody else. A coordinator *triages* it: takes it on, refers it, or declines it with a
reason. An *offer* asks one volunteer, who accepts or declines. It is over only when the
resident has confirmed, or somebody has said why it ends.
"""
