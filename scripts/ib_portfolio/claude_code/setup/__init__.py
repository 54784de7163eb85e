"""Fetching and the page about the setup, as commands of the client; nothing of plans."""
