// The page of messages. Each module has one business; this one only starts them and says when a thread is there.
import "../app.js";
import "../calls/line_count.js";
import "../calls/start_dialog.js";
import * as live from "../live.js";
import "../video/waiting.js";
import "./actions.js";
import "./bulk.js";
import "./connection.js";
import "./counter.js";
import "./delivery.js";
import "./dialogs.js";
import { draftSaved } from "./draft.js";
import "./emoji.js";
import "./files.js";
import "./notices.js";
import { emit, openId, thread, toast, words } from "./page.js";
import "./panes.js";
import "./presence.js";
import "./reading.js";
import "./rows.js";
import "./shortcuts.js";
import "./suggest.js";
import "./tab_title.js";
import "./translation.js";

live.on("consent:changed", ({ conversation_id: id }) => id === openId() && emit("refresh-head"));
live.on("conversation:changed", ({ conversation_id: id, draft }) => id === openId() && !draft && emit("refresh-head"));

// Another role, or other schools: every part of the page may differ now. What is written is kept on the device.
live.on("scope:changed", async () => {
  emit("leaving", { id: openId() });
  await draftSaved(openId());
  sessionStorage.setItem("homeroom-scope", "changed");
  location.reload();
});
if (sessionStorage.getItem("homeroom-scope")) {
  sessionStorage.removeItem("homeroom-scope");
  toast(words("scope-changed"), { kind: "info", seconds: 12 });
}

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "thread" && thread()) emit("thread", { id: openId() });
});

document.querySelector("#list .chip[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
if (thread()) emit("thread", { id: openId() });
live.start(Number(document.querySelector(".app").dataset.liveFrom) || 0);
