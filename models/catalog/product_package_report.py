"""Reading what the marketplace says about product sheets, and what follows from it for each offer."""

from datetime import datetime, timedelta, timezone

from odoo import _, api, fields, models

from ...services.rules.product_report import judge
from ...services.rules.refusals import Refusal, explain_product
from ..order.order_import import aware

PATIENCE = timedelta(hours=1)
"""After that time a package that the report does not know has not arrived."""
AWAITED = ("pending", "checked")


class CdiscountProductPackageReport(models.Model):
    _inherit = "cdiscount.product.package"

    @api.model
    def _job_report(self, jobs):
        """Queue operation: read the report on one package; comes again by itself until nothing is awaited any more."""
        package = self.browse(int(jobs.key)).exists()
        if not package or package.state not in ("sending", "submitted"):
            return
        client = package.config_id._get_client()
        if package.state == "sending":
            package._find_lost(client)
        if package.state == "submitted":
            package._read_report(client)
        if package.state in ("sending", "submitted"):
            package._follow()
        else:
            package._log_end(jobs)

    # ------------------------------------------------------------------ an answer that was lost
    def _find_lost(self, client):
        """Find out whether the package arrived whose answer was lost, before anything of it is sent again."""
        self.ensure_one()
        others = self.search([("config_id", "=", self.config_id.id), ("reference", "!=", False)], limit=200)
        reference = client.product_packages.find_package(
            self.line_ids.mapped("gtin"), aware(self.submitted_at), known=others.mapped("reference")
        )
        self.looked_at = fields.Datetime.now()
        if reference:
            self.write({"reference": reference, "state": "submitted"})
        elif fields.Datetime.now() - self.submitted_at >= PATIENCE:
            self._give_back(_("The answer was lost, and Cdiscount knows nothing of the package: it is sent again."))
            self._ask_again(self.config_id, fields.Datetime.now())

    # ------------------------------------------------------------------ the report
    def _read_report(self, client):
        """Read the report and store what it says of each sheet that is still awaited."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.verdict in AWAITED)
        rows = client.product_packages.report(self.reference)
        now = datetime.now(timezone.utc)
        view = judge(lines.mapped("gtin"), rows, self.reference, aware(self.submitted_at), now)
        live, silent = [], []
        for line in lines:
            said = view.sheets.get(line.gtin)
            if said and said.verdict == "live":
                live.append(line)
            elif not said and view.expired:
                silent.append(line)
        # All calls come first: nothing is locked while the marketplace thinks.
        products = dict(client.products.by_gtins(line.gtin for line in (*live, *silent)))
        for line in lines:
            line._settle(view.sheets.get(line.gtin), products.get(line.gtin), view.expired)
        self.looked_at = fields.Datetime.now()
        if any(line.verdict == "quota" for line in lines):
            self.quota_exceeded = True
        self._count()
        self._go_on()
        lines.filtered(lambda line: line.verdict == "live").mapping_id._mark_push()

    def _go_on(self):
        """Have what waits sent: what the quota held back, and further offers of products that were on their way."""
        mappings = self.env["cdiscount.product.mapping"]
        if self.state not in ("sending", "submitted") and mappings.search_count(
            self._waiting_domain(self.config_id), limit=1
        ):
            self._ask_again(self.config_id, fields.Datetime.now())

    def _log_end(self, jobs):
        self.ensure_one()
        level = "warning" if self.refused_count else "info"
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "sheet_report",
            _(
                "Product package %(package)s: %(live)s sheets on Cdiscount, %(refused)s refused, %(later)s sent again.",
                package=self.display_name,
                live=self.live_count,
                refused=self.refused_count,
                later=self.later_count,
            ),
            level=level,
            direction="out",
            records=self.sheet_count,
            job=jobs,
            record=self,
        )


class CdiscountProductPackageVerdict(models.Model):
    _inherit = "cdiscount.product.package.line"

    def _settle(self, said, product, expired):
        """Store what became of one sheet.

        :param said: SheetVerdict, None when the report says nothing about it
        :param product: the marketplace's product of this GTIN, None when it was not asked for or is not there
        :param expired: no report will come any more
        """
        self.ensure_one()
        if said is None:
            # Only of a product that was new its being there says that the sheet was taken.
            if expired and product and self.is_new:
                self._settle_live(product.reference, product)
            elif expired:
                self._settle_silent()
        elif said.verdict == "live":
            self._settle_live(said.product_reference or (product.reference if product else ""), product)
            self.is_identical = said.identical
        elif said.verdict == "refused":
            self._settle_refused([explain_product(reason) for reason in said.errors])
        elif said.verdict == "quota":
            self.verdict = "quota"
            self.mapping_id.write({"sheet_state": "waiting"})
        elif self.verdict != "checked":
            self.verdict = "checked"
            self.mapping_id.write({"sheet_state": "validated"})

    def _settle_live(self, reference, product):
        self.write({"verdict": "live", "product_reference": reference})
        mapping = self.mapping_id
        if mapping:
            mapping.write(
                {
                    "sheet_state": "live",
                    "sheet_sent": self.digest,
                    "sheet_refusals": False,
                    "sheet_refusal_id": False,
                    "product_reference": reference or mapping.product_reference,
                    "category_asked": self.category,
                    "category_reference": product.category if product else False,
                    "state": "ready" if mapping.state == "rejected" else mapping.state,
                }
            )

    def _settle_refused(self, reasons):
        """Store why a sheet was refused; one refused without a reason has one all the same."""
        self.ensure_one()
        reasons = reasons or [Refusal("", "unknown", who="marketplace")]
        refusal, stored = self.env["cdiscount.refusal"]._explain(reasons)
        self.write({"verdict": "refused", "refusals": stored})
        self.mapping_id._refuse_sheet(refusal, stored)

    def _settle_silent(self):
        self.verdict = "expired"
        self.mapping_id._refuse_sheet(self.env["cdiscount.refusal"], False)


class CdiscountSheetRefused(models.Model):
    _inherit = "cdiscount.product.mapping"

    def _refuse_sheet(self, refusal, stored):
        """Remember that the sheet was refused, and why.

        :param refusal: line of the error catalogue, empty when there was no answer at all
        :param stored: the reasons as ``cdiscount.refusal`` keeps them
        """
        for mapping in self:
            mapping.write(
                {
                    "sheet_state": "refused",
                    "sheet_refusal_id": refusal.id,
                    "sheet_refusals": stored,
                    # An offer that is on sale stays so: what was refused is a change of its sheet.
                    "state": "rejected" if mapping.state in ("draft", "ready") else mapping.state,
                }
            )
