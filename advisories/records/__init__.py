"""Published records as pure functions: one advisory's content to and from OSV, CVE and the announcement mail.

Nothing here knows Django, a database, a file or the network; what comes from outside is read strictly (`reading`).
"""
