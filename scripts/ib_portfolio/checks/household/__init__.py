"""Checks of one target over several accounts, from the raw input of all."""
