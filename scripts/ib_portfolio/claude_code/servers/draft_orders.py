"""The orders of a checked plan as drafts at IBKR: which can be one, and the input that makes it.

A draft is of whole shares, at the plan's price or at the market, for the day. What is quoted in
pence is left out, since it is not known whether IBKR wants the limit in pounds or in pence.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ...core.messages import Usage, say
from ...core.plain_text import look_alike_key, plain
from ...core.record import Record
from ...reports.tws_basket import ORDER_TYPES, limit_price

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument, Trade

Answer = dict[str, object]

# Currencies of markets that quote shares in a hundredth or thousandth: London, Johannesburg, Tel
# Aviv, Kuwait.
IN_PENCE = frozenset(("GBP", "ZAR", "ILS", "KWD"))
_DONE = frozenset(("FILLED", "CANCELLED", "CANCELED", "REJECTED", "EXPIRED"))


class Draft(Record):
    """An order of the plan: what a draft of it holds, or why there is none (a key, "" for none)."""

    action: str
    symbol: str
    currency: str
    conid: str
    quantity: str
    price: str  # the limit, "" for an order at the market
    refused: str = ""

    @property
    def call_input(self) -> dict[str, object]:
        """The whole input of create_order_instruction."""
        found: dict[str, object] = {
            "side": self.action,
            "contract_id_ex": self.conid,
            "quantity": int(self.quantity),
            "order_type": "LIMIT" if self.price else "MARKET",
            "time_in_force": "DAY",
        }
        # The client takes JSON numbers; a limit has few digits, which a float writes as they are.
        return {**found, "limit_price": float(self.price)} if self.price else found

    @property
    def text(self) -> str:
        """The order in words: SELL 6 VTI (USD) LIMIT 250.50 DAY."""
        price = f"LIMIT {self.price}" if self.price else "MARKET"
        return f"{self.action} {self.quantity} {self.symbol} ({self.currency}) {price} DAY"


def order_type_of(options: dict[str, str]) -> str:
    """The type of the drafts, "limit" unless --order-type says "market"; Usage for another."""
    found = options.get("order-type", "limit").casefold()
    if found not in ORDER_TYPES:
        wanted = " / ".join(ORDER_TYPES)
        raise Usage("bad_value", option="--order-type", value=found, wanted=wanted)
    return found


def drafts_of(document: PlanDocument, order_type: str, shares: Iterable[str]) -> list[Draft]:
    """The orders of a plan in their order, sells first; `shares` are the conids of known shares."""
    known = set(shares)
    return [_draft(trade, order_type, known) for trade in document["trades"]]


def _draft(trade: Trade, order_type: str, shares: set[str]) -> Draft:
    price = limit_price(Decimal(trade["local_price"]), trade["currency"])
    return Draft(
        action=trade["action"],
        symbol=trade["symbol"],
        currency=trade["currency"],
        conid=trade["conid"],
        quantity=trade["quantity"],
        price=format(price, "f") if order_type == "limit" else "",
        refused=_refused(trade, shares),
    )


def _refused(trade: Trade, shares: set[str]) -> str:
    if trade["unit"] != "shares" or trade["conid"] not in shares:
        return "no_share"
    if "." in trade["quantity"]:
        return "fraction"
    return "pence" if trade["currency"] in IN_PENCE else ""


def without_doubles(drafts: list[Draft], listed: list[Answer], orders: list[Answer]) -> list[Draft]:
    """`drafts` refused where `listed` has a draft of the contract, or `orders` a working order."""
    contracts = {contract_of(row) for row in listed}
    working = [_words(row) for row in orders if str(row.get("order_status")) not in _DONE]
    found = []
    for draft in drafts:
        if not draft.refused and draft.conid in contracts:
            draft = draft._replace(refused="drafted_before")
        if not draft.refused and any(f" {_key(draft.symbol)} " in words for words in working):
            draft = draft._replace(refused="working_order")
        found.append(draft)
    return found


def _words(order: Answer) -> str:
    """The words of an order's descriptions, which alone name its symbol, with a space around."""
    text = f"{order.get('primary_description', '')} {order.get('secondary_description', '')}"
    return f" {_key(text)} "


def _key(text: str) -> str:
    words = (look_alike_key(word) for word in text.replace(",", " ").split())
    return " ".join(word for word in words if word)


def contract_of(row: Answer) -> str:
    """The conid of a listed draft, also where it is written with an exchange."""
    return str(row.get("contract_id_ex") or row.get("contract_id") or "").partition("@")[0]


def differences(draft: Draft, row: Answer) -> str:
    """What IBKR lists instead of what was drafted, "" when it is the same."""
    wanted = {"tif": "DAY", **draft.call_input}
    wanted["tif"] = wanted.pop("time_in_force")
    del wanted["contract_id_ex"]
    found = [
        f"{name} {plain(str(row.get(name)), 40)}"
        for name, value in wanted.items()
        if not _same(row.get(name), value)
    ]
    if contract_of(row) != draft.conid:
        found.append(f"contract {plain(contract_of(row), 40)}")
    if not draft.price and row.get("limit_price") is not None:
        found.append(f"limit_price {plain(str(row['limit_price']), 40)}")
    return ", ".join(found)


def _same(found: object, wanted: object) -> bool:
    if isinstance(wanted, str):
        return found == wanted
    number = isinstance(found, (int, Decimal)) and not isinstance(found, bool)
    return number and Decimal(str(found)) == Decimal(str(wanted))


def why_not(draft: Draft) -> str:
    """The reason for which an order is not drafted, in words."""
    return say(f"undrafted.{draft.refused}")
