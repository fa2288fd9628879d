"""The catalogue of one shop: its offers, the marketplace's products, and the packages that change them."""

from .shelf import MARKS, Shelf

__all__ = ["MARKS", "Shelf"]
