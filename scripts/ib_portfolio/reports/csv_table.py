"""The orders of a plan as a table for spreadsheets: RFC 4180, UTF-8 with a byte order mark.

Without the mark, Excel takes the file for the system's old encoding and garbles Japanese.
"""

from __future__ import annotations

import csv
import io
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


BYTE_ORDER_MARK = "\ufeff"
COLUMNS = (
    "priority action symbol conid asset_class currency quantity unit price local_price amount"
    " commission weight_change_pct estimated_realized_gain gain_method reason exchange lot_size"
    " taxes accrued_interest cost_bp base_currency as_of"
).split()
_OF_THE_PLAN = ("base_currency", "as_of")
_LONGEST_HEADER = 1000

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z", re.ASCII)
# What starts a formula (OWASP, "CSV Injection"), also behind quotes and blanks, and behind a mark
# that a spreadsheet of another country takes for the border of a cell.
_FORMULA = re.compile(r"((?:^|[,;|\t\r\n])[\s\"'“”‘’„«»＂＇]*)(?=[=+\-@＝＋－＠﹦﹢﹣﹫−])")
_CONTROL = re.compile(r"[\t\r\n\x00]")


def render_table(document: PlanDocument) -> str:
    """The orders in the plan's order, one a row, numbers as in the plan; empty where not known."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    plan = {name: document[name] for name in _OF_THE_PLAN}
    for row in document["trades"]:
        cells = {**row, **plan}
        writer.writerow([safe_cell(cells.get(name)) for name in COLUMNS])
    return BYTE_ORDER_MARK + text.getvalue()


def is_table(text: str) -> bool:
    """Whether `text` is a table of this module, perhaps of a version with other columns."""
    header = text[:_LONGEST_HEADER].partition("\r\n")[0].split(",")
    return (
        header[:3] == [BYTE_ORDER_MARK + COLUMNS[0], *COLUMNS[1:3]] and header[-2:] == COLUMNS[-2:]
    )


def safe_cell(value: object) -> str:
    """`value` as a cell that no spreadsheet takes for a formula, with an apostrophe where needed.

    Numbers stay as they are: a minus before digits alone computes nothing.
    """
    text = "" if value is None else str(value)
    if _NUMBER.match(text):
        return text
    return _FORMULA.sub(r"\1'", _CONTROL.sub(" ", text))
