"""The routes of the API, one file per family. A family lists its routes in ``ROUTES``; this table joins them."""

from . import cancellations, carriers, discussions, orders, sellers, shipments

FAMILIES = (sellers, carriers, orders, shipments, cancellations, discussions)
ROUTES = tuple(route for family in FAMILIES for route in family.ROUTES)

__all__ = ["ROUTES"]
