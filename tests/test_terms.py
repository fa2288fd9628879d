"""Nothing a person reads is missing from the translation template."""

import io
import os
from pathlib import Path
from unittest.mock import patch

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import translate

ADDON = "cdiscount_store_management"
NO_TERMS = {"tests", "sandbox", "tools", "benchmarks", "__pycache__", "node_modules"}
real_walk = os.walk


def walk_the_addon(top, **options):
    """os.walk, where Odoo looks for terms, of this addon only: looking through all of Odoo takes most of a minute."""
    folder = Path(top) / ADDON
    if folder.is_dir():
        for root, folders, files in real_walk(folder):
            folders[:] = [name for name in folders if name not in NO_TERMS and not name.startswith(".")]
            yield root, folders, files


@tagged("post_install", "-at_install")
class TestTerms(TransactionCase):
    def test_every_term_of_the_addon_is_in_the_template(self):
        written = io.BytesIO()
        with patch.object(translate.os, "walk", walk_the_addon):
            reader = translate.TranslationModuleReader(self.env.cr, modules=[ADDON], lang=None)
        translate.TranslationFileWriter(written, fileformat="po", lang=None).write_rows(reader)
        known = {entry.msgid for entry in polib.pofile(str(Path(__file__).parents[1] / "i18n" / f"{ADDON}.pot"))}
        # The name of a model of Odoo's own that the addon extends is Odoo's word; which ones differs between series.
        odoos = f"model:ir.model,name:{ADDON}.model_ir_"
        found = {
            entry.msgid
            for entry in polib.pofile(written.getvalue().decode())
            if not all(place.startswith(odoos) for place, _line in entry.occurrences)
        }
        self.assertGreater(len(found), 500)
        self.assertFalse(found - known, "run tools/i18n and translate what it names")
