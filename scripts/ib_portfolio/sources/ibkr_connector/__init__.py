"""IBKR's own connector as a source: its three answers, typed, added up and made a portfolio."""
