"""The report as it is shown: written, then read back and compared with its document."""

from __future__ import annotations

from ..checks.report_reading import report_problems
from ..core.messages import Refusal
from .text_report import render_report

Document = dict[str, object]


def checked_report(document: Document, most_trades: int = 0, full_list: str = "") -> str:
    """The report of `document` (as `render_report`), read back and compared with it.

    Refusal("check_failed") when a total, a class or a trade reads differently.
    """
    claimed = {"name": "report", "passed": True, "detail": ""}
    text = render_report(
        {**document, "checks": [*document["checks"], claimed]}, most_trades, full_list
    )
    problems = list(report_problems(text, document, most_trades))
    if problems:
        raise Refusal("check_failed", named="report (" + "; ".join(problems[:3]) + ")")
    return text
