"""IBKR's Flex Web Service: a statement asked for, fetched and kept; not what stands in it."""
