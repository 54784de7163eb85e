"""What was asked for, read from words and settings; it knows nothing of any portfolio."""
