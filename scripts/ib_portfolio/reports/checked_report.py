"""The report as it is shown: written, then read back and compared with its document."""

from __future__ import annotations

from collections.abc import Callable

from ..checks.report_reading import report_problems
from ..core.messages import Ours, Refusal, say
from .text_report import render_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


_FEWER_ROWS = (15, 5, 1)  # of the lists beside the trades
_ENOUGH_TRADES = 25  # before those lists are cut further


def checked_report(
    document: PlanDocument, most_trades: int = 0, full_list: str = "", most_rows: int = 15
) -> str:
    """The report of `document` (as `render_report`), read back and compared with it.

    Refusal("check_failed") when a total, a class, a trade or the last line reads differently.
    """
    claimed = {"name": "report", "passed": True, "detail": ""}
    checks = [*document["checks"], claimed]
    text = render_report({**document, "checks": checks}, most_trades, full_list, most_rows)
    problems = list(report_problems(text, document, most_trades))
    if problems:
        raise Refusal("check_failed", named="report (" + "; ".join(problems[:3]) + ")")
    return text


def fitted_report(
    document: PlanDocument,
    longest: int,
    keep_whole: Callable[[str], str],
    length: Callable[[str], int] = len,
) -> str:
    """The checked report with at most `longest` characters, as `length` counts them.

    One that is longer is given whole to `keep_whole`, which returns what to say of its place; it is
    shown with as many of the largest trades as fit, its other lists cut. Where nothing fits, only
    that place is told. Refusal as `checked_report`.
    """
    whole = checked_report(document)
    if length(whole) <= longest:
        return whole
    place, count = keep_whole(whole), len(document["trades"])
    best = ""
    for most_rows in _FEWER_ROWS:
        low, high = 0, max(count, 1)  # `low` trades fit, more than `high` do not
        while low < high:
            most = (low + high + 1) // 2
            text = checked_report(document, most, place, most_rows)
            if length(text) <= longest:
                low, best = most, text
            else:
                high = most - 1
        if low >= min(count, _ENOUGH_TRADES) and best:
            break
    return best or say("report_in_file", where=Ours(place)) + "\n"
