"""Which event tells whom, and how the mail gets there. Listens; nobody imports it."""
