"""What the marketplace owes the seller and what it keeps: operations, payouts, commission invoices (contract §8)."""

from .ledger import Finance

__all__ = ["Finance"]
