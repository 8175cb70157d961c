"""Pages of the front desk, and answers to what editors type."""
