"""What people type into this app: reporters (`intake`), members on a report (`triage`), coordinators (`draft`)."""
