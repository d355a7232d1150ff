// The open thread: its entries, each at its place and as the server shows it now. Only additions are announced, and only at the end.
import { listenTo, on, position } from "../live.js";
import { freshness } from "./freshness.js";
import { box, emit, fragment, isShown, main, openId, thread, when, words } from "./page.js";

const NEAR_END = 80;
const FETCHED = 40; // as many as the server gives at once
const TRIES = 3; // what an event told of is not told again: a hiccup of the line must not lose it

const scroller = () => document.getElementById("log");
export const list = () => document.getElementById("messages");
export const bubbleOf = (id) => document.getElementById(`m${id}`);
let unseen = 0;

// The scroller counts upwards from its end.
export const isAtEnd = () => Math.abs(scroller()?.scrollTop ?? 0) < NEAR_END;

export function toEnd() {
  if (scroller()) scroller().scrollTop = 0;
  unseen = 0;
  showUnseen();
}

function showUnseen() {
  const button = document.getElementById("new-below");
  if (!button) return;
  button.hidden = unseen === 0;
  button.querySelector("span").textContent = words("new-below", { count: unseen });
}

export function lastId() {
  const shown = [...(list()?.querySelectorAll("[data-message]") ?? [])].map((item) => Number(item.dataset.message));
  return shown.length ? Math.max(...shown) : 0;
}

// Puts each entry where its number belongs: before what is scheduled, and in place of what was drawn while sending.
// A day's heading comes before the entry that it stands above, and only once. `asked`: since when they may be out of date.
export function append(entries, { mine = false, asked = 0 } = {}) {
  const place = list();
  if (!place) return;
  const stick = mine || isAtEnd();
  const height = scroller().scrollHeight;
  let added = 0;
  let day = null;
  for (const entry of entries) {
    if (entry.matches(".day")) {
      day = entry;
      continue;
    }
    const { message: id, uuid } = entry.dataset;
    const old = (id && bubbleOf(id)) ?? (uuid && place.querySelector(`[data-drawn="${uuid}"]`));
    if (old) old.replaceWith(entry);
    else {
      const next = spotBefore(Number(id));
      if (next) next.before(entry);
      else place.append(entry);
      added += 1;
    }
    if (day && !days().some((other) => other.textContent.trim() === day.textContent.trim())) entry.before(day);
    day = null;
    window.htmx.process(entry);
    if (id && bubbles.isNewerThan(Number(id), asked)) bubbles.redraw(Number(id));
  }
  document.getElementById("no-messages")?.remove();
  if (stick) toEnd();
  else if (added) {
    scroller().scrollTop -= scroller().scrollHeight - height;
    unseen += added;
    showUnseen();
  }
}

const days = () => [...list().querySelectorAll(".day")];

// Before which entry a message stands; one that was drawn here has no number yet and stands before what is scheduled.
function spotBefore(id) {
  if (!id) return list().querySelector("[data-scheduled]");
  const later = id < lastId() ? [...list().querySelectorAll("[data-message]")].find((item) => Number(item.dataset.message) > id) : null;
  return later ?? list().querySelector("[data-scheduled], [data-drawn]");
}

let fetching = null;
let again = false;
export async function fetchNew() {
  const id = openId();
  if (!id || thread().dataset.atEnd === undefined) return;
  if (fetching) {
    again = true;
    return fetching;
  }
  fetching = fetchWhileMore(id).finally(() => (fetching = null));
  await fetching;
  emit("caught-up");
}

async function fetchWhileMore(id) {
  do {
    again = false;
    const before = lastId();
    const asked = performance.now();
    const found = await fragment(`/conversations/${id}/new?after=${before}`, { tries: TRIES });
    if (openId() !== id || !found) continue;
    append(found, { asked });
    again ||= lastId() > before && found.length >= FETCHED; // a full answer: there may be more
  } while (again && openId() === id);
}

// After which entry the next one comes, as far as this page knows; null while it shows an earlier part of the thread.
export const endsWith = () => (thread()?.dataset.atEnd === undefined ? null : lastId());

// A text that this page sends comes back with the answer: news of it need not be fetched, here; in a second tab it must.
const WAITS_FOR_OWN = 3000;
let ownOnes = Promise.resolve();
export function ownText() {
  let arrived;
  const one = new Promise((settle) => (arrived = settle));
  ownOnes = Promise.all([ownOnes, one]);
  return arrived;
}

// Two people write at once: the lower number may arrive after the higher one.
async function fetchLate(id) {
  await Promise.race([ownOnes, new Promise((go) => setTimeout(go, WAITS_FOR_OWN))]);
  if (bubbleOf(id)) return;
  await fetchNew();
  const first = Number(list()?.querySelector("[data-message]")?.dataset.message);
  if (!first || id < first || id > lastId() || bubbleOf(id)) return;
  const conversation = openId();
  const asked = performance.now();
  const found = await fragment(`/conversations/messages/${id}/bubble`, { tries: TRIES });
  if (found && openId() === conversation) append(found, { asked });
}

