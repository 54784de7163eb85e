"""The story of `/tax-report`."""
