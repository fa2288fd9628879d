/** @odoo-module **/

import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { givenAction } from "../actions/given_action";

const SHADES = {
    missing: "table-danger",
    differs: "table-warning",
    extra: "table-warning",
    moving: "table-info",
};

/** Days by statuses: each figure is a button that opens what is behind it, a red one what is missing. */
export class CdiscountCompletenessGrid extends Component {
    static template = "cdiscount_store_management.CompletenessGrid";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ days: 14, statuses: [], rows: [], can_fetch: false, asked: "" });
        this.periods = [
            [7, _t("7 days")],
            [14, _t("14 days")],
            [30, _t("30 days")],
            [90, _t("90 days")],
        ];
        onWillStart(() => this.load());
    }

    async load() {
        const grid = await this.orm.call("cdiscount.completeness.day", "get_grid", [this.state.days]);
        Object.assign(this.state, grid);
    }

    choosePeriod(event) {
        this.state.days = parseInt(event.target.value, 10);
        return this.load();
    }

    shade(state) {
        return SHADES[state] || "";
    }

    openDay(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cdiscount.completeness.day",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    async openCell(cell) {
        const action = await this.orm.call("cdiscount.completeness", "action_open", [[cell.id]]);
        this.action.doAction(givenAction(action));
    }

    async ask(method, ids) {
        this.action.doAction(givenAction(await this.orm.call("cdiscount.completeness.day", method, [ids])));
        this.state.asked = method;
    }
}

registry.category("actions").add("cdiscount_completeness_grid", CdiscountCompletenessGrid);