// Too much happened to be told one by one: the end of the thread is read again as a whole.
async function readAgain() {
  const id = openId();
  if (!id || thread().dataset.atEnd === undefined || !isAtEnd()) {
    await fetchNew();
    return;
  }
  const asked = performance.now();
  const found = await fragment(`/conversations/${id}`, { tries: TRIES });
  const fresh = found?.find((item) => item.id === "thread")?.querySelector("#messages");
  if (!fresh || openId() !== id) return;
  const drawn = [...list().querySelectorAll("[data-drawn]")];
  list().replaceWith(fresh);
  window.htmx.process(fresh);
  append(drawn, { mine: true });
  for (const { dataset } of fresh.querySelectorAll("[data-message]")) {
    if (bubbles.isNewerThan(Number(dataset.message), asked)) bubbles.redraw(Number(dataset.message));
  }
  emit("caught-up");
}

const bubbles = freshness(drawBubble, bubbleOf);
export const refreshBubble = bubbles.changed;
export const noteChange = bubbles.note;

async function drawBubble(id) {
  const found = await fragment(`/conversations/messages/${id}/bubble`, { tries: TRIES });
  if (found === undefined) return;
  const fresh = found?.find((item) => item.dataset.message);
  const current = bubbleOf(id);
  if (!current) return;
  if (!fresh) {
    dropBubble(id);
    return;
  }
  const focused = current.contains(document.activeElement) ? document.activeElement : null;
  fresh.classList.toggle("is-joined", current.classList.contains("is-joined"));
  current.replaceWith(fresh);
  window.htmx.process(fresh);
  if (focused) fresh.querySelector("button, a")?.focus();
}

// With the last entry of a day goes its heading.
export function dropBubble(id) {
  const bubble = bubbleOf(id);
  const day = bubble?.previousElementSibling;
  bubble?.remove();
  if (day?.matches(".day") && !day.nextElementSibling?.matches("[data-message], [data-drawn]")) day.remove();
}

// What somebody is changing right now stays, unless it was they who changed it.
let changedHere = false;
const schedules = freshness(drawSchedule, (id) => id === openId());
export function refreshSchedule({ own = false } = {}) {
  changedHere ||= own;
  return openId() && schedules.changed(openId());
}

async function drawSchedule(id) {
  const own = changedHere;
  changedHere = false;
  const found = await fragment(`/conversations/${id}/scheduled`, { tries: TRIES });
  if (found === undefined || openId() !== id) return;
  const hadFocus = list().querySelector("[data-scheduled] :focus");
  const kept = new Set();
  for (const old of list().querySelectorAll("[data-scheduled]")) {
    if (!own && old.querySelector("form")) kept.add(old.id);
    else old.remove();
  }
  for (const item of found ?? []) {
    if (kept.has(item.id)) continue;
    list().append(item);
    window.htmx.process(item);
  }
  if (hadFocus && !hadFocus.isConnected) box()?.focus();
}

// --- Facts ---------------------------------------------------------------------
on("message:new", ({ conversation_id: id, message_id: message }) => id === openId() && fetchLate(message));
on("message:changed", ({ conversation_id: id, message_id: message }) => id === openId() && refreshBubble(message));
on("schedule:changed", ({ conversation_id: id }) => id === openId() && refreshSchedule());
on("conversation:deleted", ({ conversation_id: id }) => {
  if (id === openId()) emit("thread-gone", { id });
});
on("resync", () => readAgain());

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#new-below")) toEnd();
});
document.addEventListener("scroll", (event) => {
  if (event.target.id === "log" && unseen && isAtEnd()) toEnd();
}, { capture: true, passive: true });

// --- Older ones -------------------------------------------------------------------
// They are put above in silence, and a day that stands there already loses its second heading.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.closest?.(".thread-edge")) scroller()?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterSettle", () => {
  if (scroller()?.getAttribute("aria-busy") !== "true") return;
  scroller().removeAttribute("aria-busy");
  const known = new Set();
  for (const day of days()) {
    const text = day.textContent.trim();
    if (known.has(text)) day.remove();
    known.add(text);
  }
  if (!list().querySelector("[data-newer]")) thread().dataset.atEnd = "";
});

// What happened to this conversation since its thread was asked for, this page has not heard.
let askedAt = null;
when("leaving", () => (askedAt = position()));
when("thread", ({ id }) => {
  unseen = 0;
  bubbles.forget();
  listenTo(isShown(thread()) ? id : null, askedAt ?? position());
  askedAt = null;
  const found = new URLSearchParams(location.search).get("message") ?? location.hash.match(/^#m(\d+)$/)?.[1];
  const bubble = found && bubbleOf(found);
  if (bubble) {
    bubble.classList.add("is-found");
    bubble.scrollIntoView({ block: "center" });
  }
});
when("stayed", () => listenTo(isShown(thread()) ? openId() : null));
when("leaving", () => {
  if (main().dataset.view !== "list") listenTo(null);
});
