// The report stays true while it is open: numbers at most once a second, the table more slowly, and a countdown while it can be stopped.
import "../app.js";
import { isAway, watchServer } from "../calls/away.js";
import "../calls/line_count.js";
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";
import "../unread_count.js";
import { words } from "../words.js";
import { refuseWithoutServer } from "./acting.js";
import { elements, text } from "./page.js";

const app = document.querySelector(".app");
const id = Number(app.dataset.announcement);
const EVERY = 1000;
const REST_EVERY = 4000;
const SPEAK_EVERY = 10000;
const POLL_EVERY = 5000;
let last = 0;
let waiting = null;
let restAt = 0;
let spokenAt = performance.now();

// What somebody opened, is choosing or has written stays as it is.
const isOpened = (name, node) => name === "open" && node instanceof HTMLDetailsElement;
const isWritten = (name, node) => name === "value" && node instanceof HTMLInputElement && node.value !== node.defaultValue;
const GENTLY = {
  callbacks: {
    beforeNodeMorphed: (old) => !(old instanceof HTMLFormElement && "keep" in old.dataset),
    beforeAttributeUpdated: (name, node) => !isOpened(name, node) && !isWritten(name, node),
  },
};

const LIVE = ["live", "live-more", "live-chart", "live-languages"]; // all of one moment
const part = () => document.getElementById("live");
const isMoving = () => ["scheduled", "preparing", "sending", "paused"].includes(part().dataset.state);

const numbers = freshness(refresh);

async function refresh() {
  last = performance.now();
  const html = await text(`/announcements/${id}/progress`);
  if (html === null) return;
  const parts = Object.fromEntries(elements(html).map((one) => [one.id, one]));
  const fresh = parts.live;
  const before = part().dataset.state;
  const spoken = fresh.querySelector("#spoken");
  if (performance.now() - spokenAt < SPEAK_EVERY && before === fresh.dataset.state) spoken.textContent = ""; // an old number is no news
  else spokenAt = performance.now();
  for (const name of LIVE) window.Idiomorph.morph(document.getElementById(name), parts[name], GENTLY);
  count();
  askAgain();
  if (before !== part().dataset.state) await refreshRest();
  else restSoon();
}

function soon() {
  waiting ??= setTimeout(() => {
    waiting = null;
    numbers.changed(id);
  }, Math.max(0, last + EVERY - performance.now()));
}

let rest = null;
let again = null;

// Large counts are kept for a moment: after the last news the page asks once more, so that it ends with the newest.
function askAgain() {
  clearTimeout(again);
  again = part().dataset.again ? setTimeout(soon, Number(part().dataset.again) * 1000) : null;
}

function restSoon() {
  rest ??= setTimeout(refreshRest, Math.max(0, restAt + REST_EVERY - performance.now()));
}

// Another state brings other buttons; names and languages follow the numbers at leisure.
async function refreshRest() {
  clearTimeout(rest);
  rest = null;
  restAt = performance.now();
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [rail, waits] = [document, fresh].map((page) => page.querySelector('[data-nav-key="announce"]'));
  if (rail && waits) window.Idiomorph.morph(rail, waits); // how much waits for somebody's word
  if (!answer.redirected) redrawRest(fresh); // else it came back to its author: the composer is another page
}

function redrawRest(fresh) {
  for (const selector of [".page-head > .row-wrap", ".page-head-text"]) {
    const [old, now] = [document.querySelector(selector), fresh.querySelector(selector)];
    if (old && now && !old.querySelector(":popover-open")) window.Idiomorph.morph(old, now, GENTLY);
  }
  const table = fresh.getElementById("families");
  const old = document.getElementById("families");
  if (old && table) window.Idiomorph.morph(old, table, GENTLY);
  else if (table) document.querySelector(".page-body").append(table);
}

// What was pressed is done, or refused in words above the numbers: the page is the same one.
function redraw(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  if (!fresh.getElementById("live")) return location.reload();
  for (const open of document.querySelectorAll(":popover-open")) open.hidePopover();
  for (const name of LIVE) window.Idiomorph.morph(document.getElementById(name), fresh.getElementById(name), GENTLY);
  document.getElementById("refused").replaceChildren(...fresh.getElementById("refused").children);
  count();
  redrawRest(fresh);
}

// --- Countdown ------------------------------------------------------------
let ends = null;

function count() {
  const clock = document.querySelector("[data-hold]");
  ends = clock ? performance.now() + Number(clock.dataset.hold) * 1000 : null;
}

setInterval(() => {
  const clock = document.querySelector("[data-hold]");
  if (!clock || ends === null || isAway()) return;
  const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
  clock.textContent = left;
  if (!left) soon();
}, 500);

const isOurs = ({ announcement_id: which, step_of: first }) => which === id || first === id; // or what was sent on from it
live.on("announcement:progress", (news) => isOurs(news) && soon());
live.on("announcement:changed", (news) => isOurs(news) && soon());
live.on("message:new", ({ kind }) => kind === "inbound" && soon()); // an answer, perhaps
live.on("survey:progress", soon);
live.on("resync", soon);
live.listenAlso(`announcement:${id}`);
setInterval(() => {
  if (document.visibilityState === "visible" && isMoving() && !live.isConnected()) soon();
}, POLL_EVERY);
if (location.pathname.includes("/acts/")) history.replaceState(null, "", `/announcements/${id}`); // what was refused is not asked again by a reload
count();
askAgain();
refuseWithoutServer(`/announcements/${id}/progress`, redraw, soon);
watchServer(".page-head .acts button, #live form button, #live .anchor > button", soon, (time) => {
  const pill = document.querySelector("#live .live-top .badge");
  if (pill) pill.textContent = words("as-of", { time });
});
live.start(Number(app.dataset.liveFrom) || 0);
