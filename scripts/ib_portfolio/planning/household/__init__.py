"""One target over several accounts: what each trades, within itself, to reach it together."""
