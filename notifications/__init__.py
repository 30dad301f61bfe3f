"""Map events to mails and deliver them. Listens to the audit log; no other app imports it."""
