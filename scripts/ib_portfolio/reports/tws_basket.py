"""The stock orders as basket files for IBKR's TWS, and the other orders as tickets.

The header and the values are as in the TWS guide, "Manually Create a Basket File" and "Basket
Fields". Baskets hold no bonds, and nothing whose symbol and currency stand for several contracts,
since a row names neither; the account is the user's to fill in, since only its mask is known.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Context, Decimal

from ..core.format import percent, shown_money, shown_quantity
from ..core.messages import Ours, say
from ..core.numbers import plain_decimal
from ..core.plain_text import look_alike_key
from ..core.record import Record

TYPE_CHECKING = False
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


class Basket(Record):
    """`sells` and `buys` are the texts of two files, "" for none; `tickets` the other orders."""

    sells: str
    buys: str
    tickets: tuple[str, ...]
    notes: tuple[str, ...]  # what is left for the user to do or to know


def make_basket(document: PlanDocument, order_type: str) -> Basket:
    """The basket of a plan's document; `order_type` is a key of ORDER_TYPES."""
    alike, unknown = _alike(document), document.get("unidentified", [])
    orders, others = [], []
    for row in document["trades"]:
        named = _key(row) not in alike and row["symbol"] not in unknown
        (orders if _fits(row) and named else others).append(row)
    tag = f"Rebalance{_tag_name(document['profile'])}{document['as_of'].replace('-', '')}"
    exchanges = [_exchange_ticket(row) for row in document.get("exchanges", [])]
    sides = [
        _file([_line(row, order_type, tag) for row in orders if row["action"] == action])
        for action in ("SELL", "BUY")
    ]
    return Basket(
        sells=sides[0],
        buys=sides[1],
        tickets=(
            *exchanges,
            *(_ticket(row, document["base_currency"], _key(row) in alike) for row in others),
        ),
        notes=tuple(_notes(document, orders, others, order_type, alike)),
    )


def _tag_name(profile: str) -> str:
    """A profile's name in a tag; one that a policy file names may hold more than letters."""
    return profile.capitalize() if profile.isascii() and profile.isalpha() else "Custom"


def is_basket(text: str) -> bool:
    """Whether `text` is a basket of this module, whose every order has its tag."""
    header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if header != COLUMNS or not rows:
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


def _key(row: DocumentPart) -> tuple[str, str]:
    """What a basket's row says of the contract, without what can be mistaken or was dropped."""
    return look_alike_key(row["symbol"]), look_alike_key(row["currency"])


def _alike(document: PlanDocument) -> set[tuple[str, str]]:
    """The keys that stand for several contracts, be they traded or only held."""
    traded = Counter(map(_key, document["trades"]))
    shared = {_key(row) for row in document.get("shared_symbols", [])}
    return shared | {key for key, count in traded.items() if count > 1}


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
    if not lines:
        return ""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *lines])
    return text.getvalue()


def _ticket(row: DocumentPart, base_currency: str, alike: bool) -> str:
    """One order in words; bonds by face and their price in percent of it.

    With the contract's number where it is known, without which `alike` ones are not told apart.
    """
    text = _ticket_text(row, base_currency)
    if row["conid"] and (alike or row["unit"] == "shares"):
        return say("ticket_contract", ticket=Ours(text), conid=row["conid"])
    return say("ticket_no_contract", ticket=Ours(text)) if alike else text


def _ticket_text(row: DocumentPart, base_currency: str) -> str:
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
    document: PlanDocument,
    orders: list[DocumentPart],
    others: list[DocumentPart],
    order_type: str,
    alike: set[tuple[str, str]],
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
    same = dict.fromkeys(row["symbol"] for row in others if _key(row) in alike)
    if same:
        notes.append(say("basket_alike", symbols=", ".join(same)))
    not_held = document.get("unidentified", [])
    if not_held:
        notes.append(say("basket_not_held", symbols=", ".join(not_held), example=not_held[0]))
    unfit = [
        row["symbol"]
        for row in others
        if row["unit"] != "face" and _key(row) not in alike and row["symbol"] not in not_held
    ]
    if unfit:
        notes.append(say("basket_symbols", symbols=", ".join(unfit)))
    return notes
