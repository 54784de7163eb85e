"""What the market asks of orders, worked out again: pieces, commissions, taxes, interest."""
