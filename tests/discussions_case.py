"""Verbs about discussions: a customer writes at the marketplace, somebody answers in Odoo."""

from odoo.tests import new_test_user

from .common import CdiscountCase

BODY = "Bonjour, le remplacement part demain."


class DiscussionsCase(CdiscountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.care = new_test_user(cls.env, "customer-care", "cdiscount_store_management.group_user")

    def setUp(self):
        super().setUp()
        self.latest = None

    # ------------------------------------------------------------------ the marketplace's side
    def sell(self, **options):
        """An order that was shipped and is known in Odoo."""
        order = self.place_order(**{"status": "Shipped", "lines": [{"sku": "CSM-0001"}], **options})
        self.pull()
        return order

    def ask(self, order, **options):
        """Its customer opens a discussion; returns the marketplace's document."""
        self.latest = self.sandbox("discussions", order_id=order["orderId"], **options)
        return self.latest

    def write_in(self, body, asked=None, **options):
        """Somebody writes at the marketplace, the customer unless it is said otherwise."""
        number = (asked or self.latest)["discussionId"]
        return self.sandbox(f"discussions/{number}/messages", body=body, **options)

    def change(self, **options):
        """The marketplace changes the discussion: ``escalate``, ``patch``."""
        return self.sandbox(f"discussions/{self.latest['discussionId']}", **options)

    def there(self, asked=None):
        """The discussion as the marketplace has it now."""
        return self.sandbox(f"discussions/{(asked or self.latest)['discussionId']}", method="GET")

    def said_there(self, sender="Seller"):
        """What somebody has written at the marketplace."""
        return [one["body"] for one in self.there()["messages"] if one["sender"]["userType"] == sender]

    # ------------------------------------------------------------------ Odoo's side
    def read_messages(self):
        self.config.action_pull_discussions()
        return self.run_queue()

    def asked(self, **options):
        """A discussion a customer has opened about a shipped order, read into Odoo."""
        asked = self.ask(self.sell(), **options)
        self.read_messages()
        return self.discussion(asked)

    def discussions(self):
        return self.env["cdiscount.discussion"].search([("config_id", "=", self.config.id)])

    def discussion(self, asked):
        found = self.discussions().filtered(lambda one: one.external_id == asked["discussionId"])
        self.assertEqual(len(found), 1, "a discussion exists once")
        return found

    def talk(self, discussion):
        """The conversation in the chatter, oldest first; notes and trails are no part of it."""
        comment = self.env.ref("mail.mt_comment")
        found = self.env["mail.message"].search(
            [("model", "=", discussion._name), ("res_id", "=", discussion.id), ("subtype_id", "=", comment.id)]
        )
        return found.sorted("id")

    def dialog(self, discussion, user=None, **values):
        """The dialog of an answer, as the button opens it."""
        action = discussion.with_user(user or self.care).action_answer()
        wizard = self.env["cdiscount.discussion.answer"].with_user(user or self.care)
        return wizard.with_context(**action["context"]).create(values)

    def answer(self, discussion, body=BODY, **values):
        """Answer in the dialog; the queue has not sent it yet. Returns the message."""
        self.dialog(discussion, body=body, **values).action_send()
        return discussion.message_line_ids.filtered(lambda one: one.direction == "out").sorted("id")[-1:]

    def failed_jobs(self):
        return self.env["cdiscount.queue"].search([("config_id", "=", self.config.id), ("state", "=", "failed")])
