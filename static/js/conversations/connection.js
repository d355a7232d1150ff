// The banner above the page: a line that is lost for two seconds is said, and so is its return.
import { reconnect } from "../live.js";
import { setText } from "./composer.js";
import { fetchNew } from "./messages.js";
import { box, glyph, when, words } from "./page.js";
import { flush, queued } from "./queue.js";

const GREEN_FOR = 4000;
const TRY_AGAIN = 5000;
const place = () => document.getElementById("connection");
let state = "online";

function banner(tone, icon, text, action = null) {
  const line = document.createElement("div");
  line.className = `banner banner-${tone}`;
  const said = document.createElement("p");
  said.textContent = text;
  line.append(glyph(icon), said);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words("try-now");
    button.addEventListener("click", action);
    line.append(button);
  }
  place().replaceChildren(line);
}

function showOffline() {
  const count = queued();
  banner("warn", "wifi-off", count ? words(count > 1 ? "offline-queue" : "offline-queue-one", { count }) : words("offline-now"), reconnect);
}

when("connection", async ({ state: now }) => {
  const before = state;
  state = now;
  if (now === "offline") showOffline();
  else await sendWhatWaits(before);
});

// What the server was too busy to take is tried again: the line may stay as it is for hours.
async function sendWhatWaits(before) {
  const sent = await flush();
  if (sent) fetchNew();
  if (state === "offline") return;
  if (queued()) setTimeout(() => state !== "offline" && sendWhatWaits(state), TRY_AGAIN);
  if (before === "offline" || sent) {
    banner("ok", "circle-check", sent ? words(sent > 1 ? "back-online-sent" : "back-online-sent-one", { count: sent }) : words("back-online"));
    setTimeout(() => state !== "offline" && place().replaceChildren(), GREEN_FOR);
  } else {
    place().replaceChildren();
  }
}
when("queue", () => state === "offline" && showOffline());
when("fetch-new", () => fetchNew());
when("edit-queued", ({ body }) => {
  if (box() && !box().value.trim()) setText(body, { note: false });
  else if (box()) setText(`${box().value}\n${body}`);
  box()?.focus();
});
