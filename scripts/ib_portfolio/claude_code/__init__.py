"""How a run meets Claude Code: its block, hooks, session folder and server calls; it computes no
figure of a plan.
"""
