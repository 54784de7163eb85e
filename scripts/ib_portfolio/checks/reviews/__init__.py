"""The self-checks of review and strategy, from the raw rows, by code that they do not share."""
