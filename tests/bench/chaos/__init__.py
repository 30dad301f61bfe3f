"""``make chaos``: cause one fault after another below a running portal, and print what became of it."""
