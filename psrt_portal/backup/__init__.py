"""A backup of the database with what proves it, and its way back into an empty database."""
