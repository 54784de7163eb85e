"""What a statement proves: shares, costs, bonds, income, lots; no opinion and no report."""
