"""What a strategy's checks compare with: its sales by lot, its bonds, the steps of each stage."""
