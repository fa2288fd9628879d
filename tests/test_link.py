"""What did not match is linked by a person, with suggestions; what waited for it goes on by itself."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestLink(CdiscountCase):
    def offer(self, sku, product=None, **values):
        return self.env["cdiscount.product.mapping"].create(
            {
                "config_id": self.config.id,
                "seller_reference": sku,
                "product_id": product.id if product else False,
                **values,
            }
        )

    # ------------------------------------------------------------------ suggestions
    def test_the_surest_reason_is_suggested(self):
        by_gtin = self.make_product("ZZ-1", "3760123459990", name="Something else")
        by_reference = self.make_product("LAMP-BLACK-2", name="Lamp")
        by_near_reference = self.make_product("TABLE-OAK-180", name="Table")
        by_name = self.make_product("Q7", name="Étagère murale en chêne massif")
        wanted = {
            self.offer("LAMP BLACK 2X", gtin="3760123459990", title="Étagère murale chêne massif"): (
                by_gtin,
                "same_gtin",
                100,
            ),
            self.offer("lampblack2", title="étagère murale chêne massif"): (by_reference, "same_reference", 95),
            self.offer("TABLE-OAK-18"): (by_near_reference, "similar_reference", 90),
            self.offer("9988", title="ETAGERE MURALE chene massif"): (by_name, "similar_name", None),
            self.offer("NOTHING-LIKE-IT", title="Grille-pain"): (self.env["product.product"], False, 0),
        }
        offers = self.env["cdiscount.product.mapping"].concat(*wanted)
        offers.action_suggest()
        for offer, (product, reason, score) in wanted.items():
            self.assertEqual((offer.suggestion_id, offer.suggestion_reason), (product, reason), offer.seller_reference)
            self.assertFalse(offer.product_id, "a suggestion decides nothing")
            if score is not None:
                self.assertEqual(offer.suggestion_score, score)

    def test_products_of_another_company_are_not_suggested_and_archived_ones_only_by_their_gtin(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_product("CHAIR-1", "3760123459990", company_id=other.id)
        old = self.make_product("STOOL-1", "3760123458887")
        old.active = False
        foreign = self.offer("chair1", gtin="3760123459990")
        archived = self.offer("x", gtin="3760123458887")
        same_name_as_archived = self.offer("stool1")
        (foreign | archived | same_name_as_archived).action_suggest()
        self.assertFalse(foreign.suggestion_id)
        self.assertEqual(archived.suggestion_id, old)
        self.assertFalse(same_name_as_archived.suggestion_id)

    def test_an_offer_that_comes_in_unlinked_gets_its_suggestion_from_the_queue(self):
        product = self.make_product("SOFA-3-GREY")
        offer = self.offer("sofa 3 grey")
        self.env["cdiscount.queue"].search([("operation", "=", "offer_suggest")]).eta = False
        self.run_queue()
        self.assertEqual(offer.suggestion_id, product)
        self.assertTrue(offer.suggested_at)

    def test_many_offers_are_looked_at_with_the_same_number_of_statements_as_few(self):
        self.make_product("SOFA-3-GREY", name="Grey sofa")
        costs = {}
        for size in (3, 120):
            offers = self.env["cdiscount.product.mapping"].create(
                [
                    {"config_id": self.config.id, "seller_reference": f"S{size}-{number}", "title": "Grey sofa (new)"}
                    for number in range(size)
                ]
            )
            self.env.flush_all()
            offers.mapped("company_id.name")
            with self.counted() as statements:
                offers._store_suggestions()
                self.env.flush_all()
            costs[size] = len(statements)
            self.assertEqual(len(offers.filtered("suggestion_id")), size)
        self.assertEqual(costs[3], costs[120])

    # ------------------------------------------------------------------ linking
    def test_accepting_a_suggestion_links_the_offer_and_releases_the_order_that_waited(self):
        product = self.make_product("CHAIR-42-BLUE")
        order = self.place_order(lines=[{"sku": "chair 42 blue", "gtin": None}])
        self.pull()
        self.assert_held(order, "unknown_product")
        offer = self.offer("chair 42 blue")
        offer.action_suggest()
        offer.with_user(self.manager).action_accept_suggestion()
        self.assertEqual((offer.product_id, offer.origin), (product, "linked"))
        self.assertFalse(offer.suggestion_id, "there is nothing left to suggest")
        self.run_queue()
        self.assertEqual(self.assert_imported_once(order).order_line[:1].product_id, product)

    def test_choosing_the_product_in_the_list_releases_the_order_as_well(self):
        order = self.place_order(lines=[{"sku": "UNHEARD-OF", "gtin": None}])
        self.pull()
        offer = self.offer("UNHEARD-OF")
        offer.with_user(self.manager).write({"product_id": self.product.id})
        self.assertEqual(offer.origin, "linked")
        self.run_queue()
        self.assertEqual(self.assert_imported_once(order).order_line[:1].product_id, self.product)

    def test_only_suggestions_that_are_sure_enough_are_taken_in_bulk(self):
        self.make_product("LAMP-BLACK-2")
        self.make_product("TABLE-OAK-180")
        sure, unsure = self.offer("lampblack2"), self.offer("TABLE-OAK-1")
        (sure | unsure).action_suggest()
        self.assertLess(unsure.suggestion_score, 95)
        self.assertTrue(unsure.suggestion_id)
        (sure | unsure).action_accept_suggestion(least=95)
        self.assertTrue(sure.product_id)
        self.assertFalse(unsure.product_id)
        with self.assertRaises(UserError):
            unsure.action_accept_suggestion(least=95)

    def test_a_thousand_offers_are_linked_with_as_many_statements_as_ten(self):
        costs = {}
        for size in (10, 1000):
            products = self.env["product.product"].create([{"name": f"P{size}-{number}"} for number in range(size)])
            offers = self.env["cdiscount.product.mapping"].create(
                [{"config_id": self.config.id, "seller_reference": f"L{size}-{number}"} for number in range(size)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            pairs = dict(zip(offers.ids, products.ids, strict=True))
            with self.counted() as statements:
                outcome = offers._link(pairs)
                self.env.flush_all()
            costs[size] = self.cost_of(statements, size)
            self.assertEqual(len(outcome.linked), size)
            self.assertEqual(offers[-1].product_id, products[-1])
        self.assertEqual(costs[10], costs[1000])

    def test_a_product_of_another_company_is_refused_and_the_others_are_linked(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.make_product("FOREIGN", company_id=other.id)
        first, second = self.offer("A-1"), self.offer("A-2")
        outcome = (first | second)._link({first.id: foreign.id, second.id: self.product.id})
        self.assertEqual((outcome.linked, list(outcome.refused)), ([second.id], [first.id]))
        self.assertIn("another company", outcome.refused[first.id])
        self.assertFalse(first.product_id)

    def test_a_user_links_and_ignores_nothing(self):
        user = new_test_user(self.env, "reader_link", "cdiscount_store_management.group_user")
        offer = self.offer("A-1")
        for attempt in (
            lambda: offer.with_user(user).write({"product_id": self.product.id}),
            lambda: offer.with_user(user)._link({offer.id: self.product.id}),
            lambda: offer.with_user(user).action_ignore(),
            lambda: offer.with_user(user).action_suggest(),
            lambda: offer.with_user(user).action_accept_suggestion(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertFalse(offer.product_id)

    def test_an_ignored_offer_is_not_shown_as_not_linked_until_it_is_wanted_again(self):
        offer = self.offer("A-1")
        action = self.env.ref("cdiscount_store_management.action_offer_not_linked")
        shown = self.env["cdiscount.product.mapping"].search
        domain = [("product_id", "=", False), ("ignored", "=", False)]
        self.assertEqual(action.domain.replace(" ", ""), str(domain).replace(" ", ""))
        offer.action_ignore()
        self.assertNotIn(offer, shown(domain))
        offer.action_not_ignore()
        self.assertIn(offer, shown(domain))

    def test_a_link_that_is_taken_away_is_looked_at_again(self):
        offer = self.offer("CSM0001", self.product)
        offer.product_id = False
        self.assertEqual(offer.origin, "none")
        offer.action_suggest()
        self.assertEqual(offer.suggestion_id, self.product)

    # ------------------------------------------------------------------ creating products
    def test_products_are_created_for_what_nobody_has_and_found_for_what_somebody_has_meanwhile(self):
        new = self.offer("NEW-1", gtin="3760123459990", title="Garden chair", price=24.0)
        meanwhile = self.offer("CSM-0001")
        self.make_product("DOUBLE")
        self.make_product("DOUBLE")
        unclear = self.offer("DOUBLE")
        action = (new | meanwhile | unclear).action_create_products()
        self.assertEqual(
            (new.product_id.name, new.product_id.default_code, new.product_id.barcode),
            ("Garden chair", "NEW-1", "3760123459990"),
        )
        self.assertEqual(new.origin, "offer")
        self.assertEqual(meanwhile.product_id, self.product)
        self.assertFalse(unclear.product_id)
        self.assertIn("DOUBLE", action["params"]["message"])
        again = self.env["product.product"].search_count([])
        with self.assertRaises(UserError):
            (new | meanwhile).action_create_products()
        self.assertEqual(self.env["product.product"].search_count([]), again)
