"""The pictures of product sheets: their public addresses, and their sizes without reading every file again."""

import io
import logging
import os

from PIL import Image

from odoo import api, fields, models
from odoo.tools.misc import consteq, hmac

from ...compat import constraints
from ...services.rules.product_sheet import Picture

_logger = logging.getLogger(__name__)

PICTURE_PATH = "/cdiscount/picture"
SCOPE = "cdiscount_store_management.picture"
TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "webp": "image/webp",
}
"""Kinds of files the marketplace takes (contract §5.3), as they are served."""
UNREADABLE = "unknown"
PUBLISHED_STATES = ("waiting", "submitted", "validated", "live", "refused")

KEEP = """
INSERT INTO cdiscount_picture_size (checksum, width, height, format, create_date, write_date)
SELECT row.*, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
  FROM unnest(%s::text[], %s::int[], %s::int[], %s::text[]) AS row
    ON CONFLICT (checksum) DO NOTHING
"""


class CdiscountPictureSize(models.Model):
    """Width and height of a file, by its checksum: a picture is opened once, however often its product is checked."""

    _name = "cdiscount.picture.size"
    _description = "Cdiscount Picture Size"

    vars().update(constraints(("checksum_uniq", "unique(checksum)", "The size of this picture is known already.")))

    checksum = fields.Char(required=True, readonly=True)
    width = fields.Integer(readonly=True)
    height = fields.Integer(readonly=True)
    format = fields.Char(readonly=True)

    @api.model
    def _of_attachments(self, attachments):
        """Return ``{checksum: (width, height, format)}``; 0 pixels and "unknown" for a file that is no picture."""
        wanted = {one.checksum: one for one in attachments if one.checksum}
        self.flush_model()
        self.env.cr.execute(
            "SELECT checksum, width, height, format FROM cdiscount_picture_size WHERE checksum = ANY(%s)",
            (list(wanted),),
        )
        found = {checksum: (width, height, kind) for checksum, width, height, kind in self.env.cr.fetchall()}
        new = {checksum: self._measure(wanted[checksum]) for checksum in wanted if checksum not in found}
        if new:
            widths, heights, kinds = (list(column) for column in zip(*new.values(), strict=True))
            self.env.cr.execute(KEEP, (list(new), widths, heights, kinds))
        return {**found, **new}

    @api.autovacuum
    def _gc_gone(self):
        """Forget files that are no longer stored."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_picture_size known
             WHERE NOT EXISTS (SELECT 1 FROM ir_attachment file WHERE file.checksum = known.checksum)
            """
        )

    @api.model
    def _measure(self, attachment):
        """Return (width, height, format) of one file; no more than its beginning is read where possible."""
        path = attachment._full_path(attachment.store_fname) if attachment.store_fname else ""
        try:
            if path and os.path.isfile(path):
                with Image.open(path) as image:
                    return (*image.size, (image.format or UNREADABLE).lower())
            raw = attachment.raw or b""
            # A hundred files are not kept in memory together.
            attachment.invalidate_recordset(["raw", "datas"], flush=False)
            with Image.open(io.BytesIO(raw)) as image:
                return (*image.size, (image.format or UNREADABLE).lower())
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            _logger.info("Cdiscount: attachment %s is no picture that can be read: %s", attachment.id, error)
            kind = (attachment.mimetype or "").partition("/")[2].partition("+")[0]
            return 0, 0, kind if kind and kind not in TYPES else UNREADABLE


class CdiscountSheetPicture(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _sheet_pictures(self, config, places):
        """Return ``{product.id: (Picture, ...)}``.

        :param places: ``{product.id: ((model, record id, field), ...)}`` as the field mapping gives them
        """
        stored = self._picture_attachments({place for found in places.values() for place in found})
        sizes = self.env["cdiscount.picture.size"].sudo()._of_attachments(stored.values())
        base = config._picture_base()
        return {
            product_id: tuple(
                self._prepare_picture(config, base, product_id, stored[place], sizes)
                for place in found
                if place in stored
            )
            for product_id, found in places.items()
        }

    @api.model
    def _prepare_picture(self, config, base, product_id, attachment, sizes):
        width, height, kind = sizes.get(attachment.checksum, (0, 0, UNREADABLE))
        return Picture(
            url=base + self._picture_address(config, product_id, attachment, kind),
            width=width or None,
            height=height or None,
            size=attachment.file_size or None,
            format=kind,
        )

    @api.model
    def _picture_attachments(self, places):
        """Return ``{place: attachment}`` with one query; no file is opened."""
        attachments = self.env["ir.attachment"].sudo()
        if not places:
            return {}
        owners, ids, names = (list(set(column)) for column in zip(*places, strict=True))
        found = attachments.search_fetch(
            [("res_model", "in", owners), ("res_id", "in", ids), ("res_field", "in", names)],
            ["res_model", "res_id", "res_field", "checksum", "file_size", "mimetype", "store_fname"],
            order="id",
        )
        by_place = {(one.res_model, one.res_id, one.res_field): one for one in found}
        return {place: by_place[place] for place in places if place in by_place}

    # ------------------------------------------------------------------ addresses
    @api.model
    def _picture_address(self, config, product_id, attachment, kind):
        """Return the path of a picture: the same as long as the file is, another one with another file."""
        ending = {"jpeg": "jpg"}.get(kind, kind if kind in TYPES else "bin")
        token = self._picture_token(config.id, product_id, attachment)
        return f"{PICTURE_PATH}/{config.id}/{product_id}/{attachment.id}/{token}.{ending}"

    @api.model
    def _picture_token(self, config_id, product_id, attachment):
        """Return what nobody can guess who does not know the secret of this database."""
        about = (config_id, product_id, attachment.id, attachment.checksum or "")
        return hmac(self.env(su=True), SCOPE, about)[:40]

    @api.model
    def _served_picture(self, config_id, product_id, attachment_id, token):
        """Return (attachment, mimetype) of a public address, or (None, "") unless the account publishes it.

        Called for people nobody knows, as superuser: the token decides first, and nothing is told of why.
        """
        attachment = self.env["ir.attachment"].browse(attachment_id).exists()
        if not attachment.checksum or not consteq(self._picture_token(config_id, product_id, attachment), token):
            return None, ""
        published = self.search_count(
            [
                ("config_id", "=", config_id),
                ("config_id.active", "=", True),
                ("product_id", "=", product_id),
                ("product_id.active", "=", True),
                *self._published_domain(),
            ],
            limit=1,
        )
        kind = self.env["cdiscount.picture.size"]._of_attachments(attachment)[attachment.checksum][2]
        return (attachment, TYPES[kind]) if published and kind in TYPES else (None, "")

    @api.model
    def _published_domain(self):
        """Return which offers the marketplace may fetch pictures of: those it has, and those it is about to get."""
        return ["|", ("publish", "=", True), ("sheet_state", "in", PUBLISHED_STATES)]
