"""An order: what is bought or sold, for how much, and what that costs."""

from __future__ import annotations

from decimal import Decimal

from ...core.numbers import ZERO
from ...core.portfolio import Position
from ...core.record import Record


def unit_of(position: Position) -> str:
    """What a quantity of the position counts: "face" or "shares"."""
    return "face" if position.by_face else "shares"


class Order(Record):
    """A purchase (quantity above zero) or sale (below); amount, commission, taxes: not negative."""

    position: Position
    quantity: Decimal
    amount: Decimal
    commission: Decimal
    taxes: Decimal = ZERO
    accrued_interest: Decimal = ZERO  # paid by a purchase, received by a sale

    @property
    def cost(self) -> Decimal:
        """What is lost to commission and taxes."""
        return self.commission + self.taxes

    @property
    def moved(self) -> Decimal:
        """What the order adds to the value of its position; below zero for a sale."""
        return self.amount if self.quantity > 0 else -self.amount

    @property
    def cash(self) -> Decimal:
        """What the order brings to the cash: sales less costs; purchases are below zero."""
        paid = self.amount + self.accrued_interest if self.accrued_interest else self.amount
        cost = self.commission + self.taxes if self.taxes else self.commission
        return -paid - cost if self.quantity > 0 else paid - cost
