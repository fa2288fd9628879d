"""A held order is resolved at the screen, in a real Chromium: the product is linked, the order becomes a sale order."""

from odoo.tests import new_test_user, tagged

from .browser_case import BrowserCase
from .common import CdiscountCase

RESOLVE = """
    await press("action_resolve");
    await read(".modal div[name='product_line_ids'] tr.o_data_row", "UNHEARD-OF");
    await press("action_apply");
    await refused("Nothing is decided yet");
    (await see("div[name='product_line_ids'] tr.o_data_row td[name='product_id']")).click();
    await pick("div[name='product_line_ids'] td[name='product_id'] input", "Desk lamp");
    await wait(() => seen("div[name='product_line_ids'] td[name='product_id'] input")?.value.includes("Desk lamp"));
    await press("action_apply");
    await gone(".modal");
    await wait(() => document.querySelector(".o_form_view div[name='order_line']")?.textContent.includes("Desk lamp"));
"""

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

    def test_the_product_is_linked_and_the_order_becomes_a_sale_order(self):
        mapping = self.mapping(self.order)
        self.assertEqual(mapping.state, "held")
        self.play(self.record_action(mapping), RESOLVE, mapping, ready="button[name='action_resolve']")
        sale = self.assert_imported_once(self.order)
        self.assertEqual(sale.order_line[:1].product_id, self.lamp)
        known = self.env["cdiscount.product.mapping"].search([("seller_reference", "=", "UNHEARD-OF")])
        self.assertEqual(known.product_id, self.lamp, "the next order finds it by itself")

    def test_a_user_sees_what_is_missing_and_whom_to_ask(self):
        new_test_user(self.env, "packer-one", "cdiscount_store_management.group_user")
        mapping = self.mapping(self.order)
        ready = "button[name='action_resolve']"
        self.play(self.record_action(mapping), ASK, mapping, ready=ready, login="packer-one")
        self.assertEqual(mapping.state, "held")
        self.assertEqual(mapping.state, "held")
