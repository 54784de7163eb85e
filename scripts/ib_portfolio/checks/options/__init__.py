"""Checks of figures that only an option prints."""
