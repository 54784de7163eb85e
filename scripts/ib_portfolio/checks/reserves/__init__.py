"""What is not free, for the checks: worked out again from raw rows, and compared with a plan."""
