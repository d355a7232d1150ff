// How many wait for the office stands on the rail and in the tab's title of every page, for who answers that line.
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";

const SOON = 300;
const badge = document.querySelector('[data-count="calls"]');
const title = document.querySelector("title");
let waiting = Number(badge?.textContent) || document.querySelectorAll("[data-waits]").length;
let soon = null;

export function showWaiting(number) {
  waiting = number;
  if (badge) {
    badge.textContent = number || "";
    badge.hidden = !number;
  }
  for (const one of document.querySelectorAll('[data-count-words="calls"]')) one.textContent = number ? `, ${number}` : "";
  showTitle();
}

// Others write the title, too.
function showTitle() {
  const plain = document.title.replace(/^☎ \d+ · /, "");
  const wanted = waiting ? `☎ ${waiting} · ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
}

const counts = freshness(async () => {
  const answer = await fetch("/calls/line/count", { headers: { Accept: "application/json", "Homeroom-Background": "1" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) showWaiting((await answer.json()).waiting);
});

function countSoon() {
  soon ??= setTimeout(() => {
    soon = null;
    counts.changed("waiting");
  }, SOON);
}

if (badge) {
  live.on("line:changed", countSoon);
  live.on("resync", () => document.visibilityState === "visible" && countSoon());
}
new MutationObserver(showTitle).observe(title, { childList: true });
showTitle();
