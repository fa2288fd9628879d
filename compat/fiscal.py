"""Fiscal positions: Odoo 19 keeps their taxes directly, earlier series in lines that replace one tax by another."""


def position_taxes(position):
    """Return the taxes that fiscal positions put in the place of others."""
    found = position.tax_ids
    return found if found._name == "account.tax" else found.tax_dest_id


def replaced_taxes(position):
    """Return the taxes in whose place fiscal positions put others."""
    found = position.tax_ids
    return found.original_tax_ids if found._name == "account.tax" else found.tax_src_id


def link_position_tax(position, domestic, replacement):
    """Make a fiscal position replace the tax ``domestic`` by ``replacement``."""
    if position.tax_ids._name == "account.tax":
        replacement.original_tax_ids |= domestic
        replacement.fiscal_position_ids |= position
    else:
        position.write({"tax_ids": [(0, 0, {"tax_src_id": domestic.id, "tax_dest_id": replacement.id})]})
