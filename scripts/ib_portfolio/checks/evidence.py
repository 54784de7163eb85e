"""What the self-check knows: holdings and cash derived from the raw input a second time.

Nothing here calls the code that builds portfolios, targets or plans; only the reading of the file
is shared. Where the two derivations disagree, no plan is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from ..core.plain_text import normalized, plain
from ..core.record import Record
from .cash_evidence import TOTAL, cash_rows, raw_cash, raw_rates
from .funds.fund_evidence import Counted, count_again
from .raw_dates import day_comes_first, raw_day
from .tax.raw_executions import executions_of

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_CLASS_OF = {"STK": "STK", "BOND": "BOND", "BILL": "BOND"}
_COUNTABLE = ("STK", "BOND", "BILL", "FUND", "UNTOLD")
_NO_LOTS: Mapping[tuple[str, ...], list[dict[str, str]]] = {}
_NO_ROW: Mapping[str, str] = {}


class Holding(Record):
    """A position as the input states it; value and gain in base currency, not rounded."""

    symbol: str
    conid: str  # IBKR's number of the contract, "" where the input does not tell
    currency: str
    asset_class: str  # STK, BOND, CASH, MIX, or "" for what must not be touched
    quantity: Decimal
    value: Decimal
    gain: Decimal | None
    treasury: bool
    rate: Decimal
    by_face: bool
    locked: bool  # counts in its class, must not be traded
    kept: Decimal = _ZERO  # of the quantity, what short calls rest on
    category: str = ""  # IBKR's
    counted: Counted = Counted()  # how its class was found
    own_share: str = ""  # the symbol that a target names it by, "" where its class counts
    stated_unit: Decimal = _ZERO  # what one is worth where none is held, in base currency
    closes: bool = False  # not in the target, and sold for that
    unnamed: bool = False  # not in the target, and left alone for that

    @property
    def unit(self) -> Decimal:
        """What one unit is worth, in base currency, not rounded."""
        return self.value / self.quantity if self.quantity else self.stated_unit

    @property
    def share(self) -> str:
        """The share of the target that it counts in: a symbol, or its class."""
        return self.own_share or self.asset_class

    @property
    def in_shares(self) -> tuple[tuple[str, Decimal], ...]:
        """What it adds to the value of each share of the target, to the cent."""
        if self.own_share or self.closes:
            return ((self.share, self.value.quantize(_CENT, ROUND_HALF_UP)),)
        return self.in_classes

    @property
    def is_told(self) -> bool:
        """Whether more than its IBKR category says what it is, and something else."""
        return self.counted.kind not in ("", _CLASS_OF.get(self.category))

    @property
    def in_classes(self) -> tuple[tuple[str, Decimal], ...]:
        """What it adds to the value of each class, to the cent."""
        if self.counted.parts or not self.asset_class:
            return self.counted.parts
        return ((self.asset_class, self.value.quantize(_CENT, ROUND_HALF_UP)),)

    accrued: Decimal | None = None  # interest on a bond, in base currency, not rounded
    row: Mapping[str, str] = _NO_ROW  # its first raw row, where the source has rows


class Evidence(Record):
    """Everything that a plan's claims are checked against."""

    holdings: tuple[Holding, ...]
    cash: Decimal  # with what is contributed, without what is withdrawn
    usd: Decimal  # base currency for one US dollar
    asked: dict[str, str]  # options and settings as they were given
    # Raw, by symbol, conid and currency.
    lot_rows: Mapping[tuple[str, ...], list[dict[str, str]]] = _NO_LOTS
    day_first: bool = False  # whether 05/11/2026 in a raw row is a day in November
    cash_rows: tuple[tuple[str, Decimal], ...] = ()  # by currency, in it; () if not told
    rates: tuple[tuple[str, Decimal], ...] = ()  # base currency for one unit, as far as told
    day: str = ""  # of the prices, YYYY-MM-DD, "" where the input does not tell
    tied_up: tuple[tuple[str, Decimal], ...] = ()  # cash by symbol that short positions tie up
    set_aside: Decimal = _ZERO  # what of the cash these and --reserve take
    untyped: Mapping[str, str] | None = None  # what of `asked` was not typed; None if not told
    # Of an account in a household: what falls to it of each share of the target, base currency.
    part: Mapping[str, Decimal] | None = None
    told_total: Decimal | None = None  # the source's own net asset value, in base currency
    kept_cash: Decimal | None = None  # of such an account, what must be left of its cash
    executions: tuple[Mapping[str, str], ...] | None = None  # raw; None where they are not told
    first_day: str = ""  # from which on they are told, YYYY-MM-DD, or ""


