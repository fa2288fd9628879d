"""The routes of the API, one file per family. A family lists its routes in ``ROUTES``; this table joins them."""

from . import (
    cancellations,
    carriers,
    categories,
    discussions,
    finance,
    fulfilment,
    gestures,
    invoices,
    messages,
    offer_packages,
    offers,
    orders,
    product_packages,
    products,
    returns,
    sellers,
    shipments,
    xml_packages,
)

FAMILIES = (
    sellers,
    carriers,
    orders,
    shipments,
    cancellations,
    gestures,
    invoices,
    discussions,
    messages,
    offers,
    offer_packages,
    xml_packages,
    products,
    product_packages,
    categories,
    fulfilment,
    finance,
    returns,
)
ROUTES = tuple(route for family in FAMILIES for route in family.ROUTES)

__all__ = ["ROUTES"]
