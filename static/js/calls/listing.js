// What goes on now stays true while the list is open, and a call that waits can be taken from it.
import "../app.js";
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";
import { tickClocks } from "./clocks.js";
import "./line_count.js";
import { take } from "./taking.js";

const SOON = 200;
let waiting = null;

const list = freshness(async () => {
  const answer = await fetch(location.href, { headers: { "Homeroom-Background": "1" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("calls-now");
  if (fresh) window.Idiomorph.morph(document.getElementById("calls-now"), fresh);
  tickClocks();
});

function refreshSoon() {
  waiting ??= setTimeout(() => {
    waiting = null;
    list.changed("now");
  }, SOON);
}

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-take]")) return;
  event.preventDefault();
  await take(event.target.action, event.submitter);
  refreshSoon();
});
for (const name of ["calls:changed", "line:changed", "resync"]) live.on(name, refreshSoon);
setInterval(tickClocks, 500);
live.start(Number(document.querySelector(".app").dataset.liveFrom) || 0);
