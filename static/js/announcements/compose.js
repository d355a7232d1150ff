// The composer of announcements: each part has its own module.
import "../app.js";
import "./asking.js";
import "./audience.js";
import "./finding.js";
import "./panels.js";
import "./replies.js";
import "./review.js";
import "./saving.js";
import "./attached.js";
import "./sounds.js";
import "./testing.js";
