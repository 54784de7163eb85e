"""What a short position ties up: the reading of margin_rules.json, which names its sources."""

from __future__ import annotations

import os
from decimal import ROUND_CEILING, Decimal

from ..core.json_file import read_json_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "margin_rules.json")
# A price that was converted to base currency and back has noise far beyond what is ever quoted.
_QUOTED = Decimal("0.000001")


class MarginRules:
    """The rules of margin_rules.json; amounts are in the currency of the instrument."""

    def __init__(self) -> None:
        rules: dict[str, Any] = read_json_file(_PATH)
        self._short_stock = rules["short_stock"]
        self.usual_multiplier = Decimal(rules["options"]["multiplier_where_untold"])

    def percent(self, currency: str) -> Decimal:
        """What of its value a short position ties up, in percent of it."""
        return Decimal(self._row(currency)["percent"])

    def rounded_price(self, currency: str, price: Decimal) -> Decimal | None:
        """The price of a share that counts for a short position; None where it is not rounded."""
        step = self._row(currency)["round_price_up_to"]
        if step is None:
            return None
        steps = (price.quantize(_QUOTED) / Decimal(step)).to_integral_value(ROUND_CEILING)
        return steps * Decimal(step)

    def _row(self, currency: str) -> dict[str, Any]:
        return self._short_stock["by_currency"].get(currency, self._short_stock["other_currencies"])
