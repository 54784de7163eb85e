"""What the checks of a review know: the raw rows of one account, read by code of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from ...core.record import Record
from ..evidence import Evidence
from ..raw_dates import day_comes_first, raw_day

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument

Rows = dict[str, list[dict[str, str]]]

_ZERO, _CENT = Decimal(0), Decimal("0.01")
# A figure to the cent is off by half a cent, and by what the digits of a price leave.
HALF_CENT = Decimal("0.005000001")
_FACE = ("BOND", "BILL")
_RETIRED = frozenset("IRA ROTH SEP SIMPLE 401K SIPP RRSP TFSA ISA NISA".split())


class RawLot(Record):
    """A LOT row; its cost in base currency, None where it is not told."""

    opened: str
    held_since: str
    quantity: Decimal
    cost: Decimal | None


class RawPosition(Record):
    """The rows of one holding; value and gain in base currency, not rounded."""

    row: dict[str, str]  # the first of them
    quantity: Decimal
    value: Decimal
    gain: Decimal | None
    rate: Decimal
    lots: tuple[RawLot, ...]

    @property
    def worth(self) -> Decimal:
        """The value to the cent, as a portfolio has it."""
        return self.value.quantize(_CENT, ROUND_HALF_UP)

    @property
    def category(self) -> str:
        """IBKR's assetCategory."""
        return self.row.get("assetCategory", "")

    @property
    def symbol(self) -> str:
        """The symbol as the file writes it."""
        return self.row.get("symbol", "")


class RawPlan(Record):
    """The checked plan beside a review, and the account as the checks of that plan read it."""

    document: PlanDocument
    account: Evidence


class ReviewEvidence(Record):
    """Everything that a review is checked against."""

    rows: Rows
    positions: tuple[RawPosition, ...]
    rates: dict[str, Decimal]  # base currency for one unit
    base: str
    day_first: bool
    retired: bool | None = None  # whether the account is for retirement, None where no row tells
    others: tuple[ReviewEvidence, ...] = ()  # the rest of the household
    planned: RawPlan | None = None  # None where a review is checked without its plan

    def day(self, text: str) -> str:
        """The day in a raw text, YYYY-MM-DD or ""."""
        return raw_day(text, self.day_first)


class RawAccount(Record):
    """The raw rows of an account's day, with its base currency; `slashed` as in the evidence."""

    account: str  # its whole number
    rows: Rows
    base: str
    slashed: Iterable[str] = ()


def review_evidence(
    rows: Rows, base: str, slashed: Iterable[str], others: Iterable[RawAccount] = ()
) -> ReviewEvidence:
    """The evidence in the raw rows of an account's day; `slashed` as in statement_evidence.

    `others` are the other accounts of the household.
    """
    day_first = day_comes_first(slashed)
    rates = _rates(rows, base, day_first)
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows.get("OpenPosition", []):
        names = ("conid", "symbol", "assetCategory", "currency")
        groups.setdefault(tuple(row.get(name, "") for name in names), []).append(row)
    found: list[RawPosition] = []
    for same in groups.values():
        are_lots = [row.get("levelOfDetail", "").upper() == "LOT" for row in same]
        lots = _newest([row for row, is_lot in zip(same, are_lots) if is_lot], day_first)
        whole = _newest([row for row, is_lot in zip(same, are_lots) if not is_lot], day_first)
        whole = whole or lots
        alone = bool(whole[0].get("conid")) or len(whole) == 1
        for group in [whole] if alone or whole is lots else [[row] for row in whole]:
            own = lots if alone or whole is lots else []
            found.append(_position(group, own, rates, day_first))
    return ReviewEvidence(
        rows=rows,
        positions=tuple(found),
        rates=rates,
        base=base,
        day_first=day_first,
        retired=_retired(rows),
        others=tuple(review_evidence(one.rows, one.base, one.slashed) for one in others),
    )


def _newest(rows: list[dict[str, str]], day_first: bool) -> list[dict[str, str]]:
    """The rows of the last day among them."""
    days = [raw_day(row.get("reportDate", ""), day_first) for row in rows]
    return [row for row, day in zip(rows, days) if day == max(days)]


def _retired(rows: Rows) -> bool | None:
    """Whether a word of the account's or customer's type is one of retirement accounts."""
    known = rows.get("AccountInformation", [])
    texts = [row.get(name) or "" for row in known for name in ("accountType", "customerType")]
    texts = [text for text in texts if text]
    words = {word for text in texts for word in re.findall("[A-Z0-9_]+", text.upper())}
    return bool(words & _RETIRED) if texts else None


def _rates(rows: Rows, base: str, day_first: bool) -> dict[str, Decimal]:
    rates: dict[str, Decimal] = {}
    conversions = rows.get("ConversionRate", [])
    for row in sorted(conversions, key=lambda row: raw_day(row.get("reportDate", ""), day_first)):
        if row.get("toCurrency") == base and _number(row.get("rate", "")) > 0:
            rates[row.get("fromCurrency", "")] = Decimal(row["rate"])
    for row in rows.get("OpenPosition", []):
        if row.get("fxRateToBase"):
            rates[row.get("currency", "")] = Decimal(row["fxRateToBase"])
    rates[base] = Decimal(1)
    return rates


def _number(text: str) -> Decimal:
    return Decimal(text) if text and not text.strip("0123456789.+-eE") else _ZERO


def _position(
    group: list[dict[str, str]],
    lots: list[dict[str, str]],
    rates: dict[str, Decimal],
    day_first: bool,
) -> RawPosition:
    first = group[0]
    rate = Decimal(first["fxRateToBase"]) if first.get("fxRateToBase") else None
    rate = rates[first["currency"]] if rate is None else rate
    worths = [_worth(row) for row in group]
    gains = [_gain(row) for row in group]
    return RawPosition(
        row=first,
        quantity=sum((Decimal(row["position"]) for row in group), _ZERO),
        value=_ZERO if None in worths else sum(worths, _ZERO) * rate,
        gain=None if None in gains else sum(gains, _ZERO) * rate,
        rate=rate,
        lots=tuple(_lot(row, rate, day_first) for row in lots),
    )


def _worth(row: dict[str, str]) -> Decimal | None:
    if row.get("positionValue"):
        return Decimal(row["positionValue"])
    if not row.get("markPrice"):
        return None
    worth = Decimal(row["markPrice"]) * Decimal(row["position"])
    if row.get("assetCategory") in _FACE:
        return worth / 100
    return worth * Decimal(row.get("multiplier") or "1")


def _gain(row: dict[str, str]) -> Decimal | None:
    if row.get("fifoPnlUnrealized"):
        return Decimal(row["fifoPnlUnrealized"])
    worth = _worth(row)
    if worth is None or not row.get("costBasisMoney"):
        return None
    return worth - Decimal(row["costBasisMoney"])


def _lot(row: dict[str, str], rate: Decimal, day_first: bool) -> RawLot:
    opened = raw_day(row.get("openDateTime", ""), day_first)
    cost = row.get("costBasisMoney")
    return RawLot(
        opened=opened,
        held_since=raw_day(row.get("holdingPeriodDateTime", ""), day_first) or opened,
        quantity=Decimal(row["position"]),
        cost=Decimal(cost) * rate if cost else None,
    )


def differs(claim: str | None, found: Decimal | None, rows: Decimal | int = 1) -> bool:
    """Whether a claim in cents is not what was found, half a cent for each rounding allowed."""
    if claim is None or found is None:
        return (claim is None) != (found is None)
    return abs(Decimal(claim) - found) > HALF_CENT * rows
