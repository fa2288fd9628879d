"""Both sides change the same offer: each direction and owner, conflicts and what a person decides."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .sync_case import SyncCase

OLD, OURS, THEIRS = 24.99, 21.5, 31.9


@tagged("post_install", "-at_install")
class TestSituations(SyncCase):
    OFFERS = 3

    def test_each_direction_and_owner(self):
        """Three offers: one changed in Odoo, one on Cdiscount, one on both sides."""
        # direction of the field, owner -> (price of the first, of the second, of the third); None: a conflict
        situations = {
            ("both", "odoo"): ("ours", "theirs", "ours"),
            ("both", "cdiscount"): ("ours", "theirs", "theirs"),
            ("both", "ask"): ("ours", "theirs", None),
            ("import", "odoo"): ("apart", "theirs", "theirs"),
            ("import", "ask"): ("apart", "theirs", "theirs"),
            ("export", "cdiscount"): ("ours", "old", "ours"),
            ("export", "ask"): ("ours", "old", "ours"),
        }
        line, (first, second, third) = self.line("price"), self.offers
        for number, ((direction, owner), expected) in enumerate(situations.items()):
            # New prices each time, so that nothing is left of the situation before.
            ours, theirs = 20.0 + number, 40.0 + number
            line.write({"direction": direction, "owner": owner})
            old = [self.price_there(offer) for offer in self.offers]
            self.set_price_here(first, ours)
            self.change_there(second, price=theirs)
            self.set_price_here(third, ours)
            self.change_there(third, price=theirs)
            self.sync()
            told = f"direction {direction}, owner {owner}"
            for offer, before, outcome in zip(self.offers, old, expected, strict=True):
                if outcome is None:
                    self.assert_prices(offer, ours, theirs, told)
                    self.assertEqual(self.open_conflicts().mapping_id, offer, told)
                    self.open_conflicts().action_keep_odoo()
                    self.sync()
                    self.assert_prices(offer, ours, ours, told)
                elif outcome == "apart":
                    # Nothing goes there, and nothing new came from there.
                    self.assert_prices(offer, ours, before, told)
                else:
                    price = {"ours": ours, "theirs": theirs, "old": before}[outcome]
                    self.assert_prices(offer, price, price, told)
            self.assertFalse(self.open_conflicts(), told)
        self.assert_silent()

    def test_an_account_that_reads_only_sends_nothing(self):
        self.config.product_sync_direction = "import"
        first, second, third = self.offers
        before = self.sent_count()
        self.line("comments").write({"source_type": "constant", "constant": "Sent from Lyon"})
        self.set_price_here(first, OURS)
        self.change_there(second, price=THEIRS)
        self.set_price_here(third, OURS)
        self.change_there(third, price=THEIRS)
        self.sync()
        self.assertEqual(self.sent_count(), before)
        self.assert_prices(second, THEIRS, THEIRS)
        self.assert_prices(third, THEIRS, THEIRS)
        self.assertEqual(self.price_there(first), OLD)
        self.assert_silent()

    def test_an_account_that_sends_only_writes_no_product(self):
        self.config.product_sync_direction = "export"
        first, second, third = self.offers
        self.set_price_here(first, OURS)
        self.change_there(second, price=THEIRS)
        self.set_price_here(third, OURS)
        self.change_there(third, price=THEIRS)
        self.sync()
        self.assert_prices(first, OURS, OURS)
        self.assertEqual(self.price_here(second), OLD + 1)
        self.assert_prices(third, OURS, OURS)
        self.assertFalse(self.open_conflicts())


@tagged("post_install", "-at_install")
class TestConflicts(SyncCase):
    def make_conflict(self):
        self.set_price_here(self.offer, OURS)
        self.change_there(self.offer, price=THEIRS)
        self.sync()
        conflict = self.open_conflicts()
        self.assertEqual(
            conflict.mapped("name"), ["price"], [(c.name, c.ours, c.theirs, c.base, c.note) for c in conflict]
        )
        return conflict

    # ------------------------------------------------------------------ nothing is guessed
    def test_a_conflict_shows_both_sides_and_overwrites_neither(self):
        conflict = self.make_conflict()
        self.assert_prices(self.offer, OURS, THEIRS)
        self.assertIn("21.50", conflict.ours_text)
        self.assertIn("31.90", conflict.theirs_text)
        self.assertIn("24.99", conflict.base_text)
        self.assertIn("€", conflict.ours_text)
        self.assert_silent()

    def test_a_second_reading_does_not_double_a_conflict_and_a_third_value_is_shown(self):
        conflict = self.make_conflict()
        self.change_there(self.offer, price=33.00)
        self.sync()
        self.assertEqual(self.open_conflicts(), conflict)
        self.assertIn("33.00", conflict.theirs_text)

    def test_another_change_is_sent_while_a_price_waits(self):
        self.make_conflict()
        self.line("preparation_time").write({"source_type": "constant", "constant": "4"})
        self.offer._mark_push()
        self.send(3)
        self.assert_prices(self.offer, OURS, THEIRS)
        self.assertEqual(self.shown(self.offer)["preparation_time"], 4)

    def test_different_fields_are_changed_on_both_sides_at_the_same_time(self):
        self.product_comment = self.line("comments")
        self.product_comment.write({"source_type": "field", "source": "description_sale"})
        self.offer.product_id.description_sale = "Sent from Lyon"
        self.change_there(self.offer, price=THEIRS)
        self.sync()
        self.assert_prices(self.offer, THEIRS, THEIRS)
        self.assertEqual(self.shown(self.offer)["comments"], "Sent from Lyon")
        self.assertFalse(self.open_conflicts())
        self.set_price_here(self.offer, OURS)
        self.change_there(self.offer, comments="Sent from Lille")
        self.sync()
        self.assert_prices(self.offer, OURS, OURS)
        self.assertEqual(self.offer.product_id.description_sale, "Sent from Lille")
        self.assertFalse(self.open_conflicts())
        self.assert_silent()

    def test_what_odoo_does_not_say_stays_as_it_is(self):
        self.change_there(self.offer, comments="Made by hand", origin_price=39.90)
        self.sync()
        self.set_price_here(self.offer, OURS)
        self.sync()
        there = self.shown(self.offer)
        self.assertEqual((float(there["price"]), float(there["originPrice"])), (OURS, 39.9))
        self.assertEqual(there["comments"], "Made by hand")

    def test_a_price_that_is_sent_between_two_readings_overwrites_nothing_unseen(self):
        self.set_price_here(self.offer, OURS)
        self.change_there(self.offer, price=THEIRS)
        self.offer._mark_push()
        self.send(2)
        self.assert_prices(self.offer, OURS, THEIRS)
        self.assertEqual(self.open_conflicts().mapping_id, self.offer)

    # ------------------------------------------------------------------ a person decides
    def test_keeping_odoos_value_sends_it(self):
        self.make_conflict().action_keep_odoo()
        self.sync()
        self.assert_prices(self.offer, OURS, OURS)
        self.assertFalse(self.open_conflicts())
        self.assert_silent()

    def test_keeping_cdiscounts_value_writes_it(self):
        conflict = self.make_conflict()
        conflict.with_user(self.manager).action_keep_cdiscount()
        self.assertEqual(
            (conflict.state, conflict.choice, conflict.solved_by_id), ("solved", "cdiscount", self.manager)
        )
        self.sync()
        self.assert_prices(self.offer, THEIRS, THEIRS)
        self.assert_silent()

    def test_a_decision_once_is_a_rule_for_the_next_time(self):
        self.make_conflict().action_keep_cdiscount_always()
        self.assertEqual(self.line("price").owner, "cdiscount")
        self.set_price_here(self.offer, 22.0)
        self.change_there(self.offer, price=32.00)
        self.sync()
        self.assert_prices(self.offer, 32.0, 32.0)
        log = self.env["cdiscount.sync.log"].search([("cause_code", "=", "field_overwritten")], limit=1)
        self.assertIn(self.offer.seller_reference, log.message)
        self.assertIn("22.00", log.message)
        self.assertIn("32.00", log.message)

    def test_a_solved_conflict_cannot_be_decided_again(self):
        conflict = self.make_conflict()
        conflict.action_keep_odoo()
        with self.assertRaises(UserError):
            conflict.action_keep_cdiscount()

    def test_a_conflict_is_solved_by_itself_when_both_sides_agree_again(self):
        conflict = self.make_conflict()
        self.change_there(self.offer, price=OURS)
        self.sync()
        self.assertEqual((conflict.state, conflict.choice), ("solved", "agreed"))
        conflict = self.make_conflict_again()
        self.set_price_here(self.offer, 33.0)
        self.sync()
        self.assertEqual((conflict.state, conflict.choice), ("solved", "agreed"), "Odoo may be the one to give way")
        self.assert_silent()

    def make_conflict_again(self):
        self.set_price_here(self.offer, 22.0)
        self.change_there(self.offer, price=33.00)
        self.sync()
        return self.open_conflicts()

    def test_saying_who_is_right_solves_what_is_open(self):
        conflict = self.make_conflict()
        self.line("price").owner = "odoo"
        self.send(3)
        self.assertEqual(conflict.state, "solved")
        self.assert_prices(self.offer, OURS, OURS)

    def test_an_offer_of_another_product_sells_at_the_price_of_that_one(self):
        conflict = self.make_conflict()
        values = {"list_price": 18.5, "taxes_id": [(6, 0, self.taxes[20.0].ids)], "weight": 1.0}
        self.offer.product_id = self.make_product("ELSE", False, **values)
        self.assertEqual(conflict.state, "solved", "it was about the product of before")
        self.sync()
        self.assert_prices(self.offer, 18.5, 18.5)
        self.assertFalse(self.open_conflicts())

    def test_a_user_sees_conflicts_and_decides_none(self):
        conflict = self.make_conflict()
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        self.assertTrue(conflict.with_user(user).ours_text)
        for action in ("action_keep_odoo", "action_keep_cdiscount", "action_keep_odoo_always"):
            with self.assertRaises(AccessError):
                getattr(conflict.with_user(user), action)()

    # ------------------------------------------------------------------ who is told
    def test_the_responsible_gets_one_activity_and_it_goes_with_the_last_conflict(self):
        kind = self.env.ref("cdiscount_store_management.activity_conflict")
        conflict = self.make_conflict()
        self.assertEqual(self.config.conflict_count, 1)
        self.line("comments").write({"source_type": "field", "source": "description_sale"})
        self.offer.product_id.description_sale = "Lyon"
        self.change_there(self.offer, comments="Lille", price=34.00)
        self.sync()
        self.assertEqual(len(self.open_conflicts()), 2)
        activity = self.config.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual((len(activity), activity.user_id), (1, self.config.responsible_id))
        self.open_conflicts().action_keep_odoo()
        self.assertEqual(conflict.state, "solved")
        self.assertFalse(self.config.activity_ids.filtered(lambda one: one.activity_type_id == kind))


@tagged("post_install", "-at_install")
class TestNewer(SyncCase):
    def test_the_newer_change_counts(self):
        self.line("price").owner = "newer"
        self.set_price_here(self.offer, OURS)
        self.change_there(self.offer, price=THEIRS)
        self.env.flush_all()
        self.age("1 hour")
        self.sync()
        self.assert_prices(self.offer, THEIRS, THEIRS)
        self.set_price_here(self.offer, 22.0)
        self.change_there(self.offer, price=32.0)
        self.env.flush_all()
        self.age("-2 days")
        self.sync()
        self.assert_prices(self.offer, 22.0, 22.0)
        self.assertFalse(self.open_conflicts())

    def age(self, by):
        """Move the last change of the prices in Odoo into the past (or the future)."""
        for table in ("product_product", "product_template", "product_pricelist_item"):
            self.env.cr.execute(f"UPDATE {table} SET write_date = write_date - %s::interval", (by,))
        self.env.invalidate_all()
