"""What an order costs, derived again from its raw row and the tables of fees and levies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from functools import cache

from ...core.record import Record
from ..data_files import read_data
from ..evidence import Evidence, Holding

_ZERO = Decimal(0)


class _Fee(Record):
    """A rule of fees.json as numbers; amounts in dollars, or else in the holding's currency."""

    in_dollars: bool
    of_face: bool
    per_share: Decimal | None
    tiers: dict[bool, list[tuple[Decimal | None, Decimal]]]  # of purchases, and of sales
    minimum: Decimal
    cap: Decimal | None
    cap_percent: Decimal | None


def fee_again(
    holding: Holding, quantity: Decimal, amount: Decimal, buys: bool, evidence: Evidence
) -> Decimal:
    """The commission on trading `quantity` of a holding for `amount`, in base currency, exact."""
    fee = _fee(holding, evidence.asked)
    unit = evidence.usd if fee.in_dollars else holding.rate
    if fee.per_share is not None:
        cost = fee.per_share * quantity * unit
    else:
        # Nothing is divided: the last digit of a quotient could turn the cent.
        cost = _tiered(quantity * holding.rate if fee.of_face else amount, fee.tiers[buys], unit)
    cost = max(cost, fee.minimum * unit)
    if fee.cap is not None:
        cost = min(cost, fee.cap * unit)
    if fee.cap_percent is None:
        return cost
    return min(cost, amount * fee.cap_percent / 100)


def _tiered(whole: Decimal, tiers: list[tuple[Decimal | None, Decimal]], unit: Decimal) -> Decimal:
    points, below = _ZERO, _ZERO
    for end, rate in tiers:
        up_to = whole if end is None else min(whole, end * unit)
        points += max(up_to - below, _ZERO) * rate
        below = max(below, up_to)
    return points / 10_000


def _fee(holding: Holding, asked: Mapping[str, str]) -> _Fee:
    if holding.by_face:
        return _bond_fee(_kind_of_bond(holding), holding.currency)
    plan = asked["fees"].strip().casefold() if "fees" in asked else "fixed"
    return _share_fee(holding.row.get("listingExchange", ""), holding.currency, plan)


@cache
def _bond_fee(kind: str, currency: str) -> _Fee:
    rule = read_data("market/fees.json")["bonds"][kind]
    fee = _numbers(rule, rule["name"] == "US", rule["of"] == "face")
    # The caps are those of the market in dollars.
    assumed = fee.in_dollars and currency != "USD"
    return fee._replace(cap=None, cap_percent=None) if assumed else fee


@cache
def _share_fee(exchange: str, currency: str, plan: str) -> _Fee:
    row = _schedule_at(exchange, currency) or read_data("market/fees.json")["schedules"][0]
    return _numbers(row.get(plan, row["fixed"]), row["currency"] == "USD", False)


def _numbers(rule: dict, in_dollars: bool, of_face: bool) -> _Fee:
    tiers = {True: rule.get("buy_tiers", rule.get("tiers", ())), False: rule.get("tiers", ())}
    return _Fee(
        in_dollars=in_dollars,
        of_face=of_face,
        per_share=_number(rule, "per_share"),
        tiers={
            buys: [(_number(tier, "up_to"), Decimal(tier["basis_points"])) for tier in rows]
            for buys, rows in tiers.items()
        },
        minimum=Decimal(rule["minimum"]),
        cap=_number(rule, "cap"),
        cap_percent=_number(rule, "cap_percent"),
    )


def _number(row: dict, name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None


def _kind_of_bond(holding: Holding) -> str:
    kind = holding.row.get("subCategory", "").upper()
    if kind and holding.currency in ("EUR", "CHF"):
        return "euro"
    if kind and holding.currency == "GBP":
        return "sterling"
    dollars_or_untold = holding.currency == "USD" or not kind
    if dollars_or_untold and holding.treasury:
        return "treasury"
    return "municipal" if dollars_or_untold and kind[:4] == "MUNI" else "corporate"


@cache
def _schedule_at(exchange: str, currency: str) -> dict | None:
    """The schedule of an exchange and a currency; None where there is none."""
    code = _bare(exchange).upper()
    for row in read_data("market/fees.json")["schedules"]:
        if row["currency"] == currency and code in map(_bare, row["exchanges"]):
            return row
    return None


def _bare(exchange: str) -> str:
    return "".join(character for character in exchange if character.isalnum())


def taxes_again(
    holding: Holding, quantity: Decimal, amount: Decimal, action: str, day: str
) -> Decimal:
    """The levies and stamp duties on an order of `day` (YYYY-MM-DD), in base currency, exact."""
    if holding.by_face or not holding.row.get("listingExchange"):
        return _ZERO
    value, sum_of = amount / holding.rate, _ZERO
    for row in _levies(holding, day):
        if action not in row["sides"] or value <= Decimal(row.get("above", 0)):
            continue
        levy = Decimal(row["rate"])
        levy *= {"value": value, "shares": quantity, "order": 1}[row["of"]]
        if row.get("whole"):
            levy = levy.to_integral_value(ROUND_CEILING)
        sum_of += min(levy, Decimal(row.get("most", levy)))
    return sum_of * holding.rate


def _levies(holding: Holding, day: str) -> Iterator[dict]:
    """The levies in force: of rows of one name that which began last, or the first there is."""
    table, raw = read_data("market/levies.json"), holding.row
    schedule = _schedule_at(raw["listingExchange"], holding.currency) or {}
    market = schedule.get("levies", "")
    issuer = raw.get("issuerCountryCode", "").upper() or raw.get("isin", "").upper()[:2]
    kind = raw.get("subCategory", "").upper()
    rows = table.get(market, []) + ([] if market == "US" else table["issuer"])
    by_name: dict[str, list[dict]] = {}
    for row in rows:
        if "exchanges" in row and raw["listingExchange"].upper() not in row["exchanges"]:
            continue
        if "issuers" in row and issuer not in row["issuers"]:
            continue
        if kind in row.get("not", ()) or ("only" in row and kind != row["only"]):
            continue
        by_name.setdefault(row["name"], []).append(row)
    for same in by_name.values():
        begun = [row for row in same if not day or row["from"] <= day]
        yield max(begun, key=lambda row: row["from"]) if begun else same[0]


def interest_again(holding: Holding, quantity: Decimal) -> Decimal:
    """The interest accrued on `quantity` of a bond's face, in base currency, not rounded."""
    if not holding.by_face or holding.accrued is None:
        return _ZERO
    return quantity * holding.accrued / holding.quantity
