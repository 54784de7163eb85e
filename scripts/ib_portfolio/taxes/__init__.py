"""What the sales of a plan mean for taxes, lot by lot; it changes no plan and knows no report."""
