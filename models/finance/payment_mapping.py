"""Which journal and account stand for what a customer has paid at the marketplace."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..order.order_labels import PAYMENTS, known

ACCOUNT_TYPES = ("asset_receivable", "asset_current", "liability_current", "liability_payable")


class CdiscountPaymentMapping(models.Model):
    """The customer has paid the marketplace, the marketplace owes us: an invoice is settled on an account that says so.

    A row without a method stands for every method that has no row of its own.
    """

    _name = "cdiscount.payment.mapping"
    _description = "Cdiscount Payment Method"
    _order = "config_id, sequence, method, id"
    _check_company_auto = True

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account on Cdiscount",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    method = fields.Char(
        "Payment Method",
        help="As Cdiscount spells it on the order. Empty: every method that has no row of its own.",
    )
    label = fields.Char("Stands For", compute="_compute_label")
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('general', 'bank', 'cash')), ('company_id', '=', company_id)]",
        help="The entries that say Cdiscount owes the money now, and not the customer, are made here.",
    )
    account_id = fields.Many2one(
        "account.account",
        "Marketplace Account",
        check_company=True,
        domain=f"[('reconcile', '=', True), ('account_type', 'in', {ACCOUNT_TYPES!r})]",
        help="What Cdiscount owes you: invoices are settled on it, commissions and payouts clear it. Its balance is "
        "what is still to be paid out.",
    )
    ready = fields.Boolean(compute="_compute_ready", store=True)

    def init(self):
        # Postgres holds two empty methods for different: one default row per account is meant.
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS cdiscount_payment_mapping_method_uniq
                ON cdiscount_payment_mapping (config_id, lower(coalesce(method, '')))
            """
        )

    @api.depends("journal_id", "account_id")
    def _compute_ready(self):
        for row in self:
            row.ready = bool(row.journal_id and row.account_id)

    @api.depends("method")
    @api.depends_context("lang")
    def _compute_label(self):
        names = dict(self.env["cdiscount.order.mapping"]._fields["payment_kind"]._description_selection(self.env))
        for row in self:
            kind = known(PAYMENTS, row.method) if row.method else False
            own = row.method if kind == "other" else names.get(kind)
            row.label = own if row.method else _("Every other method")

    @api.depends("method")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.method or _("Every other method")

    @api.constrains("account_id")
    def _check_account(self):
        for row in self:
            if row.account_id and not row.account_id.reconcile:
                raise ValidationError(
                    _("%s does not allow reconciliation: payouts could not clear it.", row.account_id.display_name)
                )

    def _refuse_twin(self, config, method):
        """A method has one row. Said before the database does, whose words nobody understands."""
        others = self.search([("config_id", "=", config.id), ("id", "not in", self.ids)])
        if self._spelled(method) in map(self._spelled, others.mapped("method")):
            raise ValidationError(
                _(
                    "%(account)s has a row for %(method)s already.",
                    account=config.name,
                    method=method or _("every other method"),
                )
            )

    @api.model
    def _spelled(self, method):
        """How methods are compared: the marketplace writes the same one with different capitals (contract §13)."""
        return (method or "").strip().casefold()

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._trimmed(vals) for vals in vals_list]
        for vals in vals_list:
            config = (
                self.env["cdiscount.config"].browse(vals.get("config_id")) or self.env["cdiscount.config"]._of_company()
            )
            self.browse()._refuse_twin(config, vals.get("method"))
        return super().create(vals_list)

    def write(self, vals):
        vals = self._trimmed(vals)
        if "method" in vals:
            for row in self:
                row._refuse_twin(row.config_id, vals["method"])
        return super().write(vals)

    @api.model
    def _trimmed(self, vals):
        return dict(vals, method=(vals["method"] or "").strip() or False) if "method" in vals else vals

    # ------------------------------------------------------------------ looking up
    @api.model
    def _of(self, config, method=False):
        """Return the row that settles what was paid by ``method`` at an account: its own, else the one for the others.

        Rows without a journal or an account settle nothing: they are proposals. Empty when there is none.
        """
        rows = config.sudo().payment_mapping_ids.filtered("ready")
        wanted = self._spelled(method)
        own = rows.filtered(lambda row: row.method and self._spelled(row.method) == wanted) if wanted else rows.browse()
        return own[:1] or rows.filtered(lambda row: not row.method)[:1] or (rows[:1] if not wanted else rows.browse())
