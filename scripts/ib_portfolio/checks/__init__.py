"""The self-check: every claim of a plan derived again from the raw input; it shares no arithmetic
with what it checks.
"""
