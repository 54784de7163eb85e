"""The help of /wash-sale-check and /tax-report, out of tax_options.json."""

from __future__ import annotations

import textwrap

from ..core.messages import say
from .help import WIDTH, grouped_lines
from .tax_request import TAX_REPORT, WASH_SALE_CHECK, load_tax_options

_SCRIPTS = {WASH_SALE_CHECK: "check_wash_sales.py", TAX_REPORT: "report_taxes.py"}


def tax_help_text(command: str, terminal: bool) -> str:
    """How to ask and every option in its group, at most 75 columns wide."""
    lines = textwrap.wrap(say(f"help_tax.{command}"), WIDTH)
    if terminal:
        lines += ["", say("help_tax_terminal", script=_SCRIPTS[command])]
    else:
        lines += ["", say("help_tax_command", command=command)]
    lines += ["", say("help_tax_words")]
    return "\n".join([*lines, *grouped_lines(load_tax_options(command, terminal))]) + "\n"
