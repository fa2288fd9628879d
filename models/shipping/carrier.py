"""The carriers the marketplace knows: a shipment names one of them by its label."""

from odoo import _, api, fields, models

from ...compat import check_access, constraints
from ...services.errors import CdiscountError
from ..connection.messages import describe_failure


class CdiscountCarrier(models.Model):
    _name = "cdiscount.carrier"
    _description = "Cdiscount Carrier"
    _order = "name, code"

    vars().update(
        constraints(("label_uniq", "unique(config_id, name)", "The account knows a carrier with this label already."))
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    # Codes are not unique at the marketplace: "pcc" is La Poste, Colissimo and Chronopost (contract 2.7).
    name = fields.Char("Label", required=True, help="What a shipment is announced with. Several carriers share a code.")
    code = fields.Char(readonly=True)
    active = fields.Boolean(default=True)

    @api.model
    def _store_carriers(self, config, carriers):
        """Keep what the marketplace lists (payload values); what is no longer listed is archived.

        An empty list changes nothing: a shop without carriers does not exist.

        :return: number of carriers listed
        """
        if not carriers:
            return 0
        known = {
            carrier.name: carrier
            for carrier in self.with_context(active_test=False).search([("config_id", "=", config.id)])
        }
        fresh = {}
        for carrier in carriers:
            if carrier.label not in known:
                fresh.setdefault(carrier.label, carrier.code)
        self.create([{"config_id": config.id, "name": label, "code": code} for label, code in fresh.items()])
        listed = {carrier.label for carrier in carriers}
        for label, record in known.items():
            if record.active != (label in listed):
                record.active = label in listed
        return len(listed)

    @api.model
    def _job_pull(self, jobs):
        """Read the carriers of the account (queue)."""
        config = jobs.config_id
        self.sudo()._store_carriers(config, config._get_client().carriers.list())


class CdiscountConfigCarriers(models.Model):
    _inherit = "cdiscount.config"

    carrier_ids = fields.One2many("cdiscount.carrier", "config_id", "Carriers of Cdiscount")
    carrier_mapping_ids = fields.One2many("cdiscount.carrier.mapping", "config_id", "Carriers")

    def action_fetch_carriers(self):
        """Read the marketplace's carriers while the person waits, and propose what Odoo's carriers are called there."""
        check_access(self, "write")
        self.ensure_one()
        self._require_connection()
        try:
            carriers = self._get_client().carriers.list()
        except CdiscountError as error:
            return self._notify(describe_failure(self.env, error, self).text)
        count = self.env["cdiscount.carrier"].sudo()._store_carriers(self, carriers)
        proposed = self.env["cdiscount.carrier.mapping"]._propose(self)
        return self._notify(
            _("Carriers known: %(count)s; new lines proposed: %(proposed)s.", count=count, proposed=proposed)
        )

    def _become_connected(self):
        result = super()._become_connected()
        for config in self.filtered(lambda config: not config.carrier_ids):
            self.env["cdiscount.queue"].sudo()._enqueue(config, "carrier_pull", "carriers")
        return result
