"""An offer is published at the screen, in a real Chromium: it becomes live, or says why Cdiscount refused it."""

from odoo.tests import tagged

from .browser_case import BrowserCase
from .offers_case import OffersCase

PUBLISH = """
    for (const id of offers) {
        await openRecord("cdiscount.product.mapping", id);
        await wait(() => seen("div[name='seller_reference']") && seen("button[name='action_publish']"));
        await press("action_publish");
        await see("button[name='action_unpublish']");
    }
"""

LOOK = """
    // Where there is no room for every step, Odoo shows the present one alone.
    const status = ".o_statusbar_status .o_arrow_button_current, .o_statusbar_status .btn:not(.o_arrow_button)";
    await openRecord("cdiscount.product.mapping", offers[0]);
    await read(".o_form_view", "NEW-0");
    await read(status, "Published");
    await openRecord("cdiscount.product.mapping", offers[1]);
    await read(".o_form_view", "NEW-1");
    await read(".alert-danger", "The eco-tax is wrong");
    await read(status, "Refused");
"""


@tagged("post_install", "-at_install")
class TestBrowserPublish(OffersCase, BrowserCase):
    def test_one_offer_becomes_live_and_another_shows_why_it_was_refused(self):
        offers = self.make_offers(2)
        self.sandbox("refusals", sku="NEW-1", code="ECO-1", message="The eco-tax is wrong", times=None)
        ready = ".o_list_view, .o_view_nocontent"
        self.play("action_product_mapping", PUBLISH, ready=ready, offers=offers.ids)
        self.assertEqual(offers.mapped("publish"), [True, True])
        self.send()
        there = self.there("NEW-0")
        self.assertEqual((float(there["price"]), there["quantity"]), (24.99, 12))
        self.assertEqual(offers.mapped("state"), ["live", "rejected"])
        self.play("action_product_mapping", LOOK, ready=ready, offers=offers.ids)
        self.play("action_product_mapping", LOOK, ready=ready, offers=offers.ids)
