"""What an order costs, derived again from its raw row and the tables of fees and levies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from .evidence import Evidence, Holding
from .library_data import read_data

_ZERO = Decimal(0)


def fee_again(
    holding: Holding, quantity: Decimal, amount: Decimal, buys: bool, evidence: Evidence
) -> Decimal:
    """The commission on trading `quantity` of a holding for `amount`, in base currency, exact."""
    rule, currency, of_face = _rule(holding, evidence)
    unit = evidence.usd if currency == "USD" else holding.rate
    if "per_share" in rule:
        fee = Decimal(rule["per_share"]) * quantity
    else:
        whole = (quantity * holding.rate if of_face else amount) / unit
        fee = _tiered(whole, rule.get("buy_tiers", rule["tiers"]) if buys else rule["tiers"])
    fee = max(fee, Decimal(rule["minimum"]))
    if "cap" in rule:
        fee = min(fee, Decimal(rule["cap"]))
    fee *= unit
    return min(fee, amount / 100 * Decimal(rule["cap_percent"])) if "cap_percent" in rule else fee


def _tiered(whole: Decimal, tiers: list[dict[str, str]]) -> Decimal:
    points, below = _ZERO, _ZERO
    for tier in tiers:
        up_to = min(whole, Decimal(tier["up_to"])) if "up_to" in tier else whole
        points += max(up_to - below, _ZERO) * Decimal(tier["basis_points"])
        below = max(below, up_to)
    return points / 10_000


def _rule(holding: Holding, evidence: Evidence) -> tuple[dict, str, bool]:
    """The rule, the currency of its amounts ("" for the holding's own), and if it is of face."""
    table = read_data("market/fees.json")
    if holding.by_face:
        kind = _kind_of_bond(holding)
        rule = table["bonds"][kind]
        if kind not in ("euro", "sterling") and holding.currency != "USD":
            rule = {name: part for name, part in rule.items() if not name.startswith("cap")}
        return rule, "USD" if rule["name"] == "US" else "", rule["of"] == "face"
    row = _schedule(holding) or table["schedules"][0]
    plan = evidence.asked.get("fees", "fixed").strip().casefold()
    return row.get(plan, row["fixed"]), row["currency"], False


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


def _schedule(holding: Holding) -> dict | None:
    """The schedule of the holding's exchange and currency; None where there is none."""
    code = re.sub(r"[\W_]", "", holding.row.get("listingExchange", "")).upper()
    if not code:
        return None
    for row in read_data("market/fees.json")["schedules"]:
        codes = [re.sub(r"[\W_]", "", one) for one in row["exchanges"]]
        if row["currency"] == holding.currency and code in codes:
            return row
    return None


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
    schedule = _schedule(holding) or {}
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
