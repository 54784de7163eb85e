"""Which orders take a class to where it goes, where the user asks for other than proportions."""
