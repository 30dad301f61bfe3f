"""Private reports, from intake to the published advisory."""
