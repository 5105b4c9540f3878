"""The proposed rota of a month: who could be invited to which date, and why.

`problem` says in plain data what a rota is made from and what makes one good; `greedy` and
`optimal` propose one, `reasons` says why. `loading` reads the problem from the tables, `drafts`
keeps a proposal, takes what is changed by hand, and turns it into sign-ups.
"""
