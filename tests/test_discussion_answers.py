"""Answering customers from Odoo: to the right receiver, within the limits, once, and never by e-mail."""

import base64
from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..services.rules.discussion import check_message
from .discussions_case import BODY, DiscussionsCase


@tagged("post_install", "-at_install")
class TestDiscussionAnswers(DiscussionsCase):
    def post(self, discussion, html, note=False, **options):
        """Write in the chatter, as the web client does."""
        subtype = "mail.mt_note" if note else "mail.mt_comment"
        poster = discussion.with_user(self.care)
        return poster.message_post(body=Markup(html), message_type="comment", subtype_xmlid=subtype, **options)

    def file(self, name="facture.pdf", data=b"%PDF-1.4 facture"):
        values = {"name": name, "datas": base64.b64encode(data), "res_model": "cdiscount.discussion.answer"}
        return self.env["ir.attachment"].with_user(self.care).create(values)

    def outgoing_mail(self):
        return self.env["mail.mail"].sudo().search([])

    # ------------------------------------------------------------------ the straight road
    def test_an_answer_reaches_the_customer_and_stands_in_the_chatter_once(self):
        discussion = self.asked()
        line = self.answer(discussion, file_ids=[(6, 0, self.file().ids)])
        self.assertEqual((line.state, discussion.state), ("to_send", "answered"))
        self.run_queue()
        self.read_messages()
        self.assertEqual((line.state, line.external_id), ("sent", self.there()["messages"][-1]["messageId"]))
        self.assertEqual(self.there()["status"], "Treated")
        sent = self.there()["messages"][-1]
        self.assertEqual(sent["body"], BODY)
        self.assertEqual(sent["receivers"], [{"userType": "Customer", "userId": self.latest["customerId"]}])
        self.assertEqual([one["fileName"] for one in sent["attachments"]], ["facture.pdf"])
        self.assertEqual(len(self.talk(discussion)), 2)
        self.assertEqual(self.talk(discussion)[-1].author_id, self.care.partner_id)

    def test_customer_care_of_cdiscount_is_written_to_as_well(self):
        discussion = self.asked()
        self.answer(discussion, receiver="care")
        self.run_queue()
        self.assertEqual(self.there()["messages"][-1]["receivers"], [{"userType": "GrcOperator", "userId": "GRC-1"}])

    def test_two_answers_arrive_in_their_order(self):
        discussion = self.asked()
        self.answer(discussion, "Première réponse au client.")
        self.answer(discussion, "Deuxième réponse au client.")
        self.env["cdiscount.queue"].search([("operation", "=", "message_push")], order="id desc", limit=1).priority = 1
        self.run_queue()
        self.env["cdiscount.queue"].search([("state", "in", ("pending", "waiting_retry"))]).eta = False
        self.run_queue()
        self.assertEqual(self.said_there(), ["Première réponse au client.", "Deuxième réponse au client."])

    def test_an_answer_in_a_closed_discussion_reopens_it(self):
        discussion = self.asked()
        discussion.action_close()
        self.run_queue()
        self.assertTrue(self.dialog(discussion).closed)
        self.answer(discussion)
        self.run_queue()
        self.assertEqual((self.there()["isOpen"], self.said_there()), (True, [BODY]))

    # ------------------------------------------------------------------ from the chatter
    def test_what_is_sent_in_the_chatter_goes_to_the_customer_as_plain_text(self):
        discussion = self.asked()
        html = (
            '<p>Bonjour,</p><ul><li>pièce 1 &amp; 2</li></ul><p>Suivi : <a href="https://suivi.example/9">ici</a></p>'
        )
        self.post(discussion, html)
        self.run_queue()
        self.read_messages()
        self.assertEqual(self.said_there(), ["Bonjour,\n- pièce 1 & 2\nSuivi : ici (https://suivi.example/9)"])
        self.assertEqual(len(self.talk(discussion)), 2, "it is in the chatter already")

    def test_a_note_stays_inside(self):
        discussion = self.asked()
        self.post(discussion, "<p>Client difficile, attention au ton.</p>", note=True)
        discussion.with_user(self.care).user_id = self.care
        self.run_queue()
        self.assertFalse(self.said_there())
        self.assertEqual(discussion.state, "to_answer")

    def test_what_is_too_short_in_the_chatter_is_kept_with_the_reason(self):
        discussion = self.asked()
        self.post(discussion, "<p>Oui.</p>")
        self.run_queue()
        line = discussion.unsent_ids
        self.assertEqual((line.state, line.body), ("refused", "Oui."))
        self.assertIn("13", line.note)
        self.assertIn("Not sent", self.talk(discussion)[-1].body)
        self.assertEqual(discussion.state, "to_answer", "nobody has answered")
        self.assertFalse(self.said_there())
        wizard = line.action_correct()["context"]
        self.assertEqual((wizard["default_body"], wizard["default_line_id"]), ("Oui.", line.id))
        dialog = self.env["cdiscount.discussion.answer"].with_user(self.care).with_context(**wizard).create({})
        dialog.body = "Oui, nous vous le confirmons."
        dialog.action_send()
        self.run_queue()
        self.assertEqual(self.said_there(), ["Oui, nous vous le confirmons."])
        self.assertEqual(len(self.talk(discussion)), 2)
        self.assertNotIn("Not sent", self.talk(discussion)[-1].body)

    def test_nothing_is_ever_mailed(self):
        discussion = self.asked()
        customer = discussion.partner_id
        customer.email = "anne@example.com"
        before = self.outgoing_mail()
        discussion.message_subscribe(customer.ids)
        self.assertNotIn(customer, discussion.message_partner_ids)
        # A follower from elsewhere (an import, another module) is not mailed either.
        self.env["mail.followers"].create(
            {
                "res_model": discussion._name,
                "res_id": discussion.id,
                "partner_id": customer.id,
                "subtype_ids": [(4, self.env.ref("mail.mt_comment").id)],
            }
        )
        self.post(discussion, f"<p>{BODY}</p>", partner_ids=customer.ids)
        self.answer(discussion, "Une deuxième réponse au client.")
        self.write_in("Merci pour votre réponse.")
        self.run_queue()
        self.read_messages()
        self.assertFalse((self.outgoing_mail() - before).filtered(lambda one: customer in one.recipient_ids))
        self.assertFalse((self.outgoing_mail() - before).filtered(lambda one: "anne@" in (one.email_to or "")))
        told = self.env["mail.notification"].search([("mail_message_id", "in", self.talk(discussion).ids)])
        self.assertNotIn(customer, told.res_partner_id)
        self.assertEqual(len(self.said_there()), 2)

    # ------------------------------------------------------------------ limits
    def test_what_cdiscount_would_refuse_is_said_before_it_is_sent(self):
        discussion = self.asked()
        for values, word in (
            ({"body": "Trop court"}, "13"),
            ({"body": "x" * 5001}, "5000"),
            ({"body": BODY, "file_ids": [(6, 0, self.file("virus.exe").ids)]}, "virus.exe"),
            ({"body": BODY, "file_ids": [(6, 0, [self.file(f"{n}.png").id for n in range(4)])]}, "at most 3"),
            ({"body": BODY, "file_ids": [(6, 0, self.file(data=b"x" * (4 * 1024 * 1024 + 1)).ids)]}, "4.0 MB"),
        ):
            dialog = self.dialog(discussion, **values)
            self.assertIn(word, dialog.problem)
            with self.assertRaisesRegex(UserError, word):
                dialog.action_send()
        self.assertFalse(discussion.message_line_ids.filtered(lambda one: one.direction == "out"))
        self.assertEqual(self.calls("/messages"), 0)

    def test_a_refusal_of_cdiscount_keeps_the_text_and_tells_who_wrote_it(self):
        discussion = self.asked()
        self.fault(
            "answer", params={"status": 422, "detail": "Forbidden word."}, path="/messages", method="POST", times=1
        )
        line = self.answer(discussion)
        self.run_queue()
        self.assertEqual((line.state, line.body, line.posting), ("refused", BODY, False))
        self.assertIn("Forbidden word", line.note)
        self.assertEqual(discussion.state, "to_answer")
        mine = discussion.activity_ids.filtered(lambda one: one.user_id == self.care)
        self.assertEqual(mine.summary, "Your answer was not sent")
        line.with_user(self.care).action_send_again()
        self.run_queue()
        self.assertEqual((line.state, self.said_there()), ("sent", [BODY]))

    def test_an_answer_that_was_not_sent_can_be_given_up(self):
        discussion = self.asked()
        self.post(discussion, "<p>Oui.</p>")
        discussion.unsent_ids.with_user(self.care).action_drop()
        self.run_queue()
        self.assertFalse(discussion.unsent_ids)
        self.assertIn("given up", self.talk(discussion)[-1].body)

    def test_without_the_right_the_answer_waits_in_sight(self):
        discussion = self.asked()
        self.sandbox("settings", discussions_allowed=False)
        line = self.answer(discussion)
        self.run_queue()
        self.assertEqual(line.state, "refused")
        self.assertTrue(discussion.denied)
        self.assertEqual(self.config.state, "connected")

    # ------------------------------------------------------------------ never twice
    def lose(self, path, name="lost_answer_502"):
        self.fault(name, path=path, method="POST", times=1)

    def later(self):
        """What waits is due, and the time to look again has passed."""
        self.env["cdiscount.queue"].search([("state", "in", ("pending", "waiting_retry"))]).eta = False
        return self.run_queue()

    def test_an_answer_whose_receipt_is_lost_is_found_and_not_sent_again(self):
        for name in ("lost_answer", "lost_answer_502"):
            discussion = self.asked()
            self.lose("/messages", name)
            line = self.answer(discussion)
            self.run_queue()
            self.later()
            self.assertEqual((line.state, self.said_there()), ("sent", [BODY]), name)
            self.read_messages()
            self.assertEqual(len(self.talk(discussion)), 2)
        self.assertEqual(self.counters()["messages_posted_twice"], 0)

    def test_an_answer_that_never_arrived_is_sent_again_after_a_while(self):
        discussion = self.asked()
        self.fault("answer", params={"status": 500}, path="/messages", method="POST", times=1)
        line = self.answer(discussion)
        self.run_queue()
        self.assertEqual((line.state, line.posting), ("to_send", True))
        self.later()
        self.assertEqual(self.calls("/messages"), 1, "Cdiscount is given a moment to show it")
        line.posted_at = fields.Datetime.now() - timedelta(minutes=5)
        self.later()
        self.assertEqual((line.state, self.said_there()), ("sent", [BODY]))

    def test_a_poll_between_sending_and_its_receipt_makes_no_second_message(self):
        discussion = self.asked()
        self.lose("/messages")
        line = self.answer(discussion)
        self.run_queue()
        self.read_messages()
        self.assertEqual(line.state, "sent")
        self.later()
        self.assertEqual((len(self.talk(discussion)), self.said_there()), (2, [BODY]))

    def test_the_same_words_twice_on_purpose_are_sent_twice(self):
        discussion = self.asked()
        for _turn in range(2):
            self.answer(discussion)
            self.run_queue()
            self.later()
        self.read_messages()
        self.assertEqual(self.said_there(), [BODY, BODY])
        self.assertEqual(len(self.talk(discussion)), 3)

    def test_an_answer_without_a_receipt_number_is_recognised(self):
        self.sandbox("settings", message_answer="empty")
        discussion = self.asked()
        line = self.answer(discussion)
        self.run_queue()
        self.read_messages()
        self.assertEqual(line.external_id, self.there()["messages"][-1]["messageId"])
        self.assertEqual(len(self.talk(discussion)), 2)

    # ------------------------------------------------------------------ opening one
    def new(self, order, **values):
        action = self.mapping(order).with_user(self.care).action_write_to_customer()
        wizard = self.env["cdiscount.discussion.answer"].with_user(self.care).with_context(**action["context"])
        defaults = wizard.default_get(list(wizard._fields))
        reason = self.env["cdiscount.discussion.typology"].search([("code", "=", "orderNotShipped")], limit=1)
        made = wizard.create({"subject": defaults["subject"], "typology_id": reason.id, "body": BODY, **values})
        made.action_send()
        return made.discussion_id.sudo()

    def test_a_discussion_is_opened_from_an_order(self):
        order = self.sell()
        discussion = self.new(order)
        self.run_queue()
        self.read_messages()
        (there,) = self.sandbox("discussions", method="GET")["discussions"]
        self.assertEqual(discussion.external_id, there["discussionId"])
        self.assertEqual((there["orderSellerId"], there["subTypologyCode"]), (order["orderId"], "orderNotShipped"))
        self.assertEqual([one["body"] for one in there["messages"]], [BODY])
        self.assertEqual(len(self.talk(discussion)), 1)
        self.assertEqual(len(self.discussions()), 1)

    def test_a_discussion_whose_receipt_is_lost_is_opened_once(self):
        for poll_first in (False, True):
            order = self.sell()
            self.lose("/discussions")
            discussion = self.new(order)
            self.run_queue()
            if poll_first:
                self.read_messages()
            self.later()
            self.later()
            there = self.sandbox("discussions", method="GET")["discussions"]
            mine = [one for one in there if one["orderSellerId"] == discussion.order_external_id]
            self.assertEqual(len(mine), 1)
            self.assertEqual(discussion.external_id, mine[0]["discussionId"])
            self.assertEqual(self.mapping(order).discussion_ids, discussion)
            self.assertEqual(discussion.message_line_ids.mapped("state"), ["sent"])

    def test_an_open_discussion_is_gone_on_with(self):
        discussion = self.asked()
        action = discussion.mapping_id.action_write_to_customer()
        self.assertEqual(action["context"]["default_discussion_id"], discussion.id)

    def test_without_the_right_no_discussion_is_begun(self):
        order = self.sell()
        self.sandbox("settings", discussions_allowed=False)
        with self.assertRaisesRegex(UserError, "may not read messages"):
            self.new(order)

    # ------------------------------------------------------------------ templates
    def test_the_template_of_the_reason_is_proposed_and_filled_in(self):
        discussion = self.asked()
        dialog = self.dialog(discussion)
        self.assertEqual(dialog.template_id, self.env.ref("cdiscount_store_management.template_damaged"))
        self.assertIn(discussion.order_reference, dialog.body)
        self.assertIn(discussion.partner_id.name, dialog.body)
        self.assertNotIn("{", dialog.body)
        self.assertFalse(dialog.problem)

    def test_every_template_can_be_sent_whatever_is_known(self):
        mapping = self.asked().mapping_id
        for template in self.env["cdiscount.discussion.template"].search([]):
            for order in (mapping, mapping.browse()):
                text = template._fill_in(order)
                self.assertNotIn("{", text, template.name)
                self.assertFalse(check_message(text), template.name)

    # ------------------------------------------------------------------ closing, reopening, reading
    def test_closing_and_reopening_work_both_ways(self):
        discussion = self.asked()
        discussion.with_user(self.care).action_close()
        self.run_queue()
        self.assertEqual((self.there()["isOpen"], discussion.state), (False, "closed"))
        self.assertFalse(discussion.activity_ids)
        discussion.with_user(self.care).action_reopen()
        self.run_queue()
        self.assertEqual((self.there()["isOpen"], discussion.state), (True, "to_answer"))
        self.assertTrue(discussion.answer_by)
        self.change(patch={"isOpen": False})
        self.read_messages()
        self.assertEqual((discussion.state, discussion.is_open), ("closed", False))
        self.write_in("Ce n'est pas fini, bonjour.")
        self.read_messages()
        self.assertEqual(discussion.state, "to_answer")

    def test_a_customer_who_writes_meanwhile_is_not_shut_out(self):
        discussion = self.asked()
        discussion.action_close()
        self.sandbox("clock", advance=120)
        self.write_in("Attendez, encore une question.")
        self.run_queue()
        self.assertTrue(self.there()["isOpen"])
        self.assertEqual(discussion.state, "to_answer")
        self.assertIn("written again", discussion.change_note)
        self.assertEqual(len(self.talk(discussion)), 2)

    def test_closing_again_after_a_lost_receipt_does_no_harm(self):
        discussion = self.asked()
        self.fault("lost_answer_502", path="/discussions/*", method="PATCH", times=2)
        discussion.action_close()
        self.run_queue()
        self.later()
        self.assertEqual((self.there()["isOpen"], discussion.state, discussion.wanted_open), (False, "closed", False))

    def test_what_was_read_is_told(self):
        discussion = self.asked()
        self.assertFalse(discussion.has_read)
        discussion.with_user(self.care).action_mark_read()
        self.run_queue()
        self.assertTrue(self.there()["messages"][0]["hasRead"])
        self.write_in("Vous avez lu mon message ?")
        self.read_messages()
        self.assertFalse(discussion.has_read)
