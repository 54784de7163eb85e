"""/fetch-latest and /mcp-status, as the hook answers them."""

from __future__ import annotations

from collections.abc import Mapping

from ..request.fetch_settings import fetch_settings
from ..request.setup_words import read_setup_words, setup_help
from .commands import CommandContext, Told


def fetch_latest(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The statement fetched; the token is taken from the hook's environment alone."""
    asked = read_setup_words("fetch-latest", words)
    if "help" in asked:
        return Told(setup_help("fetch-latest", "", terminal=False), "")
    from ..statement_fetch import fetch_statement

    fetched = fetch_statement(asked, context.data, fetch_settings(context.environ))
    return Told(fetched.report(), fetched.facts())
