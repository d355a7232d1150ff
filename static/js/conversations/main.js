// The page of messages. Each module has one business; this one only starts them and says when a thread is there.
import "../app.js";
import * as live from "../live.js";
import "./actions.js";
import "./bulk.js";
import "./connection.js";
import "./counter.js";
import "./delivery.js";
import "./dialogs.js";
import "./draft.js";
import "./emoji.js";
import "./files.js";
import "./notices.js";
import { emit, openId, thread } from "./page.js";
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

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "thread" && thread()) emit("thread", { id: openId() });
});

document.querySelector("#list .chip[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
if (thread()) emit("thread", { id: openId() });
live.start(Number(document.querySelector(".app").dataset.liveFrom) || 0);
