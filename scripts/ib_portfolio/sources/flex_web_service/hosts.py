"""The only two hosts that a connection is opened to."""

# Source: IBKR, Flex Web Service Version 3. Requests begin at the first; its answers name either.
# .claude-plugin/plugin.json declares them.
HOSTS = ("ndcdyn.interactivebrokers.com", "gdcdyn.interactivebrokers.com")
