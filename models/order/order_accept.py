"""A total that differs, accepted by a person: the sale order then comes to the marketplace's figure, to the cent."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class CdiscountOrderAccept(models.Model):
    _inherit = "cdiscount.order.mapping"

    accepted_total = fields.Monetary(
        readonly=True, copy=False, help="The total a person has accepted although the lines do not add up to it."
    )
    accepted_by = fields.Many2one("res.users", readonly=True, copy=False)
    accepted_at = fields.Datetime("Accepted On", readonly=True, copy=False)
    accepted_key = fields.Char(readonly=True, copy=False, help="The amounts for which the total was accepted.")

    @api.model
    def _total_to_accept(self, amounts):
        """Return the marketplace's total of an order: its header's where the lines do not add up to it."""
        differs = any(problem.code == "header_total_differs" for problem in amounts.problems)
        return amounts.header_total if differs else amounts.booked_total

    @api.model
    def _acceptance_key(self, amounts):
        """Return what was looked at when the total was accepted: other amounts want another look."""
        lines = ",".join(str(line.total_incl) for line in amounts.lines if line.live)
        return f"{amounts.header_total}={lines}+{amounts.booked_fees}"

    def _accepted_total(self, amounts):
        """Return the total (Decimal) that was accepted for exactly these amounts, or None."""
        self.ensure_one()
        if not self.accepted_key or self.accepted_key != self._acceptance_key(amounts):
            return None
        return self._total_to_accept(amounts)

    def _accept_total(self, amounts):
        """Accept the marketplace's total of a held order, in the name of the user who asks for it."""
        self.ensure_one()
        if self.state != "held" or self.sale_order_id:
            raise UserError(_("Order %s is not held any more: there is no total to accept.", self.display_name))
        total = self._total_to_accept(amounts)
        self.sudo().write(
            {
                "accepted_key": self._acceptance_key(amounts),
                "accepted_total": float(total),
                "accepted_by": self.env.user.id,
                "accepted_at": fields.Datetime.now(),
                "amount_total": float(total),
            }
        )
        self.message_post(
            body=_(
                "%(person)s accepted Cdiscount's total %(total)s. The lines come to %(lines)s; one line of the sale "
                "order makes up the difference.",
                person=self.env.user.name,
                total=total,
                lines=amounts.booked_total,
            )
        )

    def _accepted_line_name(self):
        """Return the text of the sale order line that closes an accepted difference."""
        self.ensure_one()
        return _("Difference to Cdiscount's total, accepted by %s", self.accepted_by.name)
