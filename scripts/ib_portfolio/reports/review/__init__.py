"""The review and the strategy as documents and as sections of a report; computes nothing new."""
