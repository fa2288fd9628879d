"""Field and parameter names that changed between series, found by looking at the running registry."""

from odoo import fields


def first_field(model, *names):
    """Return the first of ``names`` that is a field of ``model`` (a recordset), else None."""
    return next((name for name in names if name in model._fields), None)


def sale_line_tax_field(env):
    """``tax_id`` (17, 18) or ``tax_ids`` (19) of sale.order.line."""
    return first_field(env["sale.order.line"], "tax_ids", "tax_id")


def sale_line_uom_field(env):
    """``product_uom`` (17, 18) or ``product_uom_id`` (19) of sale.order.line."""
    return first_field(env["sale.order.line"], "product_uom_id", "product_uom")


def storable_product_values(env):
    """Values that make a product.template storable: ``is_storable`` from 18 on, a type before."""
    if "is_storable" in env["product.template"]._fields:
        return {"type": "consu", "is_storable": True}
    return {"detailed_type": "product"}


def is_storable(product):
    """Tell whether Odoo counts the stock of a product or template (one record)."""
    return product.is_storable if "is_storable" in product._fields else product.type == "product"


def storable_sql(env, alias):
    """An SQL condition: Odoo counts the stock of the product_template of this alias."""
    return f"{alias}.is_storable" if "is_storable" in env["product.template"]._fields else f"{alias}.type = 'product'"


def price_included_values(env, included):
    """Values that make an account.tax price-included (or not) on the running series."""
    if "price_include_override" in env["account.tax"]._fields:
        return {"price_include_override": "tax_included" if included else "tax_excluded"}
    return {"price_include": included}


def parent_path_options():
    """Options of a ``parent_path`` field: Odoo 17 wants ``unaccent=False``, later series do not know the word."""
    return {"unaccent": False} if hasattr(fields.Char, "unaccent") else {}
