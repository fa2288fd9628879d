"""Every screen opens on every series."""

from odoo.tests import tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestViews(CdiscountCase):
    def test_every_action_opens_each_of_its_views(self):
        actions = self.env["ir.actions.act_window"].search([("res_model", "=like", "cdiscount.%")])
        self.assertGreaterEqual(len(actions), 8)
        for action in actions:
            model = self.env[action.res_model].with_user(self.manager)
            for mode in action.view_mode.split(","):
                views = model.get_views([(False, mode), (False, "search")])
                self.assertIn(mode if mode in views["views"] else "tree", views["views"], (action.name, mode))

    def test_the_form_of_an_account_reads_whole(self):
        self.config.action_test_connection()
        views = self.env["cdiscount.config"].with_user(self.manager).get_views([(False, "form")])
        names = (
            [name for name in views["models"]["cdiscount.config"] if name in self.config._fields]
            if isinstance(views["models"]["cdiscount.config"], dict)
            else list(views["models"]["cdiscount.config"])
        )
        self.assertTrue(self.config.with_user(self.manager).read([n for n in names if n in self.config._fields]))
