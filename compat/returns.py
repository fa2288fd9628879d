"""Odoo's own return of a delivery: the wizard's buttons and fields changed from Odoo 17 to 18."""


def return_delivery(env, picking, quantities, location=None):
    """Return goods of a done delivery through Odoo's own wizard and give the new picking.

    Odoo 17 proposes everything that was not returned yet, later series nothing: each line is set here. The lines' unit
    is the product's on Odoo 17 and 18, that of the move on Odoo 19.

    :param quantities: ``{stock.move: quantity in the move's unit}``; other moves of the delivery are not returned
    :param location: ``stock.location`` the goods come to, None for the one Odoo chooses
    """
    wizards = env["stock.return.picking"].with_context(
        active_id=picking.id, active_ids=picking.ids, active_model="stock.picking", cdiscount_return_to=location
    )
    wizard = wizards.create({"picking_id": picking.id})
    if location and "location_id" in wizard._fields:
        wizard.location_id = location
    for line in wizard.product_return_moves:
        wanted = quantities.get(line.move_id, 0.0)
        line.quantity = line.move_id.product_uom._compute_quantity(wanted, line.uom_id) if wanted else 0.0
    action = wizard.create_returns() if hasattr(wizard, "create_returns") else wizard.action_create_returns()
    return env["stock.picking"].browse(action["res_id"])


def move_name_values(env, name):
    """The description of a stock move: Odoo 19 has none."""
    return {"name": name} if "name" in env["stock.move"]._fields else {}
