"""Publishing on the account's own channel means publishing on the further channels it names as well."""

from odoo import models


class CdiscountChannelPublish(models.Model):
    _inherit = "cdiscount.product.mapping"

    def action_publish(self):
        result = super().action_publish()
        self.filtered("publish")._publish_on_channels()
        return result

    def _publish_on_channels(self):
        """Have the further channels of the accounts offer these, too; offers that are there already are taken over.

        Asked for twice it changes nothing: there is one offer per channel, and the database keeps it so.
        """
        settings = self.env["cdiscount.channel.setting"].search([("config_id", "in", self.config_id.ids)])
        if not settings:
            return self.env["cdiscount.channel.offer"]
        wanted = {
            (mapping.id, setting.sales_channel_id.id)
            for setting in settings
            for mapping in self
            if mapping.config_id == setting.config_id and mapping.sales_channel_id != setting.sales_channel_id
        }
        offers = self.env["cdiscount.channel.offer"].search([("mapping_id", "in", self.ids)])
        known = {(offer.mapping_id.id, offer.sales_channel_id.id): offer for offer in offers}
        taken = offers.browse([known[place].id for place in wanted if place in known])
        taken.filtered(lambda offer: not offer.publish).write({"publish": True})
        taken |= offers.create(
            [
                {"mapping_id": mapping_id, "sales_channel_id": channel_id, "publish": True}
                for mapping_id, channel_id in sorted(wanted - set(known))
            ]
        )
        taken._mark_push()
        return taken
