"""What a period brought an account, and the documents of the review and the strategy: nouns only."""
