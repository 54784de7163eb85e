"""The commands beside /rebalance-portfolio: what answers each, loaded only when it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class CommandContext(NamedTuple):
    """What a command gets beside its words and the settings."""

    mode: str = ""  # the client's permission mode
    today: str = ""  # YYYY-MM-DD, "" for the day of the machine


class Told(NamedTuple):
    """What a command answers: the report for the screen, and facts for the model's later answers.

    The report is text of at most 75 columns. `shorter` gives it with as many rows a list at most,
    for a screen that takes less; without it a long report is cut at the end of a line.
    """

    report: str
    facts: str
    shorter: Callable[[int], str] | None = None


Command = Callable[[str, Mapping[str, str], CommandContext], Told]

# Name of the command -> the module below ib_portfolio, and its function. It gets the words behind
# the command, the plugin's settings and the context, and raises Refusal or Usage.
COMMANDS: dict[str, tuple[str, str]] = {
    "optimize-portfolio": ("claude_code.review_commands", "optimize_portfolio"),
    "investment-strategy": ("claude_code.review_commands", "investment_strategy"),
}


def load_command(name: str) -> Command:
    """The function of a command of COMMANDS; KeyError for another name."""
    if name == "optimize-portfolio":
        from .review_commands import optimize_portfolio

        return optimize_portfolio
    if name == "investment-strategy":
        from .review_commands import investment_strategy

        return investment_strategy
    raise KeyError(name)
