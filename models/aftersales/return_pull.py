"""Returns to the marketplace's own warehouses: read, shown beside ours, their labels kept (contract §9)."""

import base64
import time
from datetime import timedelta

from odoo import _, api, fields, models

from ...compat import constraints
from ...services.errors import DataError, NotFound
from ...services.rules.returns import fulfilment_reason, fulfilment_state
from ..order.order_import import naive

EVERY = timedelta(hours=1)
LABELS = 50
"""Labels fetched in one run: one call each."""


class CdiscountReturnPull(models.Model):
    _inherit = "cdiscount.return"

    vars().update(
        constraints(
            ("external_uniq", "unique(config_id, external_id)", "This return of the marketplace is known already."),
        )
    )

    kind = fields.Char("Sent Back By", readonly=True, help="Customer, or the carrier who could not deliver it.")
    marketplace_status = fields.Char(readonly=True)
    marketplace_reason = fields.Char(readonly=True)
    recommended_reason = fields.Char(readonly=True, help="What Cdiscount's warehouse thinks the reason was.")
    warehouse_comment = fields.Text("Cdiscount's Warehouse Says", readonly=True)
    order_external_id = fields.Char("Marketplace Order", readonly=True, index="btree_not_null")
    received_at = fields.Datetime("Received There", readonly=True)
    label_wanted = fields.Boolean(readonly=True, help="Technical: Cdiscount has a label that is not fetched yet.")
    label_id = fields.Many2one("ir.attachment", "Return Label", readonly=True, copy=False)

    # ------------------------------------------------------------------ reading
    @api.model
    def _job_pull(self, jobs):
        """Read all returns of the account, then the labels that are missing (queue).

        Yields after each page; where it was is kept, so that an interrupted reading goes on.
        """
        config, started = jobs.config_id.sudo(), time.monotonic()
        returns = self.sudo().with_company(config.company_id)
        seen = rejected = 0
        client = config._get_client()
        for page in client.returns.pages(config.return_cursor or ""):
            returns._store_page(config, page.items)
            seen, rejected = seen + len(page.items), rejected + page.rejected
            config._note_facts(return_cursor=page.next_cursor or False)
            yield _("Returns read: %s", seen)
        config._note_facts(return_cursor=False, returns_read_at=fields.Datetime.now())
        yield None
        labels = 0
        domain = [("config_id", "=", config.id), ("label_wanted", "=", True)]
        for one in returns.search(domain, limit=LABELS):
            labels += one._fetch_label(client)
            yield None
        text = _("Returns read: %(seen)s, labels: %(labels)s.", seen=seen, labels=labels)
        if rejected:
            text += " " + _("%s could not be read.", rejected)
        self.env["cdiscount.sync.log"]._add(
            config,
            jobs.operation,
            text,
            job=jobs,
            level="warning" if rejected else "info",
            records=seen,
            duration=time.monotonic() - started,
        )

    @api.model
    def _store_page(self, config, rows):
        """Bring Odoo to what a page of the marketplace tells; two searches for the page."""
        rows = list({row.return_id: row for row in rows}.values())
        known = {
            one.external_id: one
            for one in self.search(
                [("config_id", "=", config.id), ("external_id", "in", [row.return_id for row in rows])]
            )
        }
        orders = self.env["cdiscount.order.mapping"].search(
            [("config_id", "=", config.id), ("external_id", "in", [row.order_id for row in rows if row.order_id])]
        )
        by_id = {order.external_id: order for order in orders}
        new = []
        for row in rows:
            order, one = by_id.get(row.order_id, orders.browse()), known.get(row.return_id)
            values = self._prepare_row(row, order, one)
            if one is None:
                first = {
                    "config_id": config.id,
                    "external_id": row.return_id,
                    "line_ids": self._prepare_rows(row, order),
                }
                new.append({**first, "supply": "fulfilment", "origin": "marketplace", **values})
                continue
            changed = {name: value for name, value in values.items() if not one._has_value(name, value)}
            if changed:
                one.write(changed)
            if "mapping_id" in changed:
                # The order came to Odoo after its return.
                one.line_ids.unlink()
                one.line_ids = self._prepare_rows(row, order)
        made = self.create(new)
        (made | self.browse([one.id for one in known.values()]))._follow_marketplace()

    def _has_value(self, name, value):
        current = self[name]
        return (current.id if self._fields[name].type == "many2one" else current) == value

    @api.model
    def _prepare_row(self, row, order, known):
        values = {
            "kind": row.kind or False,
            "marketplace_status": row.status or False,
            "marketplace_reason": row.reason or False,
            "recommended_reason": row.recommended_reason or False,
            "warehouse_comment": row.warehouse_comment or False,
            "customer_words": row.comment or False,
            "order_external_id": row.order_id or False,
            "tracking_number": row.parcel_id or False,
            "received_at": naive(row.received_at),
            "label_wanted": row.has_label and not (known and known.label_id),
        }
        if order:
            values["mapping_id"] = order.id
        elif not known:
            values["reference"] = row.order_id or row.reference
        if not known or known.marketplace_reason != values["marketplace_reason"]:
            # What a person has corrected since stays.
            values["reason"] = fulfilment_reason(row.reason)
        return values

    @api.model
    def _prepare_rows(self, row, order):
        """Return commands for the lines; each is linked with the order's line by its number, SKU or GTIN."""
        commands = []
        for line in row.lines:
            sold = order.line_ids.filtered(
                lambda one, line=line: (
                    one.external_id == line.line_id
                    if line.line_id
                    else (line.sku and one.sku == line.sku) or (line.gtin and one.gtin == line.gtin)
                )
            )[:1]
            values = {"order_line_id": sold.id, "quantity": float(line.quantity)}
            if not sold:
                values.update(sku=line.sku, title=line.title or line.sku or line.product_id)
            commands.append(fields.Command.create(values))
        return commands

    def _follow_marketplace(self):
        """Bring the state in line with the marketplace's; a word nobody knows changes nothing."""
        for one in self:
            state = fulfilment_state(one.marketplace_status)
            if state in ("received", "settled"):
                for line in one.line_ids.filtered(lambda line: line.received != line.quantity):
                    line.received = line.quantity
            if one.state in ("expected", "received") and state:
                wanted = "checked" if state == "settled" else state
                if wanted != one.state:
                    one.state = wanted
            if one.state == "checked":
                one._advance()

    # ------------------------------------------------------------------ labels
    def _fetch_label(self, client):
        """Attach the label; returns how many there were. Cdiscount may announce one that it does not have yet."""
        self.ensure_one()
        try:
            labels = client.returns.labels(self.external_id)
        except (NotFound, DataError):
            labels = ()
        if not labels:
            return 0
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": label.name,
                    "datas": base64.b64encode(label.content),
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for label in labels
            ]
        )
        self.write({"label_id": attachments[0].id, "label_wanted": False})
        return len(attachments)

    def action_open_label(self):
        """Download the label of the return."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.label_id.id}?download=true",
            "target": "self",
        }

    # ------------------------------------------------------------------ parcels that do not come
    @api.model
    def _job_watch(self, jobs):
        """Remind of parcels that were expected until yesterday, each once (queue, no connection)."""
        config = jobs.config_id.sudo()
        late = self.sudo().search(
            [
                ("config_id", "=", config.id),
                ("state", "=", "expected"),
                ("supply", "=", "seller"),
                ("expected_on", "<", fields.Date.context_today(self)),
                ("reminded", "=", False),
            ]
        )
        user = config.responsible_id or config.user_id
        for one in late:
            one.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=_("The parcel of return %s did not come", one.name),
                note=_("Ask the customer for the tracking number, wait longer, or cancel the return."),
            )
        late.reminded = True

    reminded = fields.Boolean(readonly=True, copy=False, help="Technical: somebody was told that the parcel is late.")

    def write(self, vals):
        if vals.get("expected_on"):
            vals = {**vals, "reminded": False}
        return super().write(vals)


class CdiscountConfigReturnPull(models.Model):
    _inherit = "cdiscount.config"

    return_cursor = fields.Char(readonly=True, copy=False)
    returns_read_at = fields.Datetime("Fulfilment Returns Read", readonly=True, copy=False)
    returns_watched_on = fields.Date(readonly=True, copy=False)

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        queue = self.env["cdiscount.queue"].sudo()
        for config in self.sudo():
            last = config.returns_read_at
            if config.fulfilment_stock and (not last or last <= now - EVERY):
                queue._enqueue(config, "return_pull", "returns", wake=False)
            if config.returns_watched_on != now.date():
                config.returns_watched_on = now.date()
                queue._enqueue(config, "return_watch", "returns", wake=False)
        return result

    def action_pull_returns(self):
        """Read the returns to Cdiscount's warehouses now."""
        self.ensure_one()
        self._require_connection()
        self.env["cdiscount.queue"].sudo()._enqueue(self, "return_pull", "returns")
        return self._notify(_("The returns are being read: they show up here in a moment."))
