"""Who may use the studio: the staff's password, sessions, and what is signed."""
