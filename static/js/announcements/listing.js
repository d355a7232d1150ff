// The list stays true while it is open: what somebody else sends shows up by itself, and its numbers grow.
import "../app.js";
import "../calls/line_count.js";
import * as live from "../live.js";
import "../unread_count.js";

const PARTS = ["announcement-kinds", "announcements"];
const SOON = 500;
const EVERY = 5000; // while something goes out
let waiting = null;
let asking = false;

async function refresh() {
  waiting = null;
  if (asking) return soon(); // one question at a time, so that no older answer is the last word
  asking = true;
  const answer = await fetch(location.href, { headers: { "Homeroom-Background": "1" }, credentials: "same-origin" }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of PARTS) window.Idiomorph.morph(document.getElementById(part), fresh.getElementById(part));
  }
  asking = false;
}

function soon() {
  waiting ??= setTimeout(refresh, SOON);
}

setInterval(() => document.visibilityState === "visible" && document.querySelector("[data-moving]") && soon(), EVERY);
for (const name of ["announcement:changed", "resync"]) live.on(name, soon);
live.start(Number(document.querySelector(".app").dataset.liveFrom) || 0);
