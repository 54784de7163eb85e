"""The plan document, filled in: every key of a plan, its warnings and its notes."""
