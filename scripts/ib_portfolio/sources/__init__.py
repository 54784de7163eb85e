"""Where a portfolio comes from, read without trusting it and turned into exact numbers; it knows
nothing of targets or trades.
"""
