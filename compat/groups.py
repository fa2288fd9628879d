"""Groups and users: names and homes that changed between series."""


def link_groups(env):
    """Show the addon's two groups together in the user form.

    Odoo 17 and 18 group them by ``category_id``, Odoo 19 by a ``res.groups.privilege``.
    """
    user = env.ref("cdiscount_store_management.group_user", raise_if_not_found=False)
    manager = env.ref("cdiscount_store_management.group_manager", raise_if_not_found=False)
    if not user or not manager:
        return
    groups = user | manager
    category = env.ref("base.module_category_sales_sales", raise_if_not_found=False)
    if "privilege_id" in groups._fields:
        privilege = env["res.groups.privilege"].search([("name", "=", "Cdiscount")], limit=1)
        if not privilege:
            values = {"name": "Cdiscount"}
            if category:
                values["category_id"] = category.id
            privilege = env["res.groups.privilege"].create(values)
        groups.write({"privilege_id": privilege.id})
    elif "category_id" in groups._fields:
        existing = env["ir.module.category"].search([("name", "=", "Cdiscount")], limit=1)
        if not existing:
            existing = env["ir.module.category"].create({"name": "Cdiscount", "parent_id": category.id or False})
        groups.write({"category_id": existing.id})


def user_groups_field(env):
    """Name of the groups field of ``res.users``: ``groups_id`` (17, 18) or ``group_ids`` (19)."""
    return "group_ids" if "group_ids" in env["res.users"]._fields else "groups_id"
