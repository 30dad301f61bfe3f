"""Published records against their schemas and golden files; nothing here needs a database."""
