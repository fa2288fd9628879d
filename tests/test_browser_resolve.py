"""A held order at the screen, in a real Chromium: who may not decide is told whom to ask."""

from odoo.tests import new_test_user, tagged

from .browser_case import BrowserCase
from .common import CdiscountCase

ASK = """
    await press("action_resolve");
    await read(".modal .alert-warning", "Ask");
    if (seen("button[name='action_apply']")) { throw new Error("a User is offered to decide"); }
"""


@tagged("post_install", "-at_install")
class TestBrowserResolve(CdiscountCase, BrowserCase):
    def setUp(self):
        super().setUp()
        self.lamp = self.make_product("DESK-LAMP", name="Desk lamp")
        self.order = self.place_order(lines=[{"sku": "UNHEARD-OF", "gtin": None, "unit_price": "19.90"}])
        self.pull()

    def test_a_user_sees_what_is_missing_and_whom_to_ask(self):
        new_test_user(self.env, "packer-one", "cdiscount_store_management.group_user")
        mapping = self.mapping(self.order)
        ready = "button[name='action_resolve']"
        self.play(self.record_action(mapping), ASK, mapping, ready=ready, login="packer-one")
        self.assertEqual(mapping.state, "held")
        self.assertEqual(mapping.state, "held")
