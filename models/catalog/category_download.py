"""Downloading long lists page by page: categories and brands.

Each page is stored and committed before the next is asked for. What was seen is kept beside it, so that a download that
was interrupted goes on where it stopped, and only a complete one archives what the marketplace no longer has.
"""

from datetime import timedelta

from odoo import _, api, fields, models

from ...compat import check_access, constraints
from ...services.errors import NotFound, ProtocolError

RESUMABLE = timedelta(hours=1)
"""A list that was left lying for longer may have moved: its pages are no longer those that were read."""
REFRESHED = timedelta(days=7)
TRIED_AGAIN = timedelta(days=1)


class CdiscountCatalogueDownload(models.Model):
    _name = "cdiscount.catalogue.download"
    _description = "Cdiscount Download of Categories or Brands"
    _order = "config_id, kind desc"
    _rec_name = "kind"

    vars().update(constraints(("kind_uniq", "unique(config_id, kind)", "One line for each kind of list is enough.")))

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    kind = fields.Selection([("category", "Categories"), ("brand", "Brands")], "List", required=True, readonly=True)
    next_page = fields.Integer(default=1, readonly=True)
    seen = fields.Text(readonly=True, groups="base.group_system", help="Technical: the codes read so far, one a line.")
    read_count = fields.Integer("Read", readonly=True)
    expected_count = fields.Integer("Expected", readonly=True, help="As the marketplace counts them; 0: not told.")
    changed_count = fields.Integer("New or Changed", readonly=True)
    archived_count = fields.Integer("Archived", readonly=True, help="No longer on Cdiscount.")
    started_at = fields.Datetime("Started", readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True, help="When the list was last read to its end.")
    progress = fields.Integer("Progress %", compute="_compute_progress")
    state = fields.Selection(
        [("running", "Under way"), ("done", "Complete")], compute="_compute_progress", string="Download"
    )

    @api.depends("next_page", "read_count", "expected_count", "finished_at")
    def _compute_progress(self):
        for download in self:
            done = download.next_page == 1 and download.finished_at
            download.state = "done" if done else "running"
            part = download.read_count * 100 // download.expected_count if download.expected_count else 0
            download.progress = 100 if done else min(part, 99)

    # ------------------------------------------------------------------ one walk
    @api.model
    def _run(self, jobs, kind, pages, store, count=None):
        """Read a list to its end; yields after each page that was stored.

        :param pages: called with the number of the first page; gives tuples of payload values
        :param store: called with a page; returns (codes of the page, how many were new or changed)
        :param count: asks the marketplace how many entries there are, where it can be asked
        :return: the download, and the codes that were seen
        """
        config = jobs.config_id
        download = self._begin(config, kind)
        # What follows is a call to the marketplace: no lock is held meanwhile.
        yield None
        expected = count() if count and download.next_page == 1 else download.expected_count
        seen = set((download.seen or "").split("\n")) - {""}
        for page in pages(download.next_page):
            codes, changed = store(page)
            seen.update(codes)
            download.write(
                {
                    "next_page": download.next_page + 1,
                    "seen": "\n".join(sorted(seen)),
                    "read_count": len(seen),
                    "expected_count": expected,
                    "changed_count": download.changed_count + changed,
                }
            )
            yield _("%s read", len(seen))
        download.expected_count = expected
        return download, seen

    @api.model
    def _begin(self, config, kind):
        """Return the download to go on with, or begin one anew."""
        downloads = self.sudo()
        download = downloads.search([("config_id", "=", config.id), ("kind", "=", kind)])
        now = fields.Datetime.now()
        if not download:
            return downloads.create({"config_id": config.id, "kind": kind, "started_at": now})
        if download.next_page > 1 and download.started_at and now - download.started_at < RESUMABLE:
            return download
        download.write(
            {
                "next_page": 1,
                "seen": False,
                "read_count": 0,
                "changed_count": 0,
                "expected_count": 0,
                "started_at": now,
            }
        )
        return download

    def _finish(self, jobs, model, column, seen):
        """Archive what a complete walk has not seen, and tell the log.

        A walk that saw too little is not believed: an empty answer must not archive a whole tree.
        """
        self.ensure_one()
        records = self.env[model].sudo()
        domain = [("config_id", "=", self.config_id.id)]
        known = records.search_fetch(domain, [column])
        gone = known.filtered(lambda record: record[column] not in seen)
        whole = len(seen) >= self.expected_count if self.expected_count else len(gone) * 10 <= len(known)
        if not seen or not whole:
            gone = records.browse()
        gone.write({"active": False})
        changed, log = self.changed_count, self.env["cdiscount.sync.log"]
        self.write({"next_page": 1, "seen": False, "finished_at": fields.Datetime.now(), "archived_count": len(gone)})
        values = {"all": len(seen), "changed": changed, "gone": len(gone)}
        if not seen or not whole:
            text = _(
                "Only %(all)s entries of the list came, fewer than there should be. Nothing was archived; the list is "
                "read again in a week.",
                **values,
            )
            log._add(self.config_id, jobs.operation, text, level="warning", records=len(seen), job=jobs)
        elif changed or gone:
            text = _("%(all)s entries read: %(changed)s new or changed, %(gone)s archived.", **values)
            log._add(self.config_id, jobs.operation, text, records=changed + len(gone), job=jobs)

    def action_refresh(self):
        """Read these lists again."""
        for download in self:
            download.config_id._pull_referentials(["category_pull" if download.kind == "category" else "brand_pull"])
        return self.env["cdiscount.config"]._notify(_("The list is being downloaded."))


