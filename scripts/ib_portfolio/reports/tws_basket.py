"""The stock orders as basket files for IBKR's TWS, and the other orders as tickets.

The header and the values are as in the TWS guide, "Manually Create a Basket File" and "Basket
Fields". Baskets hold no bonds; the account is the user's to fill in, since only its mask is known.
"""

from __future__ import annotations

import csv
import io
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, NamedTuple

from ..core.format import percent, shown_money, shown_quantity
from ..core.messages import say
from ..core.numbers import plain_decimal

if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


COLUMNS = (
    "Action Quantity Symbol SecType Exchange Currency TimeInForce OrderType LmtPrice BasketTag"
    " Account"
).split()
ORDER_TYPES = {"limit": "LMT", "market": "MKT"}

# What TWS takes as a symbol; a first letter or digit also keeps formulas out.
_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9 .\-]*\Z", re.ASCII | re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}\Z", re.ASCII)
_EXCHANGE = re.compile(r"[A-Z][A-Z0-9.]*\Z", re.ASCII)
_TAG = re.compile(r"Rebalance[A-Za-z]+[0-9]*\Z", re.ASCII)
# IBKR quotes these without decimals.
_WHOLE = ("JPY", "KRW")


class Basket(NamedTuple):
    """`sells` and `buys` are the texts of two files; `tickets` one line for each other order."""

    sells: str
    buys: str
    tickets: tuple[str, ...]
    notes: tuple[str, ...]  # what is left for the user to do or to know


def make_basket(document: PlanDocument, order_type: str) -> Basket:
    """The basket of a plan's document; `order_type` is a key of ORDER_TYPES."""
    orders = [row for row in document["trades"] if _fits(row)]
    others = [row for row in document["trades"] if not _fits(row)]
    tag = f"Rebalance{document['profile'].capitalize()}{document['as_of'].replace('-', '')}"
    exchanges = [_exchange_ticket(row) for row in document.get("exchanges", [])]
    sides = [
        _file([_line(row, order_type, tag) for row in orders if row["action"] == action])
        for action in ("SELL", "BUY")
    ]
    return Basket(
        sells=sides[0],
        buys=sides[1],
        tickets=(*exchanges, *(_ticket(row, document["base_currency"]) for row in others)),
        notes=tuple(_notes(document, orders, others, order_type)),
    )


def is_basket(text: str) -> bool:
    """Whether `text` is a basket of this module, whose every order has its tag."""
    header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if header != COLUMNS:
        return False
    place = COLUMNS.index("BasketTag")
    return all(len(row) == len(COLUMNS) and _TAG.match(row[place]) for row in rows)


def limit_price(price: Decimal, currency: str) -> Decimal:
    """`price` to a cent, under 1 to four decimals, in yen and won to whole units; never 0."""
    if price < 1:
        step = Decimal("0.0001")
    else:
        step = Decimal(1) if currency in _WHOLE else Decimal("0.01")
    rounded = price.quantize(step, rounding=ROUND_HALF_UP)
    return rounded if rounded else price.normalize(Context(prec=2))


def _fits(row: DocumentPart) -> bool:
    """Whether a basket can hold the order: of shares, with a symbol that TWS can take."""
    named = _SYMBOL.match(row["symbol"]) and _CURRENCY.match(row["currency"])
    return row["unit"] == "shares" and bool(named)


def _line(row: DocumentPart, order_type: str, tag: str) -> list[str]:
    currency = row["currency"]
    price = limit_price(Decimal(row["local_price"]), currency)
    return [
        row["action"],
        row["quantity"],
        row["symbol"],
        "STK",
        _exchange(row),
        currency,
        "DAY",
        ORDER_TYPES[order_type],
        plain_decimal(price) if order_type == "limit" else "",
        tag,
        "",
    ]


def _exchange(row: DocumentPart) -> str:
    """SMART, with the exchange where the share is listed; "" where that is not known abroad."""
    if _EXCHANGE.match(row["exchange"]):
        return f"SMART/{row['exchange']}"
    return "SMART" if row["currency"] == "USD" else ""


def _file(lines: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *lines])
    return text.getvalue()


def _ticket(row: DocumentPart, base_currency: str) -> str:
    """One order in words; bonds by face and their price in percent of it."""
    bond = row["unit"] == "face"
    price = Decimal(row["local_price"])
    return say(
        "ticket_face" if bond else "ticket_shares",
        action=row["action"],
        quantity=shown_quantity(row["quantity"]),
        symbol=row["symbol"],
        currency=row["currency"],
        price=percent(price, Decimal(1)) if bond else plain_decimal(price),
        amount=shown_money(row["amount"], base_currency),
    )


def _exchange_ticket(row: DocumentPart) -> str:
    return say(
        "ticket_exchange",
        action=row["action"],
        pair=row["pair"],
        amount=shown_quantity(row["amount"]),
        currency=row["currency"],
    )


def _notes(
    document: PlanDocument, orders: list[DocumentPart], others: list[DocumentPart], order_type: str
) -> list[str]:
    notes = []
    if orders:
        notes.append(say(f"basket_{order_type}", as_of=document["as_of"] or "that day"))
    unknown = [row["symbol"] for row in orders if not _exchange(row)]
    if unknown:
        notes.append(say("basket_exchange", symbols=", ".join(unknown)))
    parts = [row["symbol"] for row in orders if "." in row["quantity"]]
    if parts:
        notes.append(say("basket_fraction", symbols=", ".join(parts)))
    bonds = sum(row["unit"] == "face" for row in others)
    if bonds:
        notes.append(say("basket_bonds", count=bonds))
    exchanges = len(document.get("exchanges", []))
    if exchanges:
        notes.append(say("basket_exchanges", count=exchanges))
    unfit = [row["symbol"] for row in others if row["unit"] != "face"]
    if unfit:
        notes.append(say("basket_symbols", symbols=", ".join(unfit)))
    return notes
