"""What funds are, for the checks: counted again from raw rows, and compared with a plan."""
