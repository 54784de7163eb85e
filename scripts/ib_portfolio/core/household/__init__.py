"""What is said of several accounts together."""
