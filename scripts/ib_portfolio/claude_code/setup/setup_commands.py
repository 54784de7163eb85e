"""/fetch-latest and /mcp-status, as the hook answers them, and the latter without hooks."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.messages import Refusal
from ...core.private.data_folder import is_data_folder
from ...request.fetch_settings import NOT_SET, fetch_settings
from ...request.setup_words import read_setup_words, setup_help
from ..entry_point import CommandContext, Told
from ..run_folder import private_is_set
from ..script_words import read_pairs
from .server_record import server_records


def fetch_latest(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The statement fetched; the token is taken from the hook's environment alone."""
    asked = read_setup_words("fetch-latest", words)
    if "help" in asked:
        return Told(setup_help("fetch-latest", "", terminal=False), "")
    from ...statement_fetch import fetch_statement

    fetched = fetch_statement(asked, context.data, fetch_settings(context.environ))
    return Told(fetched.report(), fetched.facts())


def mcp_status(words: str, settings: Mapping[str, str], context: CommandContext) -> Told:
    """The page about the setup."""
    asked = read_setup_words("mcp-status", words)
    if "help" in asked:
        return Told(setup_help("mcp-status", "", terminal=False), "")
    from ...setup_check import Surroundings, check_setup

    fetching = fetch_settings(context.environ)
    found = Surroundings("hooks", context.data, settings, fetching, _servers(context.data))
    page = check_setup(asked, found)
    return Told(page.text(), page.facts())


def status_without_hooks(words: list[str]) -> str:
    """The page for a model that relays it; `words` are --data and --session.

    No settings are known on this way. Refusal where the last hook saw the private setting on.
    """
    given = read_pairs(words, ("session", "data"))
    data = given.get("data", "")
    data = data if is_data_folder(data) else ""
    if data and private_is_set(data):
        raise Refusal("private_needs_hooks")
    from ...setup_check import Surroundings, check_setup

    page = check_setup({}, Surroundings("no hooks", data, {}, NOT_SET, _servers(data)))
    return f"[report]\n```text\n{page.text()}```\n"


def _servers(data: str) -> list[tuple[str, float, float]]:
    return [tuple(row) for row in server_records(data)] if data else []
