"""A spreadsheet of links that is too long to wait for: kept with its plan, and worked off in portions by the queue."""

import base64
import csv
import io
import json
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...services.rules.mapping_sheet import neutralise
from ..queue.queue import LIVE_STATES

PORTION = 1000
KEPT_DAYS = 30


class CdiscountLinkUpload(models.Model):
    _name = "cdiscount.link.upload"
    _description = "Spreadsheet of Links"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "filename"
    _mail_post_access = "read"

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True)
    user_id = fields.Many2one("res.users", "Uploaded By", readonly=True)
    filename = fields.Char("File Name", readonly=True)
    file = fields.Binary(readonly=True, help="Removed after 30 days.")
    plan = fields.Binary(readonly=True, help="What was decided when it was uploaded, as JSON. Removed after 30 days.")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("dropped", "Given Up"),
        ],
        string="Status",
        default="waiting",
        required=True,
        readonly=True,
    )
    row_count = fields.Integer("Rows to Do", readonly=True)
    done_count = fields.Integer("Rows Done", readonly=True)
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    link_count = fields.Integer("Linked", readonly=True)
    change_count = fields.Integer("Got Another Product", readonly=True)
    unchanged_count = fields.Integer("Stayed as They Were", readonly=True)
    problem_count = fields.Integer("Refused", readonly=True)
    late_ids = fields.One2many("cdiscount.link.upload.problem", "upload_id", "Became Impossible", readonly=True)
    problems_file = fields.Binary("Refused Rows", readonly=True, help="Removed after 30 days.")
    problems_name = fields.Char("Name of the File of Refused Rows", readonly=True)
    finished_at = fields.Datetime("Finished on", readonly=True)
    error = fields.Text(readonly=True)

    @api.depends("row_count", "done_count")
    def _compute_progress(self):
        for upload in self:
            upload.progress = 100.0 * upload.done_count / upload.row_count if upload.row_count else 100.0

    # ------------------------------------------------------------------ asking
    @api.model
    def _keep(self, config, filename, content, plan):
        """Keep a spreadsheet and what it will do, and have the queue do it.

        :param content: base64 bytes of the file
        :param plan: SheetPlan
        :return: the new record
        :raises UserError: while another spreadsheet of the account is being worked off
        """
        self.env["cdiscount.order.mapping"]._require_manager()
        queue = self.env["cdiscount.queue"].sudo()
        live = [("config_id", "=", config.id), ("operation", "=", "link_sheet"), ("state", "in", LIVE_STATES)]
        if queue.search_count(live):
            raise UserError(
                _(
                    "Another spreadsheet of %s is being worked off. Wait until it is done: Operations > Spreadsheets "
                    "shows how far it is.",
                    config.name,
                )
            )
        wanted = {**plan.links, **plan.changes}
        products = self.env["product.product"].sudo().browse(set(wanted.values()))
        archived = set(products.filtered(lambda product: not product.active).ids)
        rows = [
            [*plan.rows[mapping_id], mapping_id, product_id, product_id in archived]
            for mapping_id, product_id in wanted.items()
        ]
        told = json.dumps({"rows": rows, "problems": plan.problems}).encode()
        upload = self.sudo().create(
            {
                "config_id": config.id,
                "user_id": self.env.uid,
                "filename": filename or _("Spreadsheet"),
                "file": content,
                "plan": base64.b64encode(told),
                "row_count": len(rows),
                "unchanged_count": plan.unchanged,
                "problem_count": len(plan.problems),
            }
        )
        queue._enqueue(config, "link_sheet", str(upload.id))
        return upload.sudo(False)

    def action_resume(self):
        """Go on with what has failed or was cancelled, where it stopped; what is being done already is done once."""
        self.env["cdiscount.order.mapping"]._require_manager()
        for upload in self.filtered(lambda upload: upload.state in ("waiting", "running", "failed")):
            upload.sudo().write({"state": "waiting", "error": False})
            self.env["cdiscount.queue"].sudo()._enqueue(upload.config_id, "link_sheet", str(upload.id))

    # ------------------------------------------------------------------ doing
    @api.model
    def _job_run(self, jobs):
        """Queue operation: do what a kept spreadsheet says. Yields after each portion.

        How far it is and what it did are committed together: a portion is done once, whatever happens in between.
        """
        upload = self.sudo().browse(int(jobs.key)).exists()
        if upload.state not in ("waiting", "running", "failed"):
            return
        upload = upload.with_context(lang=upload.user_id.lang or self.env.lang)
        upload.write({"state": "running", "error": False})
        plan = upload._read_plan()
        yield None
        while upload.exists() and upload.done_count < len(plan["rows"]):
            upload._do_portion(plan["rows"][upload.done_count : upload.done_count + PORTION])
            # Of 100 000 offers, only the present portion is kept in memory.
            self.env.flush_all()
            self.env.invalidate_all()
            yield _("%(done)s of %(all)s rows done", done=upload.done_count, all=upload.row_count)
        if upload.exists():
            upload._finish(plan["problems"])

    def _read_plan(self):
        return json.loads(
            base64.b64decode(self.with_context(bin_size=False).plan or b"") or b'{"rows":[],"problems":[]}'
        )

    def _do_portion(self, rows):
        """Link some rows of the plan as far as that is still possible, and note how far we are.

        :param rows: lists of (row number, SKU, product id the offer had, mapping id, product id, archived then)
        """
        # With the rights of the account's user: the rules of companies and records hold in the background as well.
        offers = self.env["cdiscount.product.mapping"].sudo(False)
        known = offers.search([("config_id", "=", self.config_id.id), ("id", "in", [row[3] for row in rows])])
        now = {offer.id: offer.product_id.id or 0 for offer in known}
        goods = self.env["product.product"].sudo().browse({row[4] for row in rows}).exists()
        archived_now = set(goods.filtered(lambda product: not product.active).ids)
        wanted, problems = {}, []
        for number, sku, before, mapping_id, product_id, archived in rows:
            if mapping_id not in now:
                problems.append((number, sku, _("The account has no offer with this SKU any more.")))
            elif now[mapping_id] not in (before, product_id):
                problems.append((number, sku, _("Somebody has chosen another product meanwhile: that one stays.")))
            elif product_id in archived_now and not archived:
                problems.append((number, sku, _("The product was archived meanwhile.")))
            else:
                wanted[mapping_id] = product_id
        outcome = offers.browse(wanted)._link(wanted)
        places = {row[3]: row for row in rows}
        problems += [(*places[mapping_id][:2], sentence) for mapping_id, sentence in outcome.refused.items()]
        self.env["cdiscount.link.upload.problem"].create(
            [
                {"upload_id": self.id, "row_number": number, "seller_reference": sku, "problem": sentence}
                for number, sku, sentence in problems
            ]
        )
        self.write(
            {
                "done_count": self.done_count + len(rows),
                "link_count": self.link_count + len(outcome.linked),
                "change_count": self.change_count + len(outcome.changed),
                "unchanged_count": self.unchanged_count + len(outcome.unchanged),
                "problem_count": self.problem_count + len(problems),
            }
        )

    def _finish(self, problems):
        """Write the file of refused rows and tell the person who asked."""
        late = self.late_ids.mapped(lambda line: (line.row_number, line.seller_reference, line.problem))
        refused = sorted([*map(tuple, problems), *late])
        values = {"state": "done", "finished_at": fields.Datetime.now()}
        if refused:
            text = io.StringIO(newline="")
            writer = csv.writer(text, delimiter=";")
            writer.writerow([_("Row"), _("SKU"), _("Problem")])
            writer.writerows([number, neutralise(sku), neutralise(sentence)] for number, sku, sentence in refused)
            values["problems_file"] = base64.b64encode(text.getvalue().encode("utf-8-sig"))
            values["problems_name"] = f"cdiscount-{_('refused')}-{self.id}.csv"
        self.write(values)
        self._tell_person(
            _(
                "%(file)s is done: %(links)s offers linked, %(changes)s given another product, %(refused)s rows "
                "refused.",
                file=self.filename,
                links=self.link_count,
                changes=self.change_count,
                refused=self.problem_count,
            )
        )

    @api.model
    def _job_failed(self, job, cause):
        """What was done stays; the rest waits until somebody goes on."""
        upload = self.sudo().browse(int(job.key)).exists()
        if upload.state not in ("waiting", "running"):
            return
        upload = upload.with_context(lang=upload.user_id.lang or self.env.lang)
        upload.write({"state": "failed", "error": cause.text})
        upload._tell_person(
            _(
                "%(file)s stopped after %(done)s of %(all)s rows. What was done stays; Go On does the rest.",
                file=upload.filename,
                done=upload.done_count,
                all=upload.row_count,
            )
        )

    def _tell_person(self, text):
        """Mention the person who uploaded the file; a mail goes the way of all mails, it holds up no job."""
        self.with_context(mail_notify_force_send=False).message_post(
            body=text,
            partner_ids=self.user_id.partner_id.ids,
            # Odoo tells nobody what he says himself, and the account's user may be the one who asked.
            author_id=self.env.ref("base.partner_root").id,
        )

    # ------------------------------------------------------------------ cleaning up
    @api.autovacuum
    def _gc_files(self):
        """Remove files after a month; the counts stay. What was never finished cannot be gone on with any more."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.sudo().search([("create_date", "<", before), ("plan", "!=", False)], limit=100)
        old.late_ids.unlink()
        old.filtered(lambda upload: upload.state != "done").state = "dropped"
        old.write({"file": False, "plan": False, "problems_file": False})


class CdiscountLinkUploadProblem(models.Model):
    _name = "cdiscount.link.upload.problem"
    _description = "Row of a Spreadsheet That Became Impossible"
    _order = "row_number, id"
    _rec_name = "problem"

    upload_id = fields.Many2one("cdiscount.link.upload", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="upload_id.company_id", store=True)
    row_number = fields.Integer("Row", readonly=True)
    seller_reference = fields.Char("SKU", readonly=True)
    problem = fields.Char(readonly=True)
