"""What the marketplace has booked for the seller: each operation once, with the state its money is in."""

from odoo import _, api, fields, models

from ...compat import constraints
from ...services.payloads.storage import digest
from ...services.rules.finance import kind_of, signed, state_of
from ..order.order_bulk import update_many
from ..order.order_import import naive

KINDS = [
    ("sale", "Sale"),
    ("commission", "Commission"),
    ("commission_refund", "Commission Given Back"),
    ("refund", "Refund"),
    ("gesture", "Commercial Gesture"),
    ("subscription", "Subscription"),
    ("logistic", "Logistic Fee"),
    ("other", "Other"),
]
STATES = [
    ("not_payable", "Not Payable Yet"),
    ("estimated", "Estimated"),
    ("in_process", "In Process"),
    ("paid", "Paid"),
    ("blocked", "Blocked"),
    ("unknown", "Unknown"),
]


class CdiscountFinanceOperation(models.Model):
    _name = "cdiscount.finance.operation"
    _description = "Cdiscount Financial Operation"
    _order = "happened_at desc, id desc"
    _rec_name = "reference"
    _rec_names_search = ["reference", "order_reference"]

    vars().update(
        constraints(
            (
                "reference_uniq",
                "unique(config_id, reference, event_type)",
                "This operation is known already: an operation exists once per account.",
            ),
        )
    )

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    reference = fields.Char("Operation", required=True, readonly=True)
    event_type = fields.Char("Cdiscount's Type", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        index=True,
        help="Not payable yet: the goods have not left. Estimated: comes with the payout of the release date. In "
        "process: the payout is being prepared. Blocked: kept back by Cdiscount, as during a claim.",
    )
    payment_state = fields.Char("Cdiscount's State", readonly=True)
    happened_at = fields.Datetime("Date", readonly=True, index=True)
    release_date = fields.Date(readonly=True, index=True, help="The day of the payout it goes into.")
    order_reference = fields.Char(readonly=True, index="btree_not_null")
    mapping_id = fields.Many2one(
        "cdiscount.order.mapping", "Order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    order_line_id = fields.Many2one(
        "cdiscount.order.mapping.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sale_order_id = fields.Many2one(related="mapping_id.sale_order_id")
    product_id = fields.Many2one(related="order_line_id.product_id")
    currency_id = fields.Many2one("res.currency", readonly=True, required=True)
    amount = fields.Monetary(
        readonly=True, help="VAT included. What it does to your payout: a commission is negative, a sale positive."
    )
    amount_without_vat = fields.Monetary("Without VAT", readonly=True)
    vat_amount = fields.Monetary("VAT", readonly=True)
    amount_known = fields.Boolean(default=True, readonly=True)
    payment_reference = fields.Char(readonly=True)
    payout_id = fields.Many2one("cdiscount.payout", readonly=True, index="btree_not_null", ondelete="set null")
    invoice_reference = fields.Char("Commission Invoice Number", readonly=True)
    digest = fields.Char(readonly=True, copy=False)

    # ------------------------------------------------------------------ storing
    @api.model
    def _store_page(self, config, page):
        """Store operations of one account: new ones are made, changed ones follow, the others are left alone.

        The number of queries does not depend on how many they are. One that comes twice counts once, the last one.

        :param page: ``services.payloads.finance.Operation`` values
        :return: the operations that are new or have changed
        """
        records = self.sudo().with_company(config.company_id)
        belongs = config._operation_filter()
        incoming = {(one.reference, one.event_type): one for one in page if belongs(one.sales_channel_id)}
        for key in records._keys_of_twins(config, incoming):
            incoming.pop(key, None)
        known = {
            (record.reference, record.event_type or ""): record
            for record in records.search_fetch(
                [("config_id", "=", config.id), ("reference", "in", [reference for reference, _type in incoming])],
                ["reference", "event_type", "digest"],
            )
        }
        marks = {key: self._digest_of(one) for key, one in incoming.items()}
        fresh = {key: one for key, one in incoming.items() if key not in known or known[key].digest != marks[key]}
        if not fresh:
            return records.browse()
        refs = self._load_referentials(config, fresh.values())
        values = {key: dict(self._prepare(config, one, refs), digest=marks[key]) for key, one in fresh.items()}
        changed = {known[key].id: row for key, row in values.items() if key in known}
        update_many(records.browse(changed), changed)
        made = records.create(
            [
                {"config_id": config.id, "reference": key[0], "event_type": key[1], **row}
                for key, row in values.items()
                if key not in known
            ]
        )
        return made | records.browse(changed)

    @api.model
    def _keys_of_twins(self, config, keys):
        """Return which (reference, type) another account of the same seller has: nothing is booked by both.

        Which account takes what names no channel can change while one of them is not connected.
        """
        twins = config._finance_twins()
        if not twins:
            return set()
        found = self.search_fetch(
            [("config_id", "in", twins.ids), ("reference", "in", [reference for reference, _type in keys])],
            ["reference", "event_type"],
        )
        return {(record.reference, record.event_type or "") for record in found}

    @api.model
    def _digest_of(self, one):
        return digest({name: str(getattr(one, name)) for name in one.__slots__})

    @api.model
    def _load_referentials(self, config, operations):
        """Look up once per page what the operations are about: orders, lines, currencies, payouts."""
        references = {one.order_reference for one in operations if one.order_reference}
        orders = self.env["cdiscount.order.mapping"].sudo()
        found = orders.search_fetch(
            [
                ("config_id", "=", config.id),
                "|",
                ("external_id", "in", list(references)),
                ("reference", "in", list(references)),
            ],
            ["external_id", "reference"],
        )
        by_order = {order.reference: order.id for order in found}
        by_order.update({order.external_id: order.id for order in found})
        lines = {
            (line.mapping_id.id, line.external_id): line.id
            for line in self.env["cdiscount.order.mapping.line"]
            .sudo()
            .search_fetch([("mapping_id", "in", found.ids)], ["mapping_id", "external_id"])
        }
        currencies = self.env["res.currency"].with_context(active_test=False).search_fetch([], ["name"])
        by_name = {currency.name: currency.id for currency in currencies}
        own = self.env.ref("base.EUR").id
        payouts = (
            self.env["cdiscount.payout"]
            .sudo()
            ._ensure(
                config,
                {
                    (one.payment_reference, one.release_date, by_name.get(one.currency, own))
                    for one in operations
                    if state_of(one.state) != "not_payable"
                },
            )
        )
        return {"order": by_order, "line": lines, "currency": by_name, "euro": own, "payout": payouts}

    @api.model
    def _prepare(self, config, one, refs):
        amounts = signed(one)
        mapping = refs["order"].get(one.order_reference)
        payout = refs["payout"].get((one.payment_reference, one.release_date))
        state = state_of(one.state)
        return {
            "kind": kind_of(one.event_type),
            "state": state,
            "payment_state": one.state,
            "happened_at": naive(one.happened_at),
            "release_date": one.release_date or False,
            "order_reference": one.order_reference or False,
            "mapping_id": mapping or False,
            "order_line_id": refs["line"].get((mapping, one.line_id), False),
            "currency_id": refs["currency"].get(one.currency) or refs["euro"],
            "amount": float(amounts.with_vat),
            "amount_without_vat": float(amounts.without_vat),
            "vat_amount": float(amounts.vat),
            "amount_known": amounts.known,
            "payment_reference": one.payment_reference or False,
            "payout_id": payout.id if payout and state != "not_payable" else False,
            "invoice_reference": one.invoice_id or False,
        }

    # ------------------------------------------------------------------ screens
    def action_open_order(self):
        """Open the marketplace order of the operation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Order"),
            "res_model": "cdiscount.order.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }
