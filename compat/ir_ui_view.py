"""Views are written for Odoo 18 and 19 (``<list>``, ``<chatter/>``); Odoo 17 gets them translated on the way in.

The translation is limited to views of this addon: it looks at the module whose data is being loaded, or at the
view's own external id, so views of other modules stay as they were written.
"""

import re

from lxml import etree

from odoo import api, models

from .series import SERIES

ADDON = "cdiscount_store_management"
LIST_TAG = re.compile(r"<(/?)list(?=[\s/>])")
CHATTER = re.compile(r"<chatter\b[^>]*?(/>|>\s*</chatter>)")
XPATH_LIST = re.compile(r"""(expr=(["']))(.*?)(\2)""", re.S)
MODE = re.compile(r"""(\bmode=["'])([^"']*)(["'])""")
OLD_CHATTER = (
    '<div class="oe_chatter"><field name="message_follower_ids"/>{activities}<field name="message_ids"/></div>'
)


def to_17(arch, has_activities=True):
    """Translate one view architecture (text) to the tags Odoo 17 knows.

    >>> to_17('<list><field name="name"/></list>')
    '<tree><field name="name"/></tree>'
    """
    arch = LIST_TAG.sub(r"<\1tree", arch)
    arch = MODE.sub(lambda found: found[1] + re.sub(r"\blist\b", "tree", found[2]) + found[3], arch)
    arch = XPATH_LIST.sub(lambda found: found[1] + re.sub(r"/list\b", "/tree", found[3]) + found[4], arch)
    activities = '<field name="activity_ids"/>' if has_activities else ""
    return card_to_box(CHATTER.sub(OLD_CHATTER.format(activities=activities), arch))


def card_to_box(arch):
    """Turn the kanban template ``card`` of Odoo 18 and later into the ``kanban-box`` of Odoo 17, which has one root.

    >>> card_to_box('<kanban><t t-name="card"><b>1</b></t></kanban>')
    '<kanban><t t-name="kanban-box"><div class="oe_kanban_global_click"><b>1</b></div></t></kanban>'
    """
    if 't-name="card"' not in arch or 't-name="kanban-box"' in arch:
        return arch
    root = etree.fromstring(arch)
    for card in root.iterfind(".//t[@t-name='card']"):
        box = etree.Element("div", {"class": "oe_kanban_global_click"})
        box.text, card.text = card.text, None
        box.extend(list(card))
        card.append(box)
        card.set("t-name", "kanban-box")
    return etree.tostring(root, encoding="unicode")


if SERIES < 18:

    class IrUiView(models.Model):
        _inherit = "ir.ui.view"

        @api.model_create_multi
        def create(self, vals_list):
            if self.env.context.get("install_module") == ADDON or self.env.context.get("module") == ADDON:
                vals_list = [self._cdiscount_to_17(vals, vals.get("model")) for vals in vals_list]
            return super().create(vals_list)

        def write(self, vals):
            loading = self.env.context.get("install_module") == ADDON or self.env.context.get("module") == ADDON
            if loading or any((view.xml_id or "").startswith(ADDON + ".") for view in self):
                vals = self._cdiscount_to_17(vals, vals.get("model") or self[:1].model)
            return super().write(vals)

        def _cdiscount_to_17(self, vals, model_name):
            vals = dict(vals)
            activities = model_name in self.env and "activity_ids" in self.env[model_name]._fields
            for key in ("arch", "arch_base", "arch_db"):
                if vals.get(key):
                    text = vals[key].decode() if isinstance(vals[key], bytes) else vals[key]
                    vals[key] = to_17(text, activities)
            if vals.get("type") == "list":
                vals["type"] = "tree"
            return vals

    class IrActionsActWindowView(models.Model):
        _inherit = "ir.actions.act_window.view"

        @api.model_create_multi
        def create(self, vals_list):
            return super().create([self._cdiscount_to_17(vals) for vals in vals_list])

        def write(self, vals):
            # An upgrade writes the record that the installation has created.
            return super().write(self._cdiscount_to_17(vals))

        def _cdiscount_to_17(self, vals):
            return dict(vals, view_mode="tree") if vals.get("view_mode") == "list" else vals
