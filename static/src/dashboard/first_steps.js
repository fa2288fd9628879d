/** @odoo-module **/

import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { givenAction } from "../actions/given_action";

/** The first run of an account in steps that can be left and taken up again. */
export class CdiscountFirstSteps extends Component {
    static template = "cdiscount_store_management.FirstSteps";
    static props = { onboarding: Object, onChanged: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false });
    }

    get progress() {
        const { done, steps } = this.props.onboarding;
        return _t("%(done)s of %(steps)s steps done", { done, steps: steps.length });
    }

    /** One step at a time, however often the button is pressed. */
    async once(work) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await work();
        } finally {
            this.state.busy = false;
        }
    }

    doStep(key) {
        return this.once(async () => {
            const id = this.props.onboarding.config_id;
            const action = await this.orm.call("cdiscount.dashboard", "get_onboarding_action", [key, id]);
            // Nothing is returned: Odoo would wait for it, and for ever when the last step has led to another page.
            const onClose = () => void this.props.onChanged();
            await this.action.doAction(givenAction(action), { onClose });
        });
    }

    close() {
        return this.once(async () => {
            await this.orm.call("cdiscount.dashboard", "close_onboarding", [this.props.onboarding.config_id]);
            await this.props.onChanged();
        });
    }
}
