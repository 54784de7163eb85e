"""How a plan is written down: the plan document, and the text, page, table and basket made of it;
it decides no trade.
"""
