"""What the holdings of a portfolio count as, where that is not IBKR's category, and why."""

from __future__ import annotations

from .record import Record

LEFT_OUT = "none"  # in place of a class: outside the percentages


class CountedAs(Record):
    """One holding that counts as something else than its IBKR category."""

    symbol: str
    asset_class: str  # STK, BOND, CASH, "none", or as MIX:60/40/0 stocks/bonds/cash in percent
    because: str  # "table", "name" or "user"


class Counting(Record):
    """How the holdings of a portfolio were told apart; symbols as the source writes them."""

    counted_as: tuple[CountedAs, ...] = ()
    neither: tuple[str, ...] = ()  # gold, crypto, leveraged: they keep IBKR's category
    unclear: tuple[str, ...] = ()  # a name or a ticker only hints: they keep it and are not traded
    untold: int = 0  # stocks of which the source does not say whether they are funds
    not_countable: tuple[tuple[str, str], ...] = ()  # (symbol, class) that the user asked for
    not_held: tuple[str, ...] = ()  # symbols of the settings that are not held


PLAIN = Counting()


class StatedClasses(Record):
    """Upper-case symbol -> STK, BOND, CASH, none, or MIX:stocks/bonds/cash in percent."""

    class_of: dict[str, str]
    typed: frozenset[str] = frozenset()  # the symbols of the option, the others are settings
    untraded: frozenset[str] = frozenset()  # those of the setting that is never traded
