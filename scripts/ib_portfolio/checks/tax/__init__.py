"""Checks of gains, lots and taxes against the raw rows of trades and positions; they share no
arithmetic with the folder taxes.
"""
