// The page's small machinery. Each module has one business and starts by itself.
import "./htmx_rules.js";
import "./toasts.js";
import "./menus.js";
import "./dialogs.js";
import "./sign_in_again.js";
import "./copy.js";
import "./notices_switch.js";
import "./settings_nav.js";
