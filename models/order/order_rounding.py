"""Where Odoo's arithmetic misses the marketplace's total: one visible line closes the gap, or the order is held."""

from decimal import Decimal

from odoo import Command, _, api, models

from ...compat import sale_line_tax_field
from ...services.rules.money import round_half_up
from .order_build import HoldOrder
from .tax_finder import Shapes


class CdiscountOrderRounding(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _close_gaps(self, config, drafts):
        """Bring every sale order to the marketplace's total; hold the order where more than arithmetic differs.

        A gap beyond what cut unit prices and rounded taxes explain, and beyond the account's tolerance, is a wrong tax
        or a wrong price: that order is held and its draft removed.

        :return: the drafts whose total is right now
        """
        shapes = Shapes()
        right, open_gaps, values = [], [], []
        for draft in drafts:
            found = self._odoo_total(draft.sale_order)
            gap = self._wanted_total(draft) - found
            if gap and abs(gap) > self._allowed_gap(config, draft, shapes):
                self._discard_wrong_total(draft, found)
                continue
            right.append(draft)
            if gap:
                open_gaps.append((draft, gap))
                values.append(self._prepare_rounding_line(config, draft, gap, shapes))
        if values:
            lines = self.env["sale.order.line"].create(values)
            for (draft, gap), line in zip(open_gaps, lines, strict=True):
                if not self._settle_rounding_line(draft, line, gap):
                    right.remove(draft)
        return right

    @api.model
    def _wanted_total(self, draft):
        """Return what the sale order has to come to: what a person accepted, otherwise what the lines add up to."""
        accepted = draft.mapping._accepted_total(draft.amounts)
        return draft.amounts.booked_total if accepted is None else accepted

    @api.model
    def _odoo_total(self, sale_order):
        return round_half_up(Decimal(str(sale_order.amount_total)))

    @api.model
    def _allowed_gap(self, config, draft, shapes):
        """Return the largest gap that a rounding line may close.

        1 000 pieces at a price that is kept with two decimals can be 5.00 away through no fault of anybody: what
        arithmetic alone can do is always allowed. The tolerance is for what is known less well.
        """
        if draft.mapping._accepted_total(draft.amounts) is not None:
            return Decimal("Infinity")
        lines = draft.sale_order.order_line
        places, _fixed = self._price_places()
        bound = Decimal(0)
        for line in lines:
            shape = shapes(line[sale_line_tax_field(self.env)])
            bound += shape.rounding_bound(Decimal(str(line.product_uom_qty)), places) if shape else 0
        return max(bound, Decimal(str(config.total_tolerance)) * len(lines))

    @api.model
    def _prepare_rounding_line(self, config, draft, gap, shapes):
        """Return the values of the line that closes a gap.

        It is turnover that a cut unit price has missed, so it has the VAT of the line with the most pieces. Electronic
        invoices want a tax on every line besides.
        """
        product, name = config.rounding_product_id, config.rounding_product_id.display_name
        taxes = self.env["account.tax"]
        if draft.mapping._accepted_total(draft.amounts) is not None:
            # Nobody knows what an accepted difference was for: it has no VAT.
            name = draft.mapping._accepted_line_name()
        else:
            largest = max(draft.sale_order.order_line, key=lambda line: (line.product_uom_qty, line.price_total))
            taxes = largest[sale_line_tax_field(self.env)].filtered(lambda tax: not shapes(tax).per_piece)
        values = self._prepare_line(product, name, 1, gap, taxes, shapes(taxes))
        return dict(values, order_id=draft.sale_order.id, sequence=999, cdiscount_kind="rounding")

    @api.model
    def _settle_rounding_line(self, draft, line, gap):
        """Make sure that the total is right now; where no amount with VAT comes to the gap, the line does without.

        With 20 % on top, 0.02 and 0.04 can be reached, 0.03 cannot.

        :return: whether the order may stay
        """
        expected = self._wanted_total(draft)
        if self._odoo_total(draft.sale_order) == expected:
            return True
        line.write({"price_unit": float(gap), sale_line_tax_field(self.env): [Command.clear()]})
        found = self._odoo_total(draft.sale_order)
        if found == expected:
            return True
        self._discard_wrong_total(draft, found)
        return False

    @api.model
    def _discard_wrong_total(self, draft, found):
        draft.sale_order.unlink()
        draft.sale_order = None
        draft.mapping._hold(
            HoldOrder(
                "total_differs",
                _(
                    "Cdiscount's total is %(expected)s, Odoo computes %(found)s. Check the taxes of the products and "
                    "those chosen under Cdiscount, Configuration, Orders, Taxes, then release the order.",
                    expected=self._wanted_total(draft),
                    found=found,
                ),
                detail=str(self._wanted_total(draft) - found),
            )
        )
