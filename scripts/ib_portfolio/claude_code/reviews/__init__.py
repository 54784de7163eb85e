"""The review and the strategy as commands of the client; nothing of plans or servers."""
