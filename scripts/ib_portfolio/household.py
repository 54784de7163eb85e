"""Several accounts: one plan each, and their classes together. Loaded for --account all only.

No money moves between accounts.
"""

from __future__ import annotations

from decimal import Decimal

from .claude_code.chat_report import cut_report
from .claude_code.run_folder import RunFolder
from .core.format import money, percent, shown_drift, shown_money, shown_percent
from .core.messages import Refusal, Usage, say
from .core.numbers import ZERO
from .core.profiles import ASSET_CLASSES
from .rebalance import plan_of_file, statement_path
from .reports.checked_report import checked_report
from .reports.text_report import CLASS_NAMES
from .reports.text_table import paragraph, table_lines
from .reports.text_trades import trades_in_a_line
from .request.request import Request
from .sources.flex_account import account_names
from .sources.flex_xml import read_flex

Document = dict[str, object]


def household_document(request: Request, today: str | None = None) -> Document:
    """{"accounts": [a plan each], "household": their classes together} for a statement's accounts.

    Refusal when one of the accounts has no plan, naming it by its place; Usage with an amount that
    would have to belong to one account.
    """
    for option in ("contribute", "withdraw"):
        if option in request.options:
            raise Usage("account_all_amount", option=f"--{option}")
    path = statement_path(request)
    statements = read_flex(path)
    documents = []
    for name in account_names(statements):
        one = request._replace(account=name)
        try:
            documents.append(plan_of_file(statements, one, today))
        except Refusal as refusal:
            place = len(documents) + 1
            raise Refusal("account_refused", place=place, reason=str(refusal)) from None
    return {"accounts": documents, "household": _together(documents)}


def _together(documents: list[Document]) -> Document:
    """The classes of all accounts added up; only accounts of one base currency can be."""
    currencies = {document["base_currency"] for document in documents}
    if len(currencies) > 1:
        return {"base_currency": None, "classes": [], "investable_value": None}
    sums = {
        (name, field): sum(
            (
                Decimal(row[field])
                for document in documents
                for row in document["classes"]
                if row["asset_class"] == name
            ),
            ZERO,
        )
        for name in ASSET_CLASSES
        for field in ("current_value", "after_value")
    }
    total = sum((sums[name, "current_value"] for name in ASSET_CLASSES), ZERO)
    total_after = sum((sums[name, "after_value"] for name in ASSET_CLASSES), ZERO)
    targets = {row["asset_class"]: Decimal(row["target_pct"]) for row in documents[0]["classes"]}
    return {
        "base_currency": currencies.pop(),
        "investable_value": money(total),
        "classes": [
            {
                "asset_class": name,
                "current_value": money(sums[name, "current_value"]),
                "current_pct": percent(sums[name, "current_value"], total),
                "target_pct": str(targets[name]),
                "drift_pct": percent(
                    sums[name, "current_value"] - total * targets[name] / 100, total
                ),
                "after_pct": percent(sums[name, "after_value"], total_after),
            }
            for name in ASSET_CLASSES
        ],
    }


def household_report(document: Document, folder: RunFolder | None = None) -> str:
    """The report of each account, then the household's classes in one table.

    With a data folder the text is for the command: more than 50 trades are cut as they are there.
    """
    if folder is None:
        reports = [checked_report(one) for one in document["accounts"]]
    else:
        whole = household_report(document)
        reports = [
            cut_report(one, lambda: folder.write_list(whole)) for one in document["accounts"]
        ]
    return "\n".join([*reports, _household_table(document)])


def _household_table(document: Document) -> str:
    household = document["household"]
    heading = say("household_heading", count=len(document["accounts"]))
    if not household["classes"]:
        return "\n".join([heading, "", *paragraph(say("household_currencies"))]) + "\n"
    header = ("Asset Class", "Current Value", "Current %", "Target %", "Drift", "After %")
    rows = [
        (
            CLASS_NAMES[row["asset_class"]],
            shown_money(row["current_value"], household["base_currency"]),
            shown_percent(row["current_pct"]),
            shown_percent(row["target_pct"]),
            shown_drift(row["drift_pct"]),
            shown_percent(row["after_pct"]),
        )
        for row in household["classes"]
    ]
    table = table_lines(header, rows, right=(1, 2, 3, 4, 5))
    note = say("household_note")
    return "\n".join([heading, "", *table, "", note, "", *_in_a_line(document)]) + "\n"


def _in_a_line(document: Document) -> list[str]:
    """The plans of all accounts in one line."""
    accounts = document["accounts"]
    sells = sum(row["action"] == "SELL" for one in accounts for row in one["trades"])
    count = sum(one["summary"]["total_trades"] for one in accounts)
    sold, bought, commission = (
        money(sum((Decimal(one["summary"][field]) for one in accounts), ZERO))
        for field in ("total_sell", "total_buy", "total_commission")
    )
    after = [row["after_pct"] for row in document["household"]["classes"]]
    return trades_in_a_line((sells, count - sells), (sold, bought, commission), after)