def statement_evidence(
    rows: dict[str, list[dict[str, str]]],
    asked: dict[str, str],
    slashed: Iterable[str] = (),
    to_date: str = "",
    from_date: str = "",
) -> Evidence:
    """The evidence in the raw rows of one account's day of a Flex statement.

    `asked` are the run's options and settings as text, `slashed` the texts of all days in the file
    that are written with slashes; the statement is from `from_date` to `to_date`, which counts
    where the rows of positions have no day.
    """
    day_first = day_comes_first(slashed)
    positions = rows.get("OpenPosition", [])
    rates, groups = raw_rates(rows, day_first), _groups(positions, day_first)
    days = {group[0].get("reportDate", "") for group in groups}
    evidence = Evidence(
        holdings=tuple(_holding(group, rates, asked) for group in groups),
        cash=raw_cash(rows, rates, day_first),
        usd=rates.get("USD", Decimal(1)),
        asked=asked,
        lot_rows=_lot_rows(positions),
        day_first=day_first,
        cash_rows=tuple((name, amount) for name, amount in cash_rows(rows) if name != TOTAL),
        rates=tuple(rates.items()),
        day=max((raw_day(day, day_first) for day in days), default="") or to_date,
        told_total=_told_total(rows, day_first),
        executions=executions_of(rows),
        first_day=from_date,
    )
    return with_reserves(evidence, [group[0] for group in groups])


def _told_total(rows: dict[str, list[dict[str, str]]], day_first: bool) -> Decimal | None:
    """IBKR's own total on its last day, to the cent; None where that day has none."""
    found = rows.get("EquitySummaryByReportDateInBase", [])
    days = [raw_day(row.get("reportDate", ""), day_first) for row in found]
    told = found[days.index(max(days))].get("total") if found else None
    return Decimal(told.replace(",", "")).quantize(_CENT, ROUND_HALF_UP) if told else None


def with_reserves(evidence: Evidence, rows: Iterable[Mapping[str, object]]) -> Evidence:
    """The evidence with what is not free, by the first raw row of each holding, and the cash flow.

    New money covers a reserve that the cash was too little for; a withdrawal uncovers nothing.
    """
    asked, day_first = evidence.asked, evidence.day_first
    none = asked.get("reserve", "").strip().lower() == "none"
    holdings, cash = evidence.holdings, {}
    if any(one.quantity < 0 for one in holdings):
        from .reserves.tied_up import raw_terms, tied_up

        terms = [raw_terms(row, one, day_first) for row, one in zip(rows, holdings)]
        cash, shares = tied_up(terms)
        kept = (shares.get(at, _ZERO) for at in range(len(holdings)))
        holdings = tuple(one._replace(kept=part) for one, part in zip(holdings, kept))
    wanted = _ZERO if none else sum(cash.values(), amount_asked(asked, "reserve"))
    before = max(evidence.cash + amount_asked(asked, "contribute"), _ZERO)
    return evidence._replace(
        holdings=holdings,
        cash=evidence.cash + _cash_flow(asked),
        tied_up=() if none else tuple(sorted(cash.items())),
        set_aside=min(wanted, before.quantize(_CENT, ROUND_HALF_UP)),
    )


def _lot_rows(rows: list[dict[str, str]]) -> dict[tuple[str, ...], list[dict[str, str]]]:
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        if row.get("levelOfDetail", "").upper() == "LOT":
            name = tuple(row.get(field, "") for field in ("symbol", "conid", "currency"))
            found.setdefault(name, []).append(row)
    return found


