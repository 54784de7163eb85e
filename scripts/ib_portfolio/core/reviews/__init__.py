"""What a period brought an account, and the documents of review and strategy: nouns only."""
