"""The commands beside /rebalance-portfolio: which function answers each, loaded when it is asked.

A command's function gets the words behind the command, the plugin's settings and a CommandContext.
It returns Told, or raises Refusal or Usage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .entry_point import CommandContext, Told

PLUGIN = "rebalance-portfolio"

# Command -> module below ib_portfolio, function.
COMMANDS: dict[str, tuple[str, str]] = {
    "fetch-latest": ("claude_code.setup.setup_commands", "fetch_latest"),
    "mcp-status": ("claude_code.setup.setup_commands", "mcp_status"),
    "tax-report": ("claude_code.tax.tax_commands", "tax_report"),
    "wash-sale-check": ("claude_code.tax.tax_commands", "wash_sale_check"),
    "optimize-portfolio": ("claude_code.reviews.review_commands", "optimize_portfolio"),
    "investment-strategy": ("claude_code.reviews.review_commands", "investment_strategy"),
}
# Those that only a person starts, by typing them: they open a connection.
TYPED_ONLY = frozenset(("fetch-latest",))


def run_command(
    name: str, words: str, settings: Mapping[str, str], context: CommandContext
) -> Told:
    """What the command `name` of COMMANDS answers to `words`; Refusal or Usage as it refuses."""
    module, function = COMMANDS[name]
    return getattr(_MODULES[module](), function)(words, settings, context)


def _setup_commands() -> object:
    from .setup import setup_commands

    return setup_commands


def _review_commands() -> object:
    from .reviews import review_commands

    return review_commands


def _tax_commands() -> object:
    from .tax import tax_commands

    return tax_commands


_MODULES: dict[str, Callable[[], object]] = {
    "claude_code.setup.setup_commands": _setup_commands,
    "claude_code.reviews.review_commands": _review_commands,
    "claude_code.tax.tax_commands": _tax_commands,
}
