"""Offers of the shop come in once, are linked with what is theirs, and follow what happens on the marketplace."""

from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.catalog import offer_pull
from ..services.errors import NetworkError
from ..services.resources import offers as offer_resource
from .common import CdiscountCase


class OfferImportCase(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.mappings = self.env["cdiscount.product.mapping"]
        self.walks = self.env["cdiscount.offer.walk"]

    def small_pages(self, size):
        """Pages of ``size`` offers, so that a shop of sixty has several."""
        original = offer_resource.read_page

        def read_page(client, path, params, cursor="", limit=1000, *args, **kwargs):
            return original(client, path, params, cursor, size, *args, **kwargs)

        original_walk = offer_resource.walk_pages

        def walk_pages(client, path, params, cursor="", limit=1000, *args, **kwargs):
            return original_walk(client, path, params, cursor, size, *args, **kwargs)

        self.patch(offer_resource, "read_page", read_page)
        self.patch(offer_resource, "walk_pages", walk_pages)

    def read_offers(self, kind="full", config=None, channels=None):
        """Read the offers of the account; return the last reading."""
        config = config or self.config
        self.walks._start(config, channels, kind)
        self.run_queue(config)
        return self.walks.search([("config_id", "=", config.id)], limit=1)

    def offers(self, config=None, **domain):
        config = config or self.config
        return self.mappings.search([("config_id", "=", config.id), *((k, "=", v) for k, v in domain.items())])

    def offer(self, sku):
        found = self.offers(seller_reference=sku)
        self.assertEqual(len(found), 1, sku)
        return found

    def expected_offers(self, channel="CDISFR"):
        return {row["sku"]: row for row in self.sandbox(f"offers?rows=full&channel={channel}", method="GET")["rows"]}

    def assert_as_on_the_channel(self, records, channel="CDISFR"):
        """Every offer of the channel is there once, with its price, state and quantity."""
        rows = self.expected_offers(channel)
        self.assertEqual(sorted(records.mapped("seller_reference")), sorted(rows))
        for record in records:
            row = rows[record.seller_reference]
            self.assertAlmostEqual(record.price, float(row["price"]), 2)
            self.assertAlmostEqual(record.origin_price, float(row["origin_price"] or 0), 2)
            self.assertEqual(record.offer_state, row["state"].lower())

    def later(self):
        """Make every stamp of the database old, so that a new one shows."""
        self.env.flush_all()
        for table in ("cdiscount_product_mapping", "cdiscount_channel_offer"):
            self.env.cr.execute(f"UPDATE {table} SET write_date = '2020-01-01', offer_read_at = '2020-01-01'")
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestOfferImport(OfferImportCase):
    def test_every_offer_comes_in_once_with_its_price_and_state(self):
        walk = self.read_offers()
        self.assert_as_on_the_channel(self.offers())
        self.assertEqual((walk.state, walk.kind, walk.read_count, walk.created_count), ("done", "full", 60, 60))
        rows = self.expected_offers()
        for mapping in self.offers():
            self.assertEqual(mapping.quantity_read, rows[mapping.seller_reference]["quantity"])
            self.assertEqual(mapping.gtin, rows[mapping.seller_reference]["gtin"])
            self.assertEqual(mapping.state, "live" if mapping.offer_state == "active" else "inactive")
            self.assertTrue(mapping.offer_id and mapping.product_reference and mapping.offer_read_at)
            self.assertFalse(mapping.publish, "nobody has said that Odoo publishes it")
        self.assertEqual(self.offer("CSM-0001").product_id, self.product)
        self.assertEqual(self.offer("CSM-0001").origin, "sku")
        self.assertEqual((walk.linked_count, walk.unlinked_count), (1, 59))

    def test_the_second_run_creates_and_writes_nothing(self):
        self.read_offers()
        products = self.env["product.product"].search_count([])
        self.later()
        walk = self.read_offers()
        self.assertEqual(len(self.offers()), 60)
        self.assertEqual({str(day) for day in self.offers().mapped("write_date")}, {"2020-01-01 00:00:00"})
        self.assertNotIn("2020", {str(moment)[:4] for moment in self.offers().mapped("offer_read_at")})
        self.assertEqual(self.env["product.product"].search_count([]), products)
        self.assertEqual((walk.created_count, walk.changed_count, walk.gone_count), (0, 0, 0))

    def test_only_what_changed_is_written_and_only_changes_are_asked_for(self):
        self.read_offers()
        self.sandbox("clock", advance=7200)
        self.sandbox("offers/CSM-0002", price=12.34)
        self.later()
        walk = self.read_offers(kind=None)
        self.assertEqual((walk.kind, walk.read_count, walk.changed_count), ("changes", 1, 1))
        self.assertAlmostEqual(self.offer("CSM-0002").price, 12.34)
        written = self.offers().filtered(lambda mapping: mapping.write_date.year > 2020)
        self.assertEqual(written.mapped("seller_reference"), ["CSM-0002"])

    def test_once_a_day_everything_is_read_without_being_asked_for(self):
        first = self.read_offers(kind=None)
        self.assertEqual(first.kind, "full")
        self.assertEqual(self.read_offers(kind=None).kind, "changes")
        self.env.cr.execute("UPDATE cdiscount_offer_walk SET started_at = started_at - interval '25 hours'")
        self.env.invalidate_all()
        self.assertEqual(self.read_offers(kind=None).kind, "full")

    # ------------------------------------------------------------------ what is gone
    def test_an_offer_that_is_gone_is_absent_after_everything_was_read(self):
        self.read_offers()
        self.sandbox("clock", advance=7200)
        self.sandbox("offers/CSM-0005", method="DELETE")
        self.sandbox("offers/CSM-0006", price=5.00)
        self.later()
        self.assertEqual(self.read_offers(kind="changes").read_count, 1)
        self.assertNotEqual(self.offer("CSM-0005").offer_state, "absent", "changes do not tell what is gone")
        self.later()
        walk = self.read_offers()
        gone = self.offers(offer_state="absent")
        self.assertEqual(gone.mapped("seller_reference"), ["CSM-0005"])
        self.assertEqual((gone.state, walk.gone_count), ("inactive", 1))

    def test_an_offer_that_comes_back_is_there_again(self):
        self.read_offers()
        mapping = self.offer("CSM-0005")
        gtin = mapping.gtin
        self.sandbox("offers/CSM-0005", method="DELETE")
        self.later()
        self.read_offers()
        self.assertEqual(mapping.offer_state, "absent")
        self.sandbox("offers", sku="CSM-0005", gtin=gtin, price=9.99, quantity=3)
        self.read_offers()
        self.assertEqual((mapping.offer_state, mapping.state, mapping.price), ("active", "live", 9.99))

    def test_a_list_that_forgets_an_offer_does_not_take_it_off_sale(self):
        self.read_offers()
        self.later()
        original = offer_resource.Offers.pages

        def pages(resource, filters, cursor="", limit=1000):
            for page in original(resource, filters, cursor, limit):
                kept = page.items if filters.skus else tuple(o for o in page.items if o.sku != "CSM-0007")
                yield offer_resource.OfferPage(kept, page.rejected, page.next_cursor)

        with patch.object(offer_resource.Offers, "pages", pages):
            walk = self.read_offers()
        self.assertEqual((walk.state, walk.read_count, walk.gone_count), ("done", 59, 0))
        self.assertFalse(self.offers(offer_state="absent"))

    def test_what_was_sent_meanwhile_is_not_taken_for_gone(self):
        self.read_offers()
        mapping = self.offer("CSM-0005")
        self.sandbox("offers/CSM-0005", method="DELETE")
        self.later()
        mapping.last_pushed_at = "2099-01-01"
        self.read_offers()
        self.assertEqual(mapping.offer_state, "active")

    # ------------------------------------------------------------------ what Odoo publishes keeps its state
    def test_a_publication_under_way_keeps_its_state(self):
        self.read_offers()
        refused, live, off = (self.offer(f"CSM-000{number}") for number in (1, 2, 3))
        refused.write({"publish": True, "state": "rejected"})
        live.write({"publish": True})
        for sku in ("CSM-0001", "CSM-0002", "CSM-0003"):
            self.sandbox(f"offers/{sku}", quantity=0)
        self.read_offers()
        self.assertEqual((refused.state, live.state, off.state), ("rejected", "live", "inactive"))
        self.assertEqual(live.offer_state, "inactive")

    # ------------------------------------------------------------------ faults
    def test_a_bent_offer_costs_one_row_and_one_line_in_the_log(self):
        self.fault("malformed_offer", params={"defect": "missing_reference", "index": 3})
        walk = self.read_offers()
        self.assertEqual((walk.state, walk.read_count, walk.rejected_count, walk.complete), ("done", 59, 1, False))
        lines = self.env["cdiscount.sync.log"].search([("cause_code", "=", "offer_without_sku")])
        self.assertEqual(len(lines), 1)
        self.read_offers()
        self.assert_as_on_the_channel(self.offers())

    def test_a_reading_with_bent_offers_takes_nothing_for_gone(self):
        self.read_offers()
        self.later()
        self.fault("malformed_offer", params={"defect": "offer_not_an_object", "index": 3})
        self.sandbox("offers/CSM-0005", method="DELETE")
        walk = self.read_offers()
        self.assertEqual((walk.gone_count, walk.complete), (0, False))
        self.assertFalse(self.offers(offer_state="absent"))

    def test_what_comes_bent_leaves_what_was_known(self):
        self.read_offers()
        before = {m.seller_reference: (m.price, m.quantity_read, m.gtin, m.offer_state) for m in self.offers()}
        defects = (
            "product_null",
            "null_gtin",
            "price_null",
            "price_text",
            "stock_text",
            "unknown_state",
            "offer_date_garbage",
        )
        for defect in defects:
            self.fault("malformed_offer", params={"defect": defect, "index": 4})
            walk = self.read_offers()
            self.assertEqual(walk.state, "done")
            after = {m.seller_reference: (m.price, m.quantity_read, m.gtin, m.offer_state) for m in self.offers()}
            self.assertEqual(after, before, defect)

    def test_a_list_that_goes_round_in_circles_ends_and_takes_nothing_for_gone(self):
        self.read_offers()
        self.later()
        self.small_pages(20)
        self.sandbox("offers/CSM-0005", method="DELETE")
        self.fault("cursor_repeats", after=1)
        walk = self.read_offers()
        self.assertEqual((walk.state, walk.complete), ("running", False))
        self.env["cdiscount.queue"].search([("operation", "=", "offer_pull")]).action_retry()
        self.run_queue()
        walk.invalidate_recordset()
        self.assertEqual((walk.state, walk.complete, walk.gone_count), ("done", False, 0))
        self.assertFalse(self.offers(offer_state="absent"))

    def test_offers_that_change_and_arrive_meanwhile_are_all_there_after_the_next_reading(self):
        self.small_pages(20)
        self.fault("offers_change", times=3, params={"count": 5})
        self.fault("offers_arrive", times=2, params={"count": 3})
        self.read_offers()
        self.read_offers(kind=None)
        self.assert_as_on_the_channel(self.offers())

    def test_an_outage_in_the_middle_goes_on_with_the_page_it_was_at(self):
        self.small_pages(20)
        self.fault("answer", path="/offers", after=2, times=4, params={"status": 503})
        walk = self.read_offers()
        self.assertEqual((walk.state, walk.read_count), ("running", 40))
        before = self.calls("/offers")
        self.env["cdiscount.queue"].search([("operation", "=", "offer_pull")]).action_retry()
        self.run_queue()
        walk.invalidate_recordset()
        self.assertEqual((walk.state, walk.read_count), ("done", 60))
        self.assertEqual(self.calls("/offers") - before, 1, "what was stored is not read again")
        self.assert_as_on_the_channel(self.offers())

    def test_a_worker_that_dies_between_two_pages_doubles_nothing(self):
        self.small_pages(20)
        original = type(self.walks)._take
        pages = []

        def take(walk, page):
            pages.append(page)
            if len(pages) == 2:
                raise NetworkError("connection_cut", {})
            return original(walk, page)

        with patch.object(type(self.walks), "_take", take):
            walk = self.read_offers()
        self.assertEqual((walk.state, walk.read_count, len(self.offers())), ("running", 20, 20))
        self.env["cdiscount.queue"].search([("operation", "=", "offer_pull")]).action_retry()
        self.run_queue()
        walk.invalidate_recordset()
        self.assertEqual((walk.state, walk.read_count, walk.created_count, len(self.offers())), ("done", 60, 60, 60))
        self.assertEqual(len(self.walks.search([])), 1)

    def test_two_workers_do_not_read_one_channel_at_the_same_time(self):
        walk = self.walks._open(self.config, self.config.sales_channel_id)
        self.assertEqual(
            self.walks._open(self.config, self.config.sales_channel_id), walk, "the second goes on with it"
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            walk.copy()
            self.env.flush_all()
        self.assertEqual(self.env["cdiscount.queue"]._get_operations()["offer_pull"].alone_in, "reading offers")

    def test_a_cursor_that_is_not_taken_any_more_begins_anew(self):
        walk = self.walks.create(
            {
                "config_id": self.config.id,
                "sales_channel_id": self.config.sales_channel_id.id,
                "kind": "full",
                "cursor": "nonsense",
                "read_count": 20,
            }
        )
        self.read_offers()
        self.assertEqual((walk.state, walk.read_count), ("done", 60))
        self.assert_as_on_the_channel(self.offers())

    def test_a_reading_left_lying_for_long_is_not_gone_on_with(self):
        old = self.walks.create(
            {
                "config_id": self.config.id,
                "sales_channel_id": self.config.sales_channel_id.id,
                "kind": "full",
                "cursor": "nonsense",
                "started_at": "2020-01-01",
            }
        )
        walk = self.read_offers()
        self.assertEqual((old.state, walk.state, walk.read_count), ("dropped", "done", 60))

    def test_the_portion_of_gone_offers_is_no_limit(self):
        self.read_offers()
        for number in (5, 6, 7, 8, 9):
            self.sandbox(f"offers/CSM-000{number}", method="DELETE")
        self.later()
        with patch.object(offer_pull, "PORTION", 2):
            walk = self.read_offers()
        self.assertEqual((walk.gone_count, len(self.offers(offer_state="absent"))), (5, 5))
