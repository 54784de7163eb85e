"""What to trade: target, sizes and orders; it knows nothing of taxes, of reports, or of where a
portfolio came from.
"""
