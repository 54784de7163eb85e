"""What is true of a market whoever trades there, as dated data and its reading; it knows no
account.
"""
