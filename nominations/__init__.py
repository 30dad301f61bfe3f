"""Nominations, secret votes and the Steering Council's veto (PEP 811)."""
