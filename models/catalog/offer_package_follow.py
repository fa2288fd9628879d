"""After a package was submitted: wait for it, read its answers, store them. Nothing here is done twice by a crash:
a line that has its answer is left alone."""

from dataclasses import replace
from datetime import timedelta

from odoo import _, api, fields, models

from ...services.errors import NotFound
from ...services.payloads.package_result import Said
from ...services.rules import package_flow as flow
from ...services.rules.offer_memory import drift, recall
from ...services.rules.refusals import explain_line, explain_offer

SHORTEST_WAIT, LONGEST_WAIT, RARELY = 2, 60, 600
"""Seconds between two looks at a package, growing. Stock waits for it meanwhile: a package of each channel and type is
open at a time, so what is changed again leaves once it is over. One that is overdue holds nothing back: it is looked at
rarely."""
OVERDUE = timedelta(hours=4)
"""So long the offers of a package wait for it. Then they are sent anew: stock must not stand still with it."""
AT_ONCE = 500


class CdiscountOfferPackageFollow(models.Model):
    _inherit = "cdiscount.offer.package"

    @api.model
    def _job_follow(self, jobs):
        """Queue operation: look at a submitted package (the key is its id); once it is over, store its answers.

        A package that is not over is looked at again, each time after a longer while.
        """
        package = self.sudo().browse(int(jobs.key)).exists()
        if not package or package.is_read or not package.reference:
            return
        config = package.config_id
        calls = config._get_client()
        try:
            seen = calls.offer_packages.get(package.reference)
        except NotFound:
            yield from package._read_back(calls)
            return
        package._keep(flow.seen(package._progress(), seen))
        step = package._next_step()
        if step == "wait":
            package._look_later()
        elif step == "refused":
            yield from package._refuse_whole(seen)
        elif step == "results":
            yield from package._read_results(calls)

    def _look_later(self):
        now = fields.Datetime.now()
        if self.submitted_at and now - self.submitted_at > OVERDUE and not self.overdue:
            self._give_up_waiting()
        wait = min(RARELY if self.overdue else LONGEST_WAIT, SHORTEST_WAIT * 2 ** min(self.looks, 10))
        self.looks += 1
        self.env["cdiscount.queue"].sudo()._enqueue(
            self.config_id, "offer_package", str(self.id), eta=now + timedelta(seconds=wait)
        )

    def _give_up_waiting(self):
        """Let the offers go on without the answer. When it comes after all, they are compared once more."""
        self.overdue = True
        for records in self._records_on_their_way():
            self._compare_again(records)
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "offer_package",
            _(
                "Cdiscount has not processed package %s for hours. Its offers are sent again; ask Cdiscount's support "
                "when it happens often.",
                self.reference,
            ),
            level="warning",
            direction="out",
            records=self.offer_count,
        )
        self._ask_for_the_next()

    # ------------------------------------------------------------------ answers
    def _read_results(self, calls):
        """Generator: store the answers page by page; what they do not name did not arrive."""
        try:
            pages = calls.offer_packages.results(self.reference)
            if pages is None:
                self._look_later()
                return
            for page in pages:
                self._store_page(page.items)
                yield None
        except NotFound:
            yield from self._read_back(calls)
            return
        self._finish()

    def _store_page(self, answers):
        """Store what became of the offers of one page of results."""
        of_sku = {}
        for answer in answers:
            known = of_sku.get(answer.sku)
            of_sku[answer.sku] = known if known and known.is_integrated else answer
        lines = self._waiting_lines([("sku", "in", list(of_sku))])
        if self.purpose == "foreign":
            self._doubt(of_sku)
        accepted = lines.filtered(lambda line: of_sku[line.sku].is_integrated)
        self._store_accepted(accepted)
        self._store_refused(lines - accepted, lambda line: explain_line(of_sku[line.sku]))

    def _refuse_whole(self, seen):
        """Generator: no line was taken; each offer gets the reason of the package."""
        reason = explain_offer(Said(code=seen.code, message=seen.message))
        if reason.cause in ("created", "updated"):
            reason = explain_offer(Said(code="", message=seen.message))
        while lines := self._waiting_lines(limit=AT_ONCE):
            self._store_refused(lines, lambda line: [reason])
            yield None
        self._finish("refused", seen.message or seen.code)

    def _read_back(self, calls):
        """Generator: the results are no longer kept. Where the channel shows what was sent, it was accepted."""
        if flow.gone(self._progress()) == "lost":
            self._end_unsent("lost")
            return
        while lines := self._waiting_lines(limit=AT_ONCE):
            offers = {
                offer.sku: offer for offer in calls.offers.by_skus(lines.mapped("sku"), self.sales_channel_id.code)
            }
            done = lines.filtered(
                lambda line, offers=offers: (
                    line.sku not in offers
                    if self.type == "Delete"
                    else line.sku in offers and not drift(offers[line.sku], recall(line.request or "{}"))
                )
            )
            self._store_accepted(done)
            self._store_missing(lines - done)
            yield None
        self._finish(message=_("Cdiscount keeps results for three days. The offers were read instead."))

    def _waiting_lines(self, domain=(), limit=None):
        lines = self.env["cdiscount.offer.package.line"].sudo()
        return lines.search(
            [("package_id", "=", self.id), ("answer", "=", "waiting"), *domain], order="id", limit=limit
        )

    # ------------------------------------------------------------------ the end
    def _finish(self, state=None, message=None):
        """Everything that is to be known of the package is known."""
        while lines := self._waiting_lines(limit=AT_ONCE):
            self._store_missing(lines)
        groups = (
            self.env["cdiscount.offer.package.line"]
            .sudo()
            ._read_group([("package_id", "=", self.id)], ["answer"], ["__count"])
        )
        counts = dict(groups)
        accepted, refused = counts.get("accepted", 0), counts.get("refused", 0)
        if not state:
            state = "done" if not refused else "partly" if accepted else "refused"
        if state != "empty":
            self._keep(replace(self._progress(), read=True))
        self.write(
            {
                "state": state,
                "message": message or False,
                "accepted_count": accepted,
                "refused_count": refused,
                "missing_count": counts.get("missing", 0),
                "finished_at": fields.Datetime.now(),
            }
        )
        self._log_end()
        self._ask_for_the_next()

    def _log_end(self):
        text = _(
            "Package of offers (%(type)s): %(accepted)s accepted, %(refused)s refused, %(missing)s to send again.",
            type=dict(self._fields["type"]._description_selection(self.env))[self.type],
            accepted=self.accepted_count,
            refused=self.refused_count,
            missing=self.missing_count,
        )
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "offer_package",
            text,
            level="warning" if self.refused_count or self.missing_count else "info",
            direction="out",
            records=self.offer_count,
        )

    def _ask_for_the_next(self):
        """What was marked while it was on its way is sent now."""
        config, channel = self.config_id, self.sales_channel_id
        for records in self._marked(config, channel):
            if records.sudo().search(records._domain_to_compare(config, channel), limit=1):
                records._ask_to_send({(config.id, channel.id)})
        self._ask_for_the_rest(config, channel)
        if "stock_push" in self.env["cdiscount.queue"]._get_operations():
            self._ask_for_stock(config)

    @api.model
    def _ask_for_stock(self, config):
        dirty = [("config_id", "=", config.id), ("stock_dirty", "=", True), ("package_id", "=", False)]
        if self.env["cdiscount.product.mapping"].sudo().search_count(dirty, limit=1):
            self.env["cdiscount.queue"].sudo()._enqueue(config, "stock_push", "stock")

    @api.autovacuum
    def _gc_packages(self):
        """Forget what was sent after some days, and packages after three months: the offers keep what counts."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            """
            UPDATE cdiscount_offer_package_line line SET request = NULL
              FROM cdiscount_offer_package package
             WHERE package.id = line.package_id AND line.request IS NOT NULL AND package.finished_at < %s
            """,
            (now - timedelta(days=3),),
        )
        old = self.sudo().search([("finished_at", "<", now - timedelta(days=90))], limit=1000)
        old.unlink()
