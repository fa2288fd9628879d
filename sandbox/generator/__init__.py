"""A shop's history out of a seed: catalogue, customers, orders."""

from .catalogue import Product, build_catalogue
from .orders import Draft, OrderGenerator
from .wishes import Wish, parse_wish

__all__ = ["Draft", "OrderGenerator", "Product", "Wish", "build_catalogue", "parse_wish"]
