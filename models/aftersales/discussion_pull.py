"""Reading discussions: what has changed since the last look, and the messages of only that."""

import time
from datetime import timezone

from odoo import _, api, fields, models

from ...services.errors import AccessDenied, NotFound
from ...services.rules.watermark import next_watermark

TYPOLOGIES_HOURS = 24


class CdiscountDiscussionPull(models.Model):
    _inherit = "cdiscount.discussion"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read what has changed, page by page; each page is kept before the next one is asked for.

        A login without the right to messages is no failure: it is said where the user looks, and tried again later.
        """
        config, begin = jobs.config_id.sudo(), time.monotonic()
        now = fields.Datetime.now()
        config._note_facts(last_discussion_pull_at=now)
        discussions = self.sudo().with_company(config.company_id)
        api_ = config._get_client().discussions
        start = config._discussions_from(now).replace(tzinfo=timezone.utc)
        seen, changed = [], 0
        try:
            discussions._read_typologies(config, api_)
            for channel in config._order_channels():
                for page in api_.changed_since(start, channel.code):
                    found = discussions._store_page(config, page)
                    found._request_read()
                    changed += len(found)
                    seen += found.mapped("marketplace_updated_at")
                    yield
        except (AccessDenied, NotFound):
            # The connection test takes a 404 for the same: the family of endpoints is not there for this login.
            config._note_discussions_denied()
            return
        config._note_discussions_allowed()
        watermark = next_watermark(config.discussion_watermark or None, filter(None, seen), now)
        if watermark and watermark != config.discussion_watermark:
            config._note_facts(discussion_watermark=watermark)
        discussions._link_leftovers(config)
        discussions._sign_due(config)
        if changed:
            self.env["cdiscount.sync.log"]._add(
                config,
                "discussion_pull",
                _("Discussions that are new or have changed: %s.", changed),
                records=changed,
                duration=time.monotonic() - begin,
            )

    def _read_typologies(self, config, api_):
        """Have Cdiscount name its reasons, once a day."""
        last = config.typologies_read_at
        if last and (fields.Datetime.now() - last).total_seconds() < TYPOLOGIES_HOURS * 3600:
            return
        self.env["cdiscount.discussion.typology"]._store_named(config, api_.typologies())
        config._note_facts(typologies_read_at=fields.Datetime.now())

    def _request_read(self, eta=None):
        """Ask the queue for the messages of these discussions."""
        for config, some in self.grouped("config_id").items():
            keys = [key for key in some.mapped("external_id") if key]
            if keys:
                self.env["cdiscount.queue"].sudo()._enqueue(config, "discussion_read", keys, eta=eta)

    @api.model
    def _job_read(self, jobs):
        """Queue operation: read these discussions with their messages (the keys are Cdiscount's numbers)."""
        config = jobs.config_id.sudo()
        discussions = self.sudo().with_company(config.company_id)
        api_ = config._get_client().discussions
        raws = []
        for key in jobs.mapped("key"):
            try:
                raws.append(api_.get(key))
            except NotFound:
                continue  # gone meanwhile: what was read of it stays
            except AccessDenied:
                config._note_discussions_denied()
                break
        discussions._store_details(config, raws)
