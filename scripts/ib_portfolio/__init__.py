"""The library behind the commands, a folder for each concern, importing only downwards: core, then
request, sources, market and checks, then planning, taxes, reports, the stories beside them, and
claude_code.
"""
