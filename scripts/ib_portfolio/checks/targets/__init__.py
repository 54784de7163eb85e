"""A user's own target, for the checks: read again from its raw text, and compared with a plan."""
