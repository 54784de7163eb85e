"""The servers that a run can ask: their calls, what becomes of the answers, and drafts at IBKR."""
