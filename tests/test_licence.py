"""The licence key in Settings: seen, explained, and without power over the work."""

from datetime import date, timedelta
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, tagged

from ..models.licence.licence import CdiscountLicence
from ..services.rules.licence import Licence, public_text, sign
from .common import CdiscountCase

PAIR = Ed25519PrivateKey.generate()


def make_key(domain="shop.example", days=365):
    expires = date.today() + timedelta(days=days)
    return sign(Licence("T1", "Acme SARL", (domain,), date.today() - timedelta(days=900), expires), PAIR)


@tagged("post_install", "-at_install")
class TestLicence(TransactionCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(CdiscountLicence, "_public_keys", lambda model: (public_text(PAIR),)))
        self.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.shop.example")

    def settings(self, key):
        form = Form(self.env["res.config.settings"])
        form.cdiscount_licence_key = key
        return form

    def test_a_key_is_explained_while_it_is_typed_and_kept(self):
        form = self.settings(make_key())
        self.assertEqual(form.cdiscount_licence_state, "active")
        self.assertEqual(form.cdiscount_licensee, "Acme SARL")
        form.save().execute()
        self.assertEqual(self.env["cdiscount.licence"]._status()["state"], "active")

    def test_each_state_says_what_to_do(self):
        for key, state, word in (
            ("", "none", "enter the key"),
            (make_key(days=-1), "expired", "renew"),
            (make_key("other.example"), "other_domain", "other.example"),
            ("CSM1.half", "invalid", "Copy it again"),
            (make_key(days=10), "active", "Renew it in time"),
        ):
            status = self.env["cdiscount.licence"]._status(key)
            self.assertEqual(status["state"], state)
            self.assertIn(word, status["note"])

    def test_a_broken_key_is_refused_before_it_replaces_a_good_one(self):
        self.settings(make_key()).save().execute()
        with self.assertRaisesRegex(ValidationError, "not saved"):
            self.settings(make_key()[:-20]).save().execute()
        self.assertEqual(self.env["cdiscount.licence"]._status()["state"], "active")


@tagged("post_install", "-at_install")
class TestNoLicence(CdiscountCase):
    def test_orders_keep_flowing_without_and_with_an_expired_key(self):
        for key in ("", make_key(days=-1), "nonsense"):
            self.env["ir.config_parameter"].set_param("cdiscount_store_management.licence_key", key)
            order = self.place_order(lines=[{"sku": "CSM-0001"}])
            self.pull()
            self.assert_imported_once(order)
