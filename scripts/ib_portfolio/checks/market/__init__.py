"""What the market asks of orders and exchanges, worked out again: pieces, costs, interest."""
