"""A target of the user's own, in words, as an option or in a policy file; it knows no portfolio."""
