"""Addresses of this app: what is public, what keeps memberships, and one's own."""
