"""What every other folder speaks of: numbers, dates, text, messages and the nouns of a portfolio;
it knows no source, no plan and no client.
"""
