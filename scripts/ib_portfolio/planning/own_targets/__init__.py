"""A target of the user's own: which holdings it is of, and what it has bought that is not held."""
