"""A field that both sides have changed, or that Odoo cannot take: shown side by side until a person decides."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ...compat import check_access
from ...services.payloads.read import decimal
from ...services.rules.field_memory import Agreed, settle
from ...services.rules.merge import UNKNOWN
from ...services.text import shorten
from .field_names import FIELDS, SELECTION

MONEY = ("price", "origin_price")
SHORT = 80
ONE_OPEN = """
CREATE UNIQUE INDEX IF NOT EXISTS cdiscount_field_conflict_open ON cdiscount_field_conflict (mapping_id, name)
 WHERE state = 'open'
"""


class CdiscountFieldConflict(models.Model):
    _name = "cdiscount.field.conflict"
    _description = "Cdiscount Conflict"
    _order = "state, id desc"
    _rec_name = "name"

    mapping_id = fields.Many2one("cdiscount.product.mapping", "Offer", required=True, index=True, ondelete="cascade")
    config_id = fields.Many2one(related="mapping_id.config_id", store=True, index=True, string="Account")
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="mapping_id.product_id", store=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    name = fields.Selection(SELECTION, "Field", required=True, readonly=True, index=True)
    note = fields.Selection(
        [
            ("both", "Changed on both sides"),
            ("variants", "Shared by several variants"),
            ("several", "Several offers of one product"),
            ("rule", "Another price rule goes before"),
            ("taxes", "Price without VAT cannot be told"),
            ("currency", "No exchange rate"),
            ("right", "No right to change it"),
            ("nowhere", "No field for it in Odoo"),
            ("refused", "Odoo did not take it"),
        ],
        "Why",
        default="both",
        required=True,
        readonly=True,
    )
    note_text = fields.Text("What to Do", compute="_compute_note_text")
    ours = fields.Text(readonly=True)
    theirs = fields.Text(readonly=True)
    base = fields.Text(readonly=True)
    ours_text = fields.Text("Odoo", compute="_compute_texts")
    theirs_text = fields.Text("Cdiscount", compute="_compute_texts")
    base_text = fields.Text("Last Agreed", compute="_compute_texts")
    ours_short = fields.Char("In Odoo", compute="_compute_texts")
    theirs_short = fields.Char("On Cdiscount", compute="_compute_texts")
    base_short = fields.Char("Agreed Before", compute="_compute_texts")
    ours_at = fields.Datetime("Changed in Odoo", readonly=True)
    theirs_at = fields.Datetime("Changed on Cdiscount", readonly=True)
    state = fields.Selection(
        [("open", "To Decide"), ("solved", "Solved")], default="open", required=True, readonly=True, index=True
    )
    choice = fields.Selection(
        [("odoo", "Odoo's value kept"), ("cdiscount", "Cdiscount's value kept"), ("agreed", "Solved by itself")],
        "Decision",
        readonly=True,
    )
    solved_at = fields.Datetime("Decided", readonly=True)
    solved_by_id = fields.Many2one("res.users", "Decided By", readonly=True)

    def init(self):
        self.env.cr.execute(ONE_OPEN)

    # ------------------------------------------------------------------ reading it
    def _compute_currency_id(self):
        # The marketplace's prices are in euros, whatever the company counts in.
        self.currency_id = self.env.ref("base.EUR")

    @api.depends("name", "mapping_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["name"]._description_selection(self.env))
        for conflict in self:
            conflict.display_name = _(
                "%(field)s of %(sku)s",
                field=labels.get(conflict.name, ""),
                sku=conflict.mapping_id.seller_reference or "",
            )

    @api.depends("note")
    @api.depends_context("lang")
    def _compute_note_text(self):
        problems = self.env["cdiscount.product.mapping"]
        for conflict in self:
            conflict.note_text = problems._write_problem(conflict.note) or _(
                "Odoo and Cdiscount have both changed it since they last agreed. Keep the value that is right."
            )

    @api.depends("name", "ours", "theirs", "base")
    @api.depends_context("lang")
    def _compute_texts(self):
        for conflict in self:
            for side in ("ours", "theirs", "base"):
                stored = conflict[side]
                if side == "base" and not stored:
                    text = _("(never compared)")
                else:
                    text = self._told(conflict.name, self._revived(conflict.name, stored))
                conflict[f"{side}_text"] = text
                conflict[f"{side}_short"] = shorten(" ".join(text.split()), SHORT)

    @api.model
    def _told(self, name, value):
        """Return a value as a person reads it."""
        if value in (None, False, "", UNKNOWN):
            return _("(empty)")
        if name in MONEY:
            return formatLang(self.env, float(value), currency_obj=self.env.ref("base.EUR"))
        return str(value)

    @api.model
    def _stored(self, value):
        """Return the text a value is kept as; False for a value that is not known."""
        if value is UNKNOWN:
            return False
        # A blank goes before: an empty text is not the same as no text, and the database keeps no empty ones apart.
        return " " + ("" if value is None else str(value))

    @api.model
    def _revived(self, name, stored):
        if not stored:
            return UNKNOWN
        return decimal(stored[1:]) if name in MONEY else stored[1:]

    # ------------------------------------------------------------------ for the comparison
    @api.model
    def _open_fields(self, records):
        """Return ``{mapping id: {field: Cdiscount's value}}`` of what waits for a person; nothing of other channels."""
        if records._name != "cdiscount.product.mapping" or not records.ids:
            return {}
        found = {}
        for conflict in self.search([("mapping_id", "in", records.ids), ("state", "=", "open")]):
            found.setdefault(conflict.mapping_id.id, {})[conflict.name] = self._revived(conflict.name, conflict.theirs)
        return found

    @api.model
    def _note(self, config, rows):
        """Open conflicts, or bring open ones up to date; one that says the same already is left alone."""
        if not rows:
            return
        wanted = {(row["mapping_id"], row["name"]): row for row in rows}
        domain = [("mapping_id", "in", [row["mapping_id"] for row in rows]), ("state", "=", "open")]
        for conflict in self.search(domain):
            row = wanted.pop((conflict.mapping_id.id, conflict.name), None)
            if row and any((conflict[name] or False) != (row[name] or False) for name in ("ours", "theirs", "note")):
                conflict.write(row)
        if wanted:
            self.create(list(wanted.values()))
            config._tell_conflicts()

    @api.model
    def _agree(self, places):
        """Close the conflicts of ``[(mapping, field)]``: the sides agree again, or a rule decides now."""
        if places:
            ids = [mapping.id for mapping, _name in places]
            wanted = {(mapping.id, name) for mapping, name in places}
            found = self.search([("mapping_id", "in", ids), ("state", "=", "open")])
            found.filtered(lambda one: (one.mapping_id.id, one.name) in wanted)._close("agreed")

    def _close(self, choice):
        if self:
            self.write(
                {
                    "state": "solved",
                    "choice": choice,
                    "solved_at": fields.Datetime.now(),
                    "solved_by_id": False if choice == "agreed" else self.env.uid,
                }
            )
            for config in self.config_id:
                config._tell_conflicts_over()

    # ------------------------------------------------------------------ what a person decides
    def action_keep_odoo(self):
        """Odoo's values are right: they are sent with the next package."""
        return self._decide("odoo")

    def action_keep_cdiscount(self):
        """Cdiscount's values are right: they are written into Odoo."""
        return self._decide("cdiscount")

    def action_keep_odoo_always(self):
        """Odoo is right about these fields from now on: all conflicts of them are solved so."""
        return self._decide_for_field("odoo")

    def action_keep_cdiscount_always(self):
        """Cdiscount is right about these fields from now on: all conflicts of them are solved so."""
        return self._decide_for_field("cdiscount")

    def _decide_for_field(self, owner):
        check_access(self, "write")
        everything = self.browse()
        for config, same_account in self.grouped("config_id").items():
            names = list(set(same_account.mapped("name")))
            lines = config._ensure_field_mappings().filtered(lambda line, names=names: line.name in names)
            lines.owner = owner
            everything |= self.search(
                [("config_id", "=", config.id), ("name", "in", names), ("state", "=", "open"), ("note", "=", "both")]
            )
        return (everything | self)._decide(owner)

    def _decide(self, choice):
        check_access(self, "write")
        conflicts = self.filtered(lambda conflict: conflict.state == "open")
        if self and not conflicts:
            raise UserError(_("Nothing to decide: these conflicts are solved."))
        kept = 0
        refused = []
        for config, same_account in conflicts.grouped("config_id").items():
            done, problems = same_account.sudo()._carry_out(config.sudo(), choice)
            done.sudo()._close(choice)
            kept += len(done)
            refused += problems
        if refused and not kept:
            raise UserError("\n".join(refused[:5]))
        message = _("Conflicts solved: %s.", kept) if kept != 1 else _("One conflict solved.")
        silent = conflicts.mapping_id.filtered(lambda mapping: not mapping.publish)
        if choice == "odoo" and silent:
            message = _(
                "%(message)s %(count)s of the offers are not published from Odoo, so nothing is sent of them: publish "
                "them first.",
                message=message,
                count=len(silent),
            )
        if refused:
            message = _(
                "%(message)s %(count)s could not be: %(why)s", message=message, count=len(refused), why=refused[0]
            )
        return self.env["cdiscount.config"]._notify(message)

    def _carry_out(self, config, choice):
        """Make a decision true for conflicts of one account; return (those done, why the others were not)."""
        mappings = self.mapping_id.with_company(config.company_id)
        names = list(set(self.mapped("name")))
        ours = mappings._odoo_side(config, names)
        lines = {line.name: line for line in config._ensure_field_mappings()}
        memories = {mapping: mapping._agreements() for mapping in mappings}
        refused = {}
        theirs = {one: self._revived(one.name, one.theirs) for one in self}
        if choice == "cdiscount":
            for name in names:
                wanted = {one.mapping_id: theirs[one] for one in self if one.name == name}
                problems = mappings._write_field(config, name, wanted)
                refused.update({(key, name): code for key, code in problems.items()})
            ours = mappings._odoo_side(config, names)
        done = self.browse()
        for one in self:
            if (one.mapping_id.id, one.name) in refused:
                continue
            memory, now = memories[one.mapping_id], ours[one.mapping_id.id][one.name]
            if choice == "cdiscount" or lines[one.name].effective_direction == "import":
                # Where nothing is sent, Odoo keeps its value and it stands for Cdiscount's until one of them changes.
                memory[one.name] = Agreed(theirs[one], now)
            else:
                memory[one.name] = settle(memory.get(one.name, Agreed()), theirs[one])
            done |= one
        mappings._keep_agreements(memories)
        if choice == "odoo":
            self._send_decided(done, lines)
        reasons = [
            f"{one.mapping_id.seller_reference}: {mappings._write_problem(refused[one.mapping_id.id, one.name])}"
            for one in self
            if (one.mapping_id.id, one.name) in refused
        ]
        return done, reasons

    @api.model
    def _send_decided(self, conflicts, lines):
        going = conflicts.filtered(lambda one: lines[one.name].effective_direction != "import")
        going.filtered(lambda one: FIELDS[one.name].part == "offer").mapping_id._mark_push()
        sheets = going.filtered(lambda one: FIELDS[one.name].part == "sheet").mapping_id.filtered("publish")
        if sheets:
            sheets._differing_sheets()._ask_sheets()

    def action_open_mapping(self):
        """Open the offer of the conflict."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.product.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_solved(self, days=90):
        """Remove conflicts three months after they were solved."""
        self.env.cr.execute(
            "DELETE FROM cdiscount_field_conflict"
            " WHERE state = 'solved' AND solved_at < (now() AT TIME ZONE 'UTC') - %s * interval '1 day'",
            (days,),
        )