def amount_asked(asked: dict[str, str], name: str) -> Decimal:
    """The number given for an option, as 5,000, 5k, €5 or 1万ドル; 0 when it was not given."""
    if name not in asked:
        return _ZERO
    text = normalized(asked[name]).replace(",", "")
    import re

    written = re.search(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*([万千kK]?)", text)
    if written is None:
        return _ZERO
    thousands = {"": 0, "k": 3, "千": 3, "万": 4}[written[3].lower()]
    return Decimal(written[1] + (written[2] or "")).scaleb(thousands)


def _cash_flow(asked: dict[str, str]) -> Decimal:
    return amount_asked(asked, "contribute") - amount_asked(asked, "withdraw")


def class_again(
    row: dict[str, object],
    category: str,
    quantity: Decimal,
    value: Decimal,
    asked: dict[str, str],
) -> Counted:
    """How a long, valued holding counts, and if it is locked."""
    if quantity <= 0 or value < Decimal("0.005"):
        return Counted()
    counted = Counted(_CLASS_OF.get(category, ""))
    may_be_fund = category == "STK" and row.get("subCategory") != "COMMON"
    if may_be_fund or (asked and category in _COUNTABLE):
        counted = count_again(row, category, value, asked)
    locks = _listed(asked.get("lock", ""))
    name, found = plain(str(row["symbol"])).upper(), counted.asset_class
    locked = counted.locked or name in locks or f"{found}:*" in locks
    return counted._replace(locked=bool(found) and locked)


def _listed(text: str) -> list[str]:
    if not text:
        return []
    import re

    return [part.strip().upper() for part in re.split("[,;、，；]", text)]


def _groups(rows: Iterable[dict[str, str]], day_first: bool) -> list[list[dict[str, str]]]:
    """The rows of each holding: never both its summary and its lots, never two days of it."""
    by_contract: dict[tuple[object, ...], list[dict[str, str]]] = {}
    for row in rows:
        by_contract.setdefault(_contract(row), []).append(row)
    groups = []
    for same in by_contract.values():
        summary = [row for row in same if row.get("levelOfDetail", "").upper() != "LOT"]
        chosen = summary or same
        if len(chosen) > 1:
            days = [raw_day(row.get("reportDate", ""), day_first) for row in chosen]
            newest = max(days)
            chosen = [row for row, day in zip(chosen, days) if day == newest]
        split = summary and not chosen[0].get("conid")
        groups.extend([[row] for row in chosen] if split else [chosen])
    return groups


def _contract(row: dict[str, str]) -> tuple[str, str, str, str]:
    return (
        row.get("conid", ""),
        row.get("symbol", ""),
        row.get("assetCategory", ""),
        row.get("currency", ""),
    )


def _holding(
    group: list[dict[str, str]], rates: dict[str, Decimal], asked: dict[str, str]
) -> Holding:
    first = group[0]
    category, currency = first.get("assetCategory", ""), first.get("currency", "")
    rate = Decimal(first["fxRateToBase"]) if first.get("fxRateToBase") else rates[currency]
    quantity = sum((Decimal(row["position"]) for row in group), _ZERO)
    worth = [_worth(row) for row in group]
    value = _ZERO if None in worth else sum(worth, _ZERO) * rate
    gains = [_gain(row) for row in group]
    counted = class_again(first, category, quantity, value, asked)
    accrued = [Decimal(row["accruedInt"]) for row in group if row.get("accruedInt")]
    return Holding(
        symbol=first["symbol"],
        conid=first.get("conid", ""),
        currency=currency,
        asset_class=counted.asset_class,
        quantity=quantity,
        value=value,
        gain=None if None in gains else sum(gains, _ZERO) * rate,
        treasury=category == "BILL" or (category == "BOND" and first.get("cusip", "")[:3] == "912"),
        rate=rate,
        by_face=category in ("BOND", "BILL"),
        locked=counted.locked,
        category=category,
        counted=counted,
        accrued=sum(accrued, _ZERO) * rate if accrued else None,
        row=first,
    )


def _worth(row: dict[str, str]) -> Decimal | None:
    if row.get("positionValue"):
        return Decimal(row["positionValue"])
    if not row.get("markPrice"):
        return None
    percent_of_par = row.get("assetCategory") in ("BOND", "BILL")
    unit = Decimal(row["markPrice"]) * (Decimal("0.01") if percent_of_par else 1)
    return unit * Decimal(row["position"]) * Decimal(row.get("multiplier") or "1")


def _gain(row: dict[str, str]) -> Decimal | None:
    if row.get("fifoPnlUnrealized"):
        return Decimal(row["fifoPnlUnrealized"])
    worth, cost = _worth(row), row.get("costBasisMoney")
    return worth - Decimal(cost) if cost and worth is not None else None
