"""People, memberships, dated roles, invitations and sign-in."""
