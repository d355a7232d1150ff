// The answers stay true while the page is open: numbers at most once a second, the table of people more slowly, spoken now and then.
import "../app.js";
import { elements, text } from "../announcements/page.js";
import "../calls/line_count.js";
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";
import "../unread_count.js";

const app = document.querySelector(".app");
const id = Number(app.dataset.announcement);
const EVERY = 1000;
const PEOPLE_EVERY = 4000;
const SPEAK_EVERY = 10000;
const POLL_EVERY = 10000;
let last = 0;
let waiting = null;
let people = null;
let peopleAt = 0;
let spokenAt = performance.now();

const part = () => document.getElementById("numbers");

const numbers = freshness(refresh);

async function refresh() {
  last = performance.now();
  const html = await text(`/announcements/${id}/answers/numbers`);
  if (html === null) return;
  const fresh = elements(html)[0];
  if (performance.now() - spokenAt < SPEAK_EVERY) fresh.querySelector("#spoken").textContent = part().querySelector("#spoken").textContent;
  else spokenAt = performance.now();
  window.Idiomorph.morph(part(), fresh);
  people ??= setTimeout(() => {
    people = null;
    answers.changed(id);
  }, Math.max(0, peopleAt + PEOPLE_EVERY - performance.now()));
}

const answers = freshness(refreshPeople);

async function refreshPeople() {
  peopleAt = performance.now();
  const html = await text(location.href);
  const fresh = html === null ? null : elements(html).find((piece) => piece.id === "people");
  if (fresh) window.Idiomorph.morph(document.getElementById("people"), fresh);
}

function soon() {
  waiting ??= setTimeout(() => {
    waiting = null;
    numbers.changed(id);
  }, Math.max(0, last + EVERY - performance.now()));
}

live.on("survey:progress", ({ announcement_id: which }) => which === id && soon());
live.on("resync", soon);
live.listenAlso(`announcement:${id}`);
setInterval(() => {
  if (document.visibilityState === "visible" && part().dataset.open === "yes" && !live.isConnected()) soon();
}, POLL_EVERY);
live.start(Number(app.dataset.liveFrom) || 0);
