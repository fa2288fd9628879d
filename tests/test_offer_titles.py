"""Offers nobody has linked get their titles from their sheets: not too many a day, and nobody's product is touched."""

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from ..models.catalog import offer_title
from ..services.errors import InvalidRequest
from ..services.resources import offers as offer_resource
from ..services.resources import products as product_resource
from .test_offer_import import OfferImportCase


@tagged("post_install", "-at_install")
class TestOfferTitles(OfferImportCase):
    def setUp(self):
        super().setUp()
        self.config.title_read_limit = 500

    def titles(self):
        items = self.sandbox("catalogue", method="GET")
        items = items["items"] if isinstance(items, dict) else items
        return {item["sku"]: item["title"] for item in items}

    def titled(self):
        return self.offers().filtered("title")

    def title_jobs(self, *states):
        return self.env["cdiscount.queue"].search(
            [("operation", "=", "product_fetch"), ("key", "=", "titles"), ("state", "in", states)]
        )

    def pass_days(self, days):
        """Let days go by for what was asked and for the jobs that wait."""
        self.env.flush_all()
        for table, column in (("cdiscount_product_mapping", "title_asked_at"), ("cdiscount_queue", "eta")):
            self.env.cr.execute(f"UPDATE {table} SET {column} = {column} - %s * interval '1 day'", (days,))
        self.env.invalidate_all()

    def start_suggesting(self):
        self.env["cdiscount.queue"].search([("operation", "=", "offer_suggest"), ("state", "=", "pending")]).eta = False
        self.run_queue()

    # ------------------------------------------------------------------ titles come
    def test_offers_not_linked_have_their_title_after_a_reading_and_linked_ones_are_left_alone(self):
        name = self.product.name
        self.assertEqual(self.env["cdiscount.config"].default_get(["title_read_limit"]), {"title_read_limit": 500})
        self.read_offers()
        titles = self.titles()
        lonely = self.offers(product_id=False)
        self.assertEqual(len(lonely), 59)
        self.assertEqual(
            {o.seller_reference: o.title for o in lonely}, {o: titles[o] for o in titles if o != "CSM-0001"}
        )
        linked = self.offer("CSM-0001")
        self.assertEqual((linked.title, linked.title_asked_at, self.product.name), (False, False, name))
        self.assertEqual(linked.shown_title, name)
        self.assertEqual(self.calls("/products"), 59)
        self.assertEqual(len(self.title_jobs("done")), 2, "fifty sheets a job")
        self.read_offers()
        self.assertEqual(self.calls("/products"), 59, "what is known is not asked for again")

    def test_suggestions_by_name_are_found_once_the_titles_are_there(self):
        title = self.titles()["CSM-0002"]
        product = self.make_product("QQ-77", name=title)
        self.config.title_read_limit = 0
        self.read_offers()
        self.start_suggesting()
        offer = self.offer("CSM-0002")
        self.assertTrue(offer.suggested_at)
        self.assertNotEqual(offer.suggestion_id, product)
        self.config.title_read_limit = 500
        action = (offer | self.offer("CSM-0003")).with_user(self.manager).action_suggest()
        self.assertIn("59", action["params"]["message"])
        self.run_queue()
        self.start_suggesting()
        self.assertEqual((offer.suggestion_id, offer.suggestion_reason), (product, "similar_name"))
        self.assertFalse(offer.product_id, "a suggestion decides nothing")

    def test_ignored_offers_and_offers_without_gtin_cost_no_call(self):
        self.config.title_read_limit = 0
        self.read_offers()
        self.offer("CSM-0002").action_ignore()
        self.offer("CSM-0003").gtin = False
        self.config.title_read_limit = 500
        self.env["cdiscount.product.mapping"]._request_titles(self.config)
        self.run_queue()
        self.assertEqual(self.calls("/products"), 57)
        self.assertFalse(self.offer("CSM-0002").title or self.offer("CSM-0003").title)
        self.assertFalse(self.title_jobs("pending", "waiting_retry", "failed"))

    # ------------------------------------------------------------------ not too many
    def test_no_more_than_the_limit_a_day_and_the_rest_the_next_day(self):
        self.config.title_read_limit = 20
        self.read_offers()
        self.assertEqual((self.calls("/products"), len(self.titled())), (20, 20))
        self.read_offers()
        self.mappings.action_suggest()
        self.run_queue()
        self.assertEqual(self.calls("/products"), 20)
        waiting = self.title_jobs("pending")
        self.assertEqual(len(waiting), 1)
        self.assertGreater(waiting.eta, fields.Datetime.now())
        self.pass_days(1)
        self.run_queue()
        self.assertEqual((self.calls("/products"), len(self.titled())), (40, 40))

    def test_nothing_is_asked_for_when_the_limit_is_zero(self):
        self.config.title_read_limit = 0
        self.read_offers()
        self.mappings.action_suggest()
        self.run_queue()
        self.assertEqual(self.calls("/products"), 0)
        self.assertFalse(self.title_jobs("pending", "done"))

    def test_what_the_marketplace_does_not_know_is_asked_for_again_after_a_week(self):
        self.patch(product_resource.Products, "find", lambda products, gtin: seen.append(gtin))
        seen = []
        self.read_offers()
        self.assertEqual((len(seen), len(self.titled())), (59, 0))
        self.pass_days(6)
        self.read_offers()
        self.assertEqual(len(seen), 59)
        self.pass_days(2)
        self.read_offers()
        self.assertEqual(len(seen), 118)

    # ------------------------------------------------------------------ faults
    def test_an_outage_keeps_what_was_read_and_goes_on_with_the_rest(self):
        self.fault("answer", path="/products", after=30, times=4, params={"status": 503})
        self.read_offers()
        self.assertEqual(len(self.titled()), 30)
        before = self.calls("/products")
        self.title_jobs("waiting_retry", "failed").action_retry()
        self.run_queue()
        self.assertEqual(len(self.titled()), 59)
        self.assertEqual(self.calls("/products") - before, 29)

    def test_gtins_that_are_refused_here_and_there_do_not_hold_up_the_others(self):
        original = product_resource.Products.find
        refused = []

        def find(products, gtin):
            if gtin in refused:
                raise InvalidRequest("invalid_request", {})
            return original(products, gtin)

        self.patch(product_resource.Products, "find", find)
        self.config.title_read_limit = 0
        self.read_offers()
        self.config.title_read_limit = 500
        bad = self.offers(product_id=False)[4:20:2]
        refused += bad.mapped("gtin")
        self.mappings._request_titles(self.config)
        self.run_queue()
        self.assertGreater(len(bad), offer_title.REFUSALS)
        self.assertEqual(self.titled(), self.offers(product_id=False) - bad)
        self.assertTrue(all(bad.mapped("title_asked_at")))

    def test_when_every_call_is_refused_a_few_are_enough_to_know(self):
        seen = []

        def find(products, gtin):
            seen.append(gtin)
            raise InvalidRequest("invalid_request", {})

        self.patch(product_resource.Products, "find", find)
        self.read_offers()
        self.assertEqual(len(seen), offer_title.REFUSALS)
        self.assertEqual(len(self.title_jobs("failed")), 1)
        self.assertFalse(self.offers().filtered("title_asked_at"), "they are asked for when this is solved")

    def test_an_offer_linked_meanwhile_keeps_what_it_has(self):
        self.config.title_read_limit = 0
        self.read_offers()
        offer = self.offer("CSM-0002")
        sheet = self.config._get_client().products.find(offer.gtin)
        product = self.make_product("MINE", name="My own name")
        offer.product_id = product
        self.mappings._keep_titles({offer.id: sheet, self.offer("CSM-0003").id: None, -1: sheet})
        self.assertEqual((offer.title, offer.shown_title, product.name), (False, "My own name", "My own name"))

    # ------------------------------------------------------------------ statements
    def statements_of(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.counted() as statements:
            work()
            self.env.flush_all()
        return len(statements)

    def test_fifty_titles_take_as_many_statements_as_five_and_so_do_shown_titles(self):
        self.config.title_read_limit = 0
        self.read_offers()
        client = self.config._get_client()
        offers = self.offers(product_id=False)
        sheets = {offer.id: client.products.find(offer.gtin) for offer in offers[:56]}
        asked = list(sheets.items())
        self.mappings._keep_titles(dict(asked[:1]))
        few = self.statements_of(lambda: self.mappings._keep_titles(dict(asked[1:6])))
        many = self.statements_of(lambda: self.mappings._keep_titles(dict(asked[6:])))
        self.assertEqual(few, many)
        self.assertEqual(len(self.titled()), 56)
        for number, offer in enumerate(offers):
            offer.with_context(tracking_disable=True).product_id = self.make_product(f"P-{number}")
        offers.title = False
        few = self.statements_of(lambda: offers.browse(offers[:5].ids).mapped("shown_title"))
        many = self.statements_of(lambda: offers.browse(offers[5:].ids).mapped("shown_title"))
        self.assertLessEqual(many, few)

    # ------------------------------------------------------------------ an empty answer
    def test_a_list_without_offers_takes_nothing_for_gone_and_is_told_once(self):
        self.config.title_read_limit = 0
        self.read_offers()
        self.later()

        def pages(resource, filters, cursor="", limit=1000):
            yield offer_resource.OfferPage((), 0, "")

        self.patch(offer_resource.Offers, "pages", pages)
        for _again in range(2):
            walk = self.read_offers()
            self.assertEqual((walk.state, walk.read_count, walk.gone_count), ("done", 0, 0))
        self.assertFalse(self.offers(offer_state="absent"))
        lines = self.env["cdiscount.sync.log"].search([("cause_code", "=", "no_offers_listed")])
        self.assertEqual(len(lines), 1)
        self.assertIn("lists no offers", lines.message)

    # ------------------------------------------------------------------ the account's form
    def test_the_tabs_of_the_account_are_in_the_order_of_the_work(self):
        arch = etree.fromstring(self.env["cdiscount.config"].with_user(self.manager).get_view(view_type="form")["arch"])
        names = [page.get("name") for page in arch.xpath("//notebook[.//page[@name='checks']]/page")]
        expected = ["checks", "orders", "shipping", "catalogue", "prices", "categories", "stock", "addresses"]
        self.assertEqual([name for name in names if name in expected], expected)
