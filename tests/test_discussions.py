"""Questions and claims of customers: read once, shown in the chatter, answered once, and never by e-mail."""

from datetime import timedelta, timezone

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..services.rules.seller_day import day_of
from .discussions_case import BODY, DiscussionsCase


@tagged("post_install", "-at_install")
class TestDiscussions(DiscussionsCase):
    # ------------------------------------------------------------------ reading
    def test_a_question_comes_in_with_its_order_its_customer_and_its_deadline(self):
        order = self.sell()
        asked = self.ask(order)
        self.read_messages()
        discussion = self.discussion(asked)
        mapping = self.mapping(order)
        self.assertEqual(discussion.mapping_id, mapping)
        self.assertEqual(discussion.partner_id, mapping.partner_id)
        self.assertEqual((discussion.state, discussion.graduation), ("to_answer", "discussion"))
        self.assertEqual(discussion.typology_id.name, "Produit endommagé", "Cdiscount's own words")
        self.assertEqual(discussion.answer_by, discussion.asked_at + timedelta(hours=48))
        (post,) = self.talk(discussion)
        self.assertIn("cassé", post.body)
        self.assertEqual(post.author_id, mapping.partner_id)

    def test_reading_again_writes_nothing_and_asks_for_no_message_again(self):
        self.ask(self.sell())
        self.read_messages()
        read = self.calls("/discussions/{discussion_id}")
        with self.counted() as statements:
            self.read_messages()
        self.assertEqual(self.calls("/discussions/{discussion_id}"), read, "what has not changed is not read")
        written = [one for one in map(str, statements) if "cdiscount_discussion" in one and "SELECT" not in one]
        self.assertFalse(written)

    def test_every_message_is_in_the_chatter_once_whoever_wrote_it(self):
        discussion = self.asked()
        self.write_in("Vous êtes là ?")
        self.write_in("Nous regardons votre dossier.", sender="GrcOperator")
        self.write_in("Bonjour, nous répondons ici.", sender="Seller")
        for _turn in range(3):
            self.read_messages()
        self.assertEqual(len(self.talk(discussion)), 4)
        names = [post.author_id.name or post.email_from for post in self.talk(discussion)]
        self.assertEqual(names[2:], ["Cdiscount Customer Care", self.company.name])
        self.assertEqual(discussion.state, "answered")

    def test_a_message_without_a_number_is_kept_once(self):
        discussion = self.asked()
        self.write_in("Vous êtes toujours là ?", patch={"messageId": None})
        self.read_messages()
        self.write_in("Et maintenant alors ?")
        self.read_messages()
        self.assertEqual(len(self.talk(discussion)), 3)

    def test_words_that_nobody_knows_are_kept_and_do_no_harm(self):
        discussion = self.asked()
        words = {"graduation": "Level_9", "status": "Pending", "typologyCode": "Other", "subTypologyCode": "moonPhase"}
        self.change(patch={**words, "subject": None, "customerId": None})
        self.read_messages()
        self.assertEqual((discussion.graduation, discussion.graduation_code), ("other", "Level_9"))
        self.assertEqual(discussion.status, "Pending")
        self.assertEqual(discussion.state, "to_answer", "the customer spoke last")
        self.assertEqual(discussion.typology_id.name, "moonPhase")
        self.assertTrue(discussion.subject)

    def test_a_claim_escalates(self):
        discussion = self.asked()
        for expected in ("claim", "escalated"):
            self.change(escalate=True)
            self.read_messages()
            self.assertEqual(discussion.graduation, expected)

    def test_a_claim_that_comes_before_its_order_finds_it_later(self):
        order = self.place_order(status="Shipped", lines=[{"sku": "CSM-0001"}])
        asked = self.ask(order)
        self.read_messages()
        discussion = self.discussion(asked)
        self.assertFalse(discussion.mapping_id)
        self.assertFalse(self.talk(discussion).author_id)
        self.pull()
        self.assertEqual(discussion.mapping_id, self.mapping(order))
        self.read_messages()
        self.assertEqual(discussion.partner_id, self.mapping(order).partner_id)
        self.assertEqual(self.talk(discussion).author_id, discussion.partner_id)

    def test_a_claim_read_while_its_order_was_being_stored_finds_it_at_the_next_reading(self):
        order = self.sell()
        asked = self.ask(order)
        self.read_messages()
        discussion = self.discussion(asked)
        # Two transactions at once: the one did not see the order, the other did not see the discussion.
        discussion.sudo().write({"mapping_id": False})
        self.read_messages()
        self.assertEqual(discussion.mapping_id, self.mapping(order))

    def test_a_claim_read_while_its_customer_was_being_made_names_him_at_the_next_reading(self):
        order = self.sell()
        asked = self.ask(order)
        self.read_messages()
        discussion = self.discussion(asked)
        # Two transactions at once: the customer came into the order when the discussion was not to be seen yet.
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_discussion SET partner_id = NULL WHERE id = %s", [discussion.id])
        self.env.invalidate_all()
        self.read_messages()
        self.assertTrue(discussion.partner_id)
        self.assertEqual(discussion.partner_id, self.mapping(order).partner_id)

    def test_many_discussions_cost_as_many_queries_as_few(self):
        orders = [self.place_order(status="Shipped", lines=[{"sku": "CSM-0001"}]) for _number in range(12)]
        self.pull()
        counts = []
        for some in (orders[:2], orders[2:]):
            for order in some:
                self.ask(order)
            with self.counted() as statements:
                self.read_messages()
            counts.append(len([one for one in map(str, statements) if "cdiscount_discussion" in one]))
        self.assertLess(counts[1], counts[0] + 20, "ten discussions, hardly more queries than two")
        self.assertEqual(self.env["cdiscount.discussion"].search_count([("config_id", "=", self.config.id)]), 12)

    def test_never_more_than_six_months_are_asked_for(self):
        self.config.discussion_watermark = fields.Datetime.now() - timedelta(days=400)
        self.ask(self.sell())
        self.read_messages()
        self.assertFalse(self.failed_jobs())
        self.assertTrue(self.env["cdiscount.discussion"].search([("config_id", "=", self.config.id)]))

    def test_what_changes_during_the_walk_is_not_missed(self):
        asked = [self.ask(self.place_order(status="Shipped", lines=[{"sku": "CSM-0001"}])) for _number in range(3)]
        self.read_messages()
        self.assertEqual(self.config.discussion_watermark, max(self.discussions().mapped("marketplace_updated_at")))
        self.write_in("Encore moi, bonjour.", asked[0])
        self.read_messages()
        self.assertEqual(len(self.talk(self.discussion(asked[0]))), 2)

    # ------------------------------------------------------------------ the right to read
    def test_a_missing_right_is_said_and_orders_go_on(self):
        self.sandbox("settings", discussions_allowed=False)
        order = self.sell()
        self.read_messages()
        self.assertFalse(self.failed_jobs())
        self.assertEqual(self.config.state, "connected")
        self.assert_imported_once(order)
        self.assertIn("may not read messages", self.config.discussions_denied_text)
        inbox = self.env["cdiscount.discussion"]._open_inbox()
        self.assertIn("may not read messages", inbox["params"]["message"])
        self.assertEqual(inbox["params"]["next"]["res_model"], "cdiscount.discussion")
        self.assertIn("may not read", self.env["cdiscount.discussion"].get_empty_list_help(""))
        self.sandbox("settings", discussions_allowed=True)
        self.read_messages()
        self.assertFalse(self.config.discussions_denied_since)
        self.assertEqual(self.env["cdiscount.discussion"]._open_inbox()["type"], "ir.actions.act_window")

    def test_the_connection_test_sees_the_right_come_and_go(self):
        self.sandbox("settings", discussions_allowed=False)
        self.config.action_test_connection()
        self.assertTrue(self.config.discussions_denied_since)
        self.sandbox("settings", discussions_allowed=True)
        self.config.action_test_connection()
        self.assertFalse(self.config.discussions_denied_since)

    # ------------------------------------------------------------------ deadlines and people
    def test_one_activity_while_the_customer_waits_and_none_afterwards(self):
        discussion = self.asked()
        self.assertEqual(len(discussion.activity_ids), 1)
        self.assertEqual(discussion.activity_ids.user_id, self.config.responsible_id)
        day = day_of(discussion.answer_by.replace(tzinfo=timezone.utc))
        self.assertEqual(
            discussion.activity_ids.date_deadline, day, "the day of the shop, also shortly before midnight"
        )
        self.write_in("Toujours rien, bonjour ?")
        self.read_messages()
        self.assertEqual(len(discussion.activity_ids), 1, "once")
        self.answer(discussion)
        self.assertFalse(discussion.activity_ids)
        self.run_queue()
        self.assertFalse(discussion.activity_ids)

    def test_the_responsible_takes_the_activity_over(self):
        discussion = self.asked()
        self.assertNotEqual(discussion.activity_ids.user_id, self.care)
        discussion.user_id = self.care
        self.assertEqual(discussion.activity_ids.user_id, self.care)

    def test_customer_care_receives_new_discussions(self):
        self.config.care_user_id = self.care
        discussion = self.asked()
        self.assertEqual((discussion.user_id, discussion.activity_ids.user_id), (self.care, self.care))

    def test_late_is_found_and_said(self):
        discussion = self.asked()
        self.assertEqual(discussion.urgency, "fine")
        late = [("late", "=", True), ("id", "=", discussion.id)]
        self.assertFalse(discussion.search(late))
        discussion.answer_by = fields.Datetime.now() - timedelta(hours=3, minutes=5)
        self.assertEqual((discussion.urgency, discussion.time_left), ("late", "late by 3 h"))
        self.assertEqual(discussion.search(late), discussion)
        self.assertFalse(discussion.search([("late", "=", False), ("id", "=", discussion.id)]))
        discussion.answer_by = fields.Datetime.now() + timedelta(hours=3, minutes=5)
        self.assertEqual((discussion.urgency, discussion.time_left), ("soon", "3 h left"))

    def test_the_time_to_answer_runs_from_the_first_message_that_waits(self):
        discussion = self.asked()
        since = discussion.asked_at
        self.sandbox("clock", advance=3600)
        self.write_in("Je suis toujours là !")
        self.read_messages()
        self.assertEqual(discussion.asked_at, since)

    # ------------------------------------------------------------------ files
    def test_a_picture_of_the_customer_hangs_on_its_message(self):
        for form in ("binary", "json"):
            self.sandbox("settings", attachment_reply=form)
            discussion = self.asked(files=["photo.png"])
            post = self.talk(discussion)
            self.assertEqual(post.attachment_ids.mapped("name"), ["photo.png"])
            self.assertTrue(post.attachment_ids.raw.startswith(b"\x89PNG"))
            self.assertEqual(post.attachment_ids.mimetype, "image/png")
            self.assertFalse(discussion.missing_file_ids)

    def test_a_file_that_does_not_come_stops_nothing_and_can_be_asked_for_again(self):
        self.fault("answer", params={"status": 404}, path="/attachments", times=20)
        discussion = self.asked(files=["photo.png"])
        self.assertEqual(len(self.talk(discussion)), 1)
        self.assertEqual(discussion.missing_file_ids.state, "failed")
        self.assertTrue(discussion.missing_file_ids.note)
        self.sandbox("faults", method="DELETE")
        discussion.missing_file_ids.action_fetch()
        self.run_queue()
        self.assertTrue(self.talk(discussion).attachment_ids)

    def test_a_huge_file_is_not_fetched(self):
        discussion = self.asked(files=["photo.png"])
        file = self.env["cdiscount.discussion.attachment"].search([("discussion_id", "=", discussion.id)])
        file.sudo().write({"state": "waiting", "file_id": False, "size": 50 * 1024 * 1024})
        calls = self.calls("/attachments")
        file.action_fetch()
        self.run_queue()
        self.assertEqual((file.state, self.calls("/attachments")), ("failed", calls))

    # ------------------------------------------------------------------ where else it shows
    def test_order_sale_and_customer_count_their_discussions(self):
        discussion = self.asked()
        mapping = discussion.mapping_id
        self.assertEqual(mapping.discussion_count, 1)
        self.assertEqual(mapping.sale_order_id.cdiscount_discussion_count, 1)
        self.assertEqual(mapping.partner_id.cdiscount_discussion_count, 1)
        self.assertEqual(mapping.action_open_discussions()["res_id"], discussion.id)

    def test_a_user_works_the_inbox_and_another_company_does_not_see_it(self):
        discussion = self.asked()
        mine = discussion.with_user(self.care)
        mine.user_id = self.care
        mine.action_mark_read()
        with self.assertRaises(AccessError):
            mine.write({"state": "closed"})
        self.assertTrue(mine.message_line_ids.read(["body"]))
        stranger = self.manager_elsewhere()
        for model in ("cdiscount.discussion", "cdiscount.discussion.message", "cdiscount.discussion.typology"):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)

    def test_what_people_write_is_in_no_log_and_no_job(self):
        self.asked(body="Je suis Anne Dupont, 06 12 34 56 78.")
        self.answer(self.discussions()[:1], "Bonjour Madame Dupont, nous appelons.")
        self.run_queue()
        jobs = self.env["cdiscount.queue"].search([("config_id", "=", self.config.id)])
        lines = self.env["cdiscount.sync.log"].search([("config_id", "=", self.config.id)])
        said = " ".join(filter(None, jobs.mapped("payload") + jobs.mapped("error") + lines.mapped("message")))
        for word in ("Dupont", "06 12", BODY):
            self.assertNotIn(word, said)
