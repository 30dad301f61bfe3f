"""The append-only log of everything that changes state, and the clock that decides."""
