"""The verbs of this app, by when in a report's life they are used.

`intake` and `conversation` work for reporters as well, `triage` for members; `drafting` and `publication` lead to an
advisory; `importing` brings in those that others published before.
"""
