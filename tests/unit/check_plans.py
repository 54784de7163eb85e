"""What the checks of a plan say of plans at boundaries, and of these made worse.

A row tells the trades and what is wrong without the first or the second, and with half of the
first.
"""

from __future__ import annotations

import shlex
from decimal import Decimal
from typing import Any, Dict, Iterator

from answer_table import AnswerTable, Asked, answers_of
from checked_documents import Checked
from portfolios import day_of
from told_rows import row_of, rows_of

from ib_portfolio.checked_plan import checked_document, statement_account
from ib_portfolio.checks.case import make_case
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.checks.targets.few_order_checks import none_too_many
from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.request import parse_words

WORSE = {"without": Decimal(0), "half of": Decimal("0.5")}
TODAY = "2026-11-20"


def plan_of(given: str) -> Checked:
    """The plan of `growth --band 5: rows`, beside the evidence that it was checked against."""
    words, _, told = given.partition(": ")
    rows = rows_of(told)
    for kind in ("cash", "account"):
        element, row = row_of(kind)
        rows.setdefault(element, [row])
    request = parse_words([*shlex.split(words), "--statement", "statement.xml"])
    account = statement_account(day_of(rows)._replace(to_date=""), request)
    document = checked_document(*account, request, TODAY)
    evidence = account.evidence
    if request.settings is not request.options:
        evidence = evidence._replace(untyped=request.settings)
    return Checked(document, (evidence,), check_plan, "")


def worse(document: Dict[str, Any], place: int, part: Decimal) -> Dict[str, Any]:
    """The document with another size of one trade, and the cash that this leaves."""
    trade = document["trades"][place]
    quantity, amount = (Decimal(trade[name]) * part for name in ("quantity", "amount"))
    more = amount - Decimal(trade["amount"])
    more = -more if trade["action"] == "BUY" else more
    summary = document["summary"]
    cash = {"cash_after": str(Decimal(summary["cash_after"]) + more)}
    changed = {**trade, "quantity": str(quantity), "amount": str(amount)}
    trades = [*document["trades"][:place], changed, *document["trades"][place + 1 :]]
    trades = [one for one in trades if Decimal(one["quantity"])]
    return {**document, "trades": trades, "summary": {**summary, **cash}}


def _plan(given: str) -> Iterator[str]:
    try:
        one = plan_of(given)
    except Refusal as refusal:
        yield f"{refusal.key} {refusal}" if "check" in refusal.key else refusal.key
        return
    document = one.document
    for trade in document["trades"]:
        yield f"{trade['action']} {trade['quantity']} {trade['symbol']} {trade['amount']}"
    yield f"cash {document['summary']['cash_after']}"
    for place, trade in enumerate(document["trades"][:2]):
        for name, part in list(WORSE.items())[: 2 - place]:
            told = ", ".join(_wrong(one, worse(document, place, part)))
            yield f"{name} {trade['symbol']}: {told or '-'}"


def _wrong(one: Checked, document: Dict[str, Any]) -> Iterator[str]:
    """What is wrong with a document; of an error its kind."""
    try:
        results, _ = one.again(document)
    except KeyError as error:
        yield f"(KeyError: {error})"
        return
    for row in results:
        if row["detail"] and row["name"] not in USUAL:
            yield f"{row['name']} ({row['detail']})"


def _falls_away(given: str) -> Iterator[str]:
    """`growth --few-orders 0.01: rows`: from how many points on each order could fall away."""
    one = plan_of(given)
    (evidence,) = one.read
    for trade in one.document["trades"]:
        name = f"{trade['action']} {trade['symbol']} ({trade['currency']}) could fall away"
        low, high = Decimal(0), Decimal(64)
        while high - low > Decimal("0.0001"):
            points = (low + high) / 2
            asked = {**evidence.asked, "few-orders": str(points)}
            case = make_case(one.document, evidence._replace(asked=asked))
            low, high = (low, points) if name in none_too_many(case) else (points, high)
        yield f"{name.rpartition(' could')[0]} from {high:.4f}" if high < 64 else f"{name}: never"


# What every worse plan fails: its sums are those of the better one.
USUAL = ("totals", "commissions", "classes", "weight changes", "order", "cash to the cent")
ASKED: Asked = {"plan": _plan, "could fall away": _falls_away}
TABLE = AnswerTable("check_plans.tsv", answers_of(ASKED))
