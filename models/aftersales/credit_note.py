"""A posted credit note of a marketplace order is told to the marketplace: once, as refund or as commercial gesture."""

from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...services.rules.credit_note import SoldLine, plan_credit
from ...services.rules.money import ZERO, from_cents
from ...services.rules.order_status import LINE_CANCEL_REQUEST, LINE_DEAD, canonical
from .refund import LIVE

WRITTEN_ANEW = "cdiscount_written_anew"
"""Context key: the credit note only takes an invoice back that is written anew; the customer keeps nothing of it."""


def exact(amount):
    """Return an amount of Odoo as Decimal, to the cent."""
    return from_cents(round(amount * 100)) if amount else ZERO


class CdiscountRefundCreditNote(models.Model):
    _inherit = "cdiscount.refund"

    credit_note_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The credit note in Odoo that stands for this refund or gesture.",
    )


class AccountMove(models.Model):
    _inherit = "account.move"

    cdiscount_refund_ids = fields.One2many("cdiscount.refund", "credit_note_id", "Cdiscount Refunds", readonly=True)
    cdiscount_credit = fields.Selection(
        [
            ("open", "To tell Cdiscount"),
            ("asking", "Being told"),
            ("asked", "Told"),
            ("none", "Nothing to tell"),
            ("dropped", "Not to be told"),
        ],
        "Cdiscount Knows",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    cdiscount_credit_note = fields.Text("About the Refund on Cdiscount", readonly=True, copy=False)
    cdiscount_refund_number = fields.Char(
        "Cdiscount Refund", compute="_compute_cdiscount_refund", compute_sudo=True, help="Cdiscount's request number."
    )
    cdiscount_refund_state = fields.Selection(
        selection=lambda self: self.env["cdiscount.refund"]._fields["state"].selection,
        string="Refund Status",
        compute="_compute_cdiscount_refund",
        compute_sudo=True,
    )

    @api.depends("cdiscount_refund_ids.state", "cdiscount_refund_ids.external_id")
    def _compute_cdiscount_refund(self):
        order = ("failed", "refused", "waiting", "asked", "done", "dropped")
        for move in self:
            refunds = move.cdiscount_refund_ids
            move.cdiscount_refund_number = ", ".join(filter(None, refunds.mapped("external_id"))) or False
            worst = refunds.sorted(lambda one: order.index(one.state))
            move.cdiscount_refund_state = worst[:1].state

    # ------------------------------------------------------------------ when it is posted
    def _post(self, soft=True):
        for move in self.sudo().filtered(lambda move: move.state == "draft" and move.move_type == "out_refund"):
            move._cdiscount_close_gap()
        posted = super()._post(soft)
        posted._cdiscount_note_credit()
        return posted

    def _cdiscount_note_credit(self):
        """Decide for credit notes that were just posted what the marketplace is to be told of them."""
        for move in self.sudo():
            mapping = move.cdiscount_mapping_id
            if move.move_type != "out_refund" or not mapping or move.cdiscount_credit in ("asking", "dropped"):
                continue
            policy = mapping.config_id.credit_note_policy
            if self.env.context.get(WRITTEN_ANEW):
                move._cdiscount_settle_credit("none", _("The invoice is written anew: nothing is refunded."))
                continue
            plan = move._cdiscount_plan(link=True)
            if not plan:
                told = move.cdiscount_refund_ids.filtered(lambda one: one.state in LIVE)
                note = False if told else _("Nothing of it is left to refund: Cdiscount has cancelled these lines.")
                move._cdiscount_settle_credit("asked" if told else "none", note)
            elif policy == "off":
                move._cdiscount_settle_credit(
                    "dropped", _("The account does not tell Cdiscount of credit notes: refund it in the seller portal.")
                )
            elif policy == "auto" and not move.cdiscount_refund_ids:
                move._cdiscount_settle_credit("asking", False)
                self.env["cdiscount.queue"].sudo()._enqueue(mapping.config_id, "credit_note_push", [str(move.id)])
            else:
                move._cdiscount_leave_to_person(
                    _("Choose Tell Cdiscount on the credit note, so that the customer gets the money.")
                )

    def _cdiscount_close_gap(self):
        """Bring a draft over whole lines to what Cdiscount refunds for them: prices without VAT may be a cent off."""
        if not self.cdiscount_mapping_id or self.cdiscount_refund_ids or self.env.context.get(WRITTEN_ANEW):
            return
        plan = self._cdiscount_plan()
        gap = plan.refund + plan.kept - exact(self.amount_total)
        alone = not any(line.settled for line in self._cdiscount_sold())
        if plan.line_ids and not plan.gesture and alone and gap:
            product = self.cdiscount_mapping_id.config_id.rounding_product_id
            self.write(
                {
                    "invoice_line_ids": [
                        fields.Command.create(
                            {
                                "product_id": product.id,
                                "name": product.display_name,
                                "quantity": 1,
                                "price_unit": float(gap),
                                "tax_ids": [fields.Command.clear()],
                            }
                        )
                    ]
                }
            )

    def _cdiscount_settle_credit(self, state, note):
        self.write({"cdiscount_credit": state, "cdiscount_credit_note": note})

    def _cdiscount_leave_to_person(self, note):
        """The credit note waits for a person, who is told once."""
        self._cdiscount_settle_credit("open", note)
        self.cdiscount_mapping_id._ask_a_person(
            _("Cdiscount does not know of the credit note %s yet", self.name),
            _("Order %(order)s: %(note)s", order=self.cdiscount_mapping_id.reference, note=note),
        )

    # ------------------------------------------------------------------ what it asks
    def _cdiscount_plan(self, link=False):
        """Return the CreditPlan of this credit note: what was not asked of the marketplace yet.

        :param link: take requests that were made on the order itself for what this credit note stands for
        """
        self.ensure_one()
        move = self.sudo()
        credited, shipping, fees = {}, ZERO, ZERO
        for line in move.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            sale_line = line.sale_line_ids[:1]
            kind = sale_line.cdiscount_kind
            if sale_line.cdiscount_line_id:
                quantity, amount = credited.get(sale_line.cdiscount_line_id, (ZERO, ZERO))
                amount += exact(line.price_total)
                credited[sale_line.cdiscount_line_id] = (quantity + Decimal(str(round(line.quantity, 6))), amount)
            elif kind == "shipping":
                shipping += exact(line.price_total)
            elif kind == "fee":
                fees += exact(line.price_total)
        if link:
            move._cdiscount_link_requests(credited)
        given = sum((exact(one.amount) for one in move._cdiscount_live() if one.kind == "gesture"), ZERO)
        return plan_credit(exact(move.amount_total), credited, shipping, move._cdiscount_sold(), given, fees)

    def _cdiscount_sold(self):
        """Return the order's lines as the rule wants them: settled are those that are dead or asked for already."""
        mapping = self.cdiscount_mapping_id
        standing = mapping.refund_ids.filtered(lambda one: one.state in LIVE and one.kind != "gesture").line_ids
        dead = LINE_DEAD - {LINE_CANCEL_REQUEST}
        return [
            SoldLine(
                line.external_id,
                Decimal(str(round(line.quantity, 6))),
                exact(line.product_amount),
                exact(line.shipping_amount),
                settled=line in standing or canonical(line.status or "") in dead,
            )
            for line in mapping.line_ids
        ]

    def _cdiscount_live(self):
        return self.cdiscount_refund_ids.filtered(lambda one: one.state in LIVE)

    def _cdiscount_link_requests(self, credited):
        """Requests made on the order or by a return, which no credit note stands for yet, may be this one's.

        A refund is, when all its lines are credited here; a gesture, when it is the whole amount.
        """
        free = self.cdiscount_mapping_id.refund_ids.filtered(lambda one: one.state in LIVE and not one.credit_note_id)
        for refund in free:
            if refund.kind == "gesture":
                same = exact(refund.amount) == exact(self.amount_total) and not self._cdiscount_live()
            else:
                same = bool(refund.line_ids) and set(refund.line_ids.mapped("external_id")) <= credited.keys()
            if same:
                refund.credit_note_id = self

    # ------------------------------------------------------------------ what a person can do
    def action_cdiscount_tell(self):
        """Ask Cdiscount for what this credit note stands for: first whole lines, then what is left as a gesture."""
        self.ensure_one()
        if self.state != "posted" or self.cdiscount_credit not in ("open", "dropped"):
            raise UserError(_("Cdiscount is to be told of posted credit notes only, and once."))
        plan = self._cdiscount_plan()
        mapping = self.cdiscount_mapping_id
        if plan.line_ids:
            action = mapping.action_cancel_on_cdiscount()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            lines = mapping.line_ids.filtered(lambda line: line.external_id in plan.line_ids)
            wizard.write(
                {
                    "line_ids": [fields.Command.set(lines.ids)],
                    "shipping_refund": plan.with_shipping,
                    "credit_note_id": self.id,
                }
            )
            return action
        if plan.gesture:
            action = mapping.action_commercial_gesture()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard.write(
                {
                    "amount": float(plan.gesture),
                    "reason_details": self.ref or False,
                    "credit_note_id": self.id,
                }
            )
            return action
        self.sudo()._cdiscount_after_asking()
        return True

    def action_cdiscount_drop(self):
        """Cdiscount is not told of this credit note: it was refunded in the seller portal, or is not to be."""
        self.cdiscount_mapping_id._require_manager()
        note = _("%s decided not to tell Cdiscount.", self.env.user.name)
        self.filtered(lambda move: move.cdiscount_credit == "open").sudo()._cdiscount_settle_credit("dropped", note)
        return True

    def action_open_cdiscount_refunds(self):
        """Open the requests this credit note stands for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Cancellations and Refunds"),
            "res_model": "cdiscount.refund",
            "domain": [("credit_note_id", "=", self.id)],
            "views": [(False, "list"), (False, "form")],
        }

    def _cdiscount_after_asking(self):
        """Something was asked for: the credit note is told when nothing is left of it."""
        for move in self:
            if not move._cdiscount_plan():
                move._cdiscount_settle_credit("asked", False)

    # ------------------------------------------------------------------ written anew, taken back
    def copy_data(self, default=None):
        """The invoice that replaces another one belongs to the same order; any other copy belongs to none."""
        copies = super().copy_data(default)
        if self.env.context.get(WRITTEN_ANEW):
            for move, values in zip(self, copies, strict=True):
                values.setdefault("cdiscount_mapping_id", move.cdiscount_mapping_id.id)
                values.setdefault("cdiscount_config_id", move.cdiscount_config_id.id)
        return copies

    def button_draft(self):
        """A credit note that Cdiscount knows of may be corrected in Odoo; what was refunded stays refunded."""
        result = super().button_draft()
        for move in self.sudo().filtered("cdiscount_credit"):
            unsent = move.cdiscount_refund_ids.filtered(lambda one: one.state == "waiting" and not one.posting)
            unsent.write({"state": "dropped", "note": _("The credit note was taken back before it was sent.")})
            if move._cdiscount_live():
                move.message_post(body=_("Cdiscount was asked to refund it already: that stays."))
            else:
                move._cdiscount_settle_credit(False, False)
        return result


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """An invoice that is taken back and written anew refunds nobody."""
        wizard = self.with_context(**{WRITTEN_ANEW: True}) if is_modify else self
        return super(AccountMoveReversal, wizard).reverse_moves(is_modify=is_modify)
