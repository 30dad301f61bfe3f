"""What people type into this app."""
