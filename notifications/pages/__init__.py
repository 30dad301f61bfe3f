"""What pages say of mail; it is never said what a mail is about."""
