"""Exchange rates that a statement itself brings, and its base currency."""

from __future__ import annotations

from decimal import Decimal

from ..core.messages import Refusal
from .flex_rows import PositionRow, StatementRows


class Rates:
    """Base currency per unit of other currencies, from the rows of one account's day.

    Refusal("base_currency_unknown") when the statement does not tell its base currency,
    ("base_differs") where another currency alone has the base currency's rate of 1, and
    ("rates_differ") where two rates of a currency contradict each other.
    """

    def __init__(self, rows: StatementRows) -> None:
        self.base_currency = _base_currency(rows)
        self._rates: dict[str, Decimal] = {}
        for row in sorted(rows.rates, key=lambda row: row.day):
            if row.to_currency == self.base_currency and row.from_currency:
                self._rates[row.from_currency] = row.rate
        self._require_base(rows)
        self._rates[self.base_currency] = Decimal(1)
        for row in rows.positions:
            if row.rate is not None:
                learn_rate(self._rates, row.contract.currency, row.rate)

    def _require_base(self, rows: StatementRows) -> None:
        """Two currencies can be worth the same for a day; then the section of the rates says so."""
        at_one = {row.contract.currency for row in rows.positions if row.rate == 1}
        others = [name for name in sorted(at_one) if self.find(name) != 1]
        if others and self.base_currency not in at_one:
            raise Refusal("base_differs", base=self.base_currency, currency=others[0])

    def find(self, currency: str) -> Decimal | None:
        """Base currency for one unit of `currency`, None when the statement does not tell."""
        return self._rates.get(currency)

    @property
    def all_told(self) -> tuple[tuple[str, Decimal], ...]:
        """Every currency with a rate, and base currency for one unit of it."""
        return tuple(self._rates.items())

    def of_currency(self, currency: str) -> Decimal:
        """Like `find`; Refusal("no_rate") that names the currency when there is none."""
        rate = self.find(currency)
        if rate is None:
            raise Refusal("no_rate", currency=currency or "?", base=self.base_currency)
        return rate

    def of_row(self, row: PositionRow) -> Decimal:
        """The row's own rate, else that of its currency; Refusal when there is none."""
        return self.of_currency(row.contract.currency) if row.rate is None else row.rate


def learn_rate(rates: dict[str, Decimal], currency: str, rate: Decimal) -> None:
    """Adds a row's rate to `rates`; Refusal("rates_differ") where it contradicts another row's.

    Rows of different days may differ by a few days' movement: by 5 percent at most. A rate of 1 is
    the base currency's own and never moves.
    """
    known = rates.setdefault(currency, rate)
    if abs(known - rate) * 20 > known or (known == 1) != (rate == 1):
        raise Refusal("rates_differ", currency=currency)
    rates[currency] = rate


def _is_code(text: str) -> bool:
    """Whether `text` is three capitals, as USD."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def _base_currency(rows: StatementRows) -> str:
    """What the account or its net asset value says, else the rates, else the rows, else the cash.

    Rows tell it by their rate of 1, cash by standing in one currency only.
    """
    summed_in = rows.net_asset_value.currency if rows.net_asset_value else ""
    for names in (
        set(rows.account_currencies),
        {summed_in} if _is_code(summed_in) else set(),
        {row.to_currency for row in rows.rates},
        {row.contract.currency for row in rows.positions if row.rate == 1},
        {row.currency for row in rows.cash} - {"BASE_SUMMARY"},
    ):
        names = names - {""}
        if len(names) == 1 and _is_code(min(names)):
            return names.pop()
        if names:
            break
    raise Refusal("base_currency_unknown")
