"""Checks of what is drafted: every input says what the plan's own document says, and nothing else.

Read from the document and the connector's raw positions, by none of the code that makes the inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument

_FIELDS = {"side", "contract_id_ex", "quantity", "order_type", "limit_price", "time_in_force"}
_PENCE = "GBP ZAR ILS KWD"
# How far a limit may be from the plan's price by rounding: half a cent, or half a yen or won.
_ROUNDING = {"JPY": Decimal("0.5"), "KRW": Decimal("0.5")}
_HALF_CENT = Decimal("0.005")


def draft_problems(
    inputs: Sequence[Mapping[str, object]],
    document: PlanDocument,
    positions: Sequence[Mapping[str, object]],
) -> Iterator[str]:
    """What is wrong with the inputs of create_order_instruction, in the order they are offered."""
    trades = {trade["conid"]: trade for trade in document["trades"]}
    shares = {str(row["contract_id"]): row for row in positions if row.get("asset_class") == "STK"}
    places = []
    for one in inputs:
        name = str(one.get("contract_id_ex"))
        trade, held = trades.get(name), shares.get(name)
        if trade is None or held is None:
            yield f"{name} is no order of a share"
            continue
        places.append(trade["priority"])
        yield from (f"{name}: {problem}" for problem in _problems(one, trade, held))
    if len(places) != len(set(places)) or places != sorted(places):
        yield "the drafts are not in the order of the plan"


def _problems(
    one: Mapping[str, object], trade: Mapping[str, object], held: Mapping[str, object]
) -> Iterator[str]:
    if not set(one) <= _FIELDS or one["time_in_force"] != "DAY":
        yield f"the input is {sorted(one)}"
    quantity = Decimal(str(one["quantity"]))
    if one["side"] != trade["action"] or quantity != Decimal(str(trade["quantity"])):
        yield f"{one['side']} {quantity} is not {trade['action']} {trade['quantity']}"
    if quantity % 1 or quantity <= 0:
        yield f"{quantity} is no whole number of shares"
    if one["side"] == "SELL" and quantity > Decimal(str(held["position"])):
        yield f"{quantity} is more than is held"
    currency = str(held["currency"])
    if currency in _PENCE.split() or currency != trade["currency"]:
        yield f"{currency} may be quoted in another unit"
    if (one["order_type"] == "LIMIT") != ("limit_price" in one):
        yield "a limit order has a limit, a market order none"
    if "limit_price" in one:
        yield from _limit(
            Decimal(str(one["limit_price"])), Decimal(str(held["market_price"])), currency
        )


def _limit(limit: Decimal, price: Decimal, currency: str) -> Iterator[str]:
    """The limit is the price that the connector told, to rounding and half a percent."""
    if limit <= 0 or abs(limit - price) > price / 200 + _ROUNDING.get(currency, _HALF_CENT):
        yield f"the limit {limit} is not the price {price}"
