"""The whole booth on one machine: settings, enrolment, programs, and one visit that reaches the family page."""
