"""Orders that Cdiscount ships from its own warehouse: sold for the books, taken off the location that mirrors it."""

from odoo import _, api, fields, models


class CdiscountOrderFulfilment(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _prepare_sale_lines(self, config, draft, lookups):
        """Say of each line that leaves from Cdiscount's warehouse which location it is taken from."""
        commands = super()._prepare_sale_lines(config, draft, lookups)
        leaving = [values for _code, _id, values in commands if values.get("cdiscount_outside") == "fulfilment"]
        if leaving and config.sudo().fulfilment_stock:
            place = self.env["cdiscount.fulfilment.location"]._of_delivery(config, self._delivery_country(draft.order))
            for values in leaving:
                values["cdiscount_fulfilment_id"] = place.id
        return commands

    def _follow_shipping(self, draft, change):
        result = super()._follow_shipping(draft, change)
        self.sale_order_id.order_line._cdiscount_take_off()
        return result


class SaleOrderLineFulfilment(models.Model):
    _inherit = "sale.order.line"

    cdiscount_fulfilment_id = fields.Many2one(
        "cdiscount.fulfilment.location",
        "Taken From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The location that mirrors Cdiscount's warehouse; goods are taken off when Cdiscount has shipped them.",
    )

    def _cdiscount_take_off(self):
        """Take what Cdiscount has shipped off the location that mirrors its warehouse: once, with no delivery.

        A stock move goes from there to the customer, so that the value of the stock and the cost of the sale are right.
        """
        lines = self.filtered(lambda line: line.cdiscount_fulfilment_id and line.qty_delivered > 0)
        if not lines:
            return
        rows = self.env["cdiscount.fulfilment.stock"].sudo()
        moves, values = self.env["stock.move"].sudo(), []
        for line in lines:
            place = line.cdiscount_fulfilment_id.sudo()
            product = line.product_id
            done = line.move_ids.filtered(
                lambda move, place=place: move.state == "done" and move.location_id == place.location_id
            )
            missing = line.qty_delivered - sum(done.mapped("product_qty"))
            if missing <= 0 or not rows._counted(place.config_id, product):
                continue
            goal = line.order_id.partner_shipping_id.with_company(place.company_id).property_stock_customer
            text = _("%s, shipped by Cdiscount", line.order_id.name)
            values.append(
                {
                    **moves._cdiscount_prepare_done(product, missing, place.location_id, goal, text),
                    "sale_line_id": line.id,
                    "origin": line.order_id.name,
                    "partner_id": line.order_id.partner_shipping_id.id,
                }
            )
        moves.with_company(lines[:1].company_id).create(values)._action_done()


class StockMoveFulfilment(models.Model):
    _inherit = "stock.move"

    @api.model
    def _cdiscount_prepare_done(self, product, units, source, goal, text, is_inventory=False):
        """Return the values of a move without a delivery that is done at once.

        Lots are Cdiscount's business: goods that are tracked in Odoo are moved without one, which Odoo allows for
        inventory adjustments only.
        """
        company = (source if source.company_id else goal).company_id
        values = {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": units,
            "company_id": company.id,
            "state": "confirmed",
            "location_id": source.id,
            "location_dest_id": goal.id,
            "is_inventory": is_inventory or product.tracking != "none",
            "picked": True,
            "move_line_ids": [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "quantity": units,
                        "location_id": source.id,
                        "location_dest_id": goal.id,
                        "company_id": company.id,
                    }
                )
            ],
        }
        # What the move is called: "name" until 18, "inventory_name" of adjustments from 19 on.
        for name in ("name", "inventory_name"):
            if name in self._fields:
                values[name] = text
        return values
