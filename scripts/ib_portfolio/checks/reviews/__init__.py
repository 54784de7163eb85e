"""The self-checks of the review and the strategy, from the raw rows; they share no code with both."""
