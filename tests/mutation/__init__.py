"""Mutation testing: small mistakes are put into the code, one at a time, and the tests have to notice.

Not part of `make test`; `make mutation` runs it (docs/testing.md, "Mutants").
"""
