"""The review and the strategy of several accounts as documents and sections; computes nothing."""
