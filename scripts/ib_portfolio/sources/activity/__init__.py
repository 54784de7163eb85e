"""What happened in an account over a statement's period; it knows no tax rule and no report."""
