"""Django's PostgreSQL backend (`DATABASES["default"]["ENGINE"]`), with an end to every wait of a request."""
