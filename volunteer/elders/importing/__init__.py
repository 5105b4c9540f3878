"""Elders from a file.

`columns` says what it may hold, `cells` what a cell says, `reading` what a line says beside those
who are known already; `saving` puts them on the list, and takes them back.
"""
