"""What publishing would send, shown before anything is sent."""

import json

from odoo import _, api, fields, models

from ..compat import check_access
from ..services.rules.offer_memory import changed_since
from ..services.rules.offer_next import next_request

SHOWN = 200
"""Offers that are shown at once: more is nothing a person looks through."""


def readable(request):
    """A request as JSON text for people; amounts as the numbers that are sent."""
    return json.dumps(request, ensure_ascii=False, indent=2, default=lambda value: float(f"{value:f}"))


class CdiscountPublishPreview(models.TransientModel):
    _name = "cdiscount.publish.preview"
    _description = "Cdiscount Preview of Publishing"
    _transient_max_hours = 2.0

    company_id = fields.Many2one("res.company", readonly=True)
    mapping_ids = fields.Many2many("cdiscount.product.mapping", string="Offers", readonly=True)
    channel_offer_ids = fields.Many2many("cdiscount.channel.offer", string="On Other Channels", readonly=True)
    line_ids = fields.One2many("cdiscount.publish.preview.line", "preview_id", readonly=True)
    left_out = fields.Integer("Not Shown", readonly=True)
    new_count = fields.Integer("New Offers", compute="_compute_counts")
    update_count = fields.Integer("Changes", compute="_compute_counts")
    blocked_count = fields.Integer("Not Sent", compute="_compute_counts")
    nothing_count = fields.Integer("Nothing New", compute="_compute_counts")
    sheet_count = fields.Integer("Product Sheets", compute="_compute_counts")

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = _("Preview")

    @api.depends("line_ids.kind", "line_ids.sheet_request")
    def _compute_counts(self):
        for preview in self:
            kinds = preview.line_ids.mapped("kind")
            preview.new_count = kinds.count("new")
            preview.update_count = kinds.count("update")
            preview.blocked_count = kinds.count("blocked")
            preview.nothing_count = kinds.count("nothing")
            preview.sheet_count = len(preview.line_ids.filtered("sheet_request"))

    @api.model
    def _open(self, records):
        """Return the action that shows what publishing these records (offers of one of the two models) would send."""
        records = records.filtered("product_id")
        shown = records[:SHOWN]
        own = shown if shown._name == "cdiscount.product.mapping" else shown.browse().mapping_id
        further = shown if shown._name == "cdiscount.channel.offer" else own.channel_offer_ids.filtered("publish")
        # The wizard belongs to who opens it; what is in it was worked out with the rights of the account.
        preview = self.create(
            {
                "company_id": shown[:1].company_id.id,
                "mapping_ids": [(6, 0, own.ids)],
                "channel_offer_ids": [(6, 0, further.ids)],
                "left_out": len(records) - len(shown),
            }
        )
        preview._fill()
        target = preview.line_ids if len(preview.line_ids) == 1 else preview
        return {
            "type": "ir.actions.act_window",
            "name": _("Preview"),
            "res_model": target._name,
            "res_id": target.id,
            "views": [(False, "form")],
        }

    def _fill(self):
        self.ensure_one()
        rows = []
        for records in (self.mapping_ids, self.channel_offer_ids):
            for place in records.grouped(lambda record: (record.config_id.id, record.sales_channel_id.id)).values():
                rows += self._prepare_lines(place)
        self.env["cdiscount.publish.preview.line"].create([dict(row, preview_id=self.id) for row in rows])

    @api.model
    def _prepare_lines(self, records):
        """Return the values of the lines of offers of one account and channel; nothing is sent or changed."""
        terms = records._offer_terms()
        problems = records._offer_problems(terms)
        sheets = self._sheets_to_send(records)
        lines = self.env["cdiscount.publish.preview.line"]
        rows = []
        for record in records.sudo():
            request = record._offer_request(terms[record.id])
            due = self._due(record, request)
            sheet, sheet_problems = sheets.get(record.id, (None, None))
            found = [problems[record.id]] + ([sheet_problems] if sheet_problems else [])
            sentences = [text for preflight in found for text in records._problem_texts(preflight)]
            ready = problems[record.id].ready and (sheet_problems is None or sheet_problems.ready)
            kind = "blocked" if not ready else ("new" if due and due[0] == "Upsert" else "update" if due else "nothing")
            groups = changed_since(request, record.sent or "") if due and due[0] == "Update" else ()
            rows.append(
                {
                    "company_id": record.company_id.id,
                    "mapping_id": record._offer_mapping().id,
                    "channel_offer_id": record.id if record._name == "cdiscount.channel.offer" else False,
                    "sales_channel_id": record.sales_channel_id.id,
                    "kind": kind,
                    "summary": lines._summary(kind, groups, sheet is not None),
                    "problem_text": "\n".join(dict.fromkeys(sentences)) or False,
                    "offer_table": lines._offer_table(record, request, due[1] if due else {}),
                    "request": readable([due[1]]) if due else False,
                    "sheet_table": lines._sheet_table(sheet) if sheet is not None else False,
                    "sheet_request": readable([sheet]) if sheet is not None else False,
                }
            )
        return rows

    @api.model
    def _due(self, record, request):
        """Return (type, request) that Publish would send: as ``_next_request``, without holds and wishes."""
        return next_request(
            record._offer_mapping().seller_reference,
            request,
            sent=record.sent or "",
            before=record.sent_before or "",
            there=record._is_there(),
        )

    @api.model
    def _sheets_to_send(self, records):
        """Return ``{offer id: (request, Preflight)}`` of the product sheets that go before the offers."""
        if records._name != "cdiscount.product.mapping":
            return {}
        wanted = records.sudo()._needs_sheet()
        if not wanted:
            return {}
        requests = wanted._sheet_requests()
        checked = wanted._check_sheets()
        return {mapping.id: (requests[mapping.id], checked[mapping.id]) for mapping in wanted}

    def action_publish(self):
        """Publish what was shown; it is compared anew, so a change made meanwhile is sent as well."""
        self.ensure_one()
        check_access(self.mapping_ids, "write")
        action = False
        for records in (self.mapping_ids, self.channel_offer_ids):
            if records:
                action = records.action_publish()
        return action or {"type": "ir.actions.act_window_close"}