class CdiscountCategoryDownload(models.Model):
    _inherit = "cdiscount.category"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read the whole tree of categories. Yields after each stored page."""
        config = jobs.config_id
        client = config._get_client().categories

        def store(page):
            return [category.reference for category in page], self._store_page(config, page)

        downloads = self.env["cdiscount.catalogue.download"]
        download, seen = yield from downloads._run(
            jobs, "category", lambda first: client.pages(first=first), store, lambda: self._count(client)
        )
        self._link(config)
        download._finish(jobs, self._name, "reference", seen)
        self._used(config)._ensure_properties()

    @api.model
    def _count(self, client):
        """How many categories there are; 0 where the marketplace does not tell in a way that is understood."""
        try:
            return client.count()
        except (NotFound, ProtocolError):
            return 0


class CdiscountBrandDownload(models.Model):
    _inherit = "cdiscount.brand"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read all brands. Yields after each stored page."""
        config = jobs.config_id
        client = config._get_client().categories

        def store(page):
            return [brand.label for brand in page], self._store_page(config, page)

        downloads = self.env["cdiscount.catalogue.download"]
        download, seen = yield from downloads._run(jobs, "brand", lambda first: client.brand_pages(first=first), store)
        download._finish(jobs, self._name, "name", seen)


class CdiscountConfigReferentials(models.Model):
    _inherit = "cdiscount.config"

    download_ids = fields.One2many("cdiscount.catalogue.download", "config_id", "Downloads", readonly=True)

    def action_pull_categories(self):
        """Download categories and brands now."""
        self._pull_referentials(["category_pull", "brand_pull"])
        return self._notify(_("Categories and brands are being downloaded."))

    def _pull_referentials(self, operations):
        check_access(self, "write")
        for config in self:
            config._require_connection()
            for operation in operations:
                self.env["cdiscount.queue"].sudo()._enqueue(config, operation, "all", payload={"asked": True})

    def _schedule_due_jobs(self, now):
        """Categories and brands come with the connection and are read again each week.

        What an account may not read is asked for once a day, not each minute anew.
        """
        done_above = super()._schedule_due_jobs(now)
        known = {download.kind: download for download in self.sudo().download_ids}
        for kind, operation in (("category", "category_pull"), ("brand", "brand_pull")):
            download = known.get(kind)
            tried, done = (download.started_at, download.finished_at) if download else (None, None)
            if (not done or now - done >= REFRESHED) and (not tried or now - tried >= TRIED_AGAIN):
                self.env["cdiscount.queue"]._enqueue(self, operation, "all", wake=False)
        return done_above
