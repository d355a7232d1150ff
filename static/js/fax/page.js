// The faxes: the list stays true while it is open, one is shown beside it, and counts as read once it was seen for a second.
import "../app.js";
import "./bulk.js";
import "./forward.js";
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { begin, takePages } from "./viewer.js";
import { carryOver, listen, mayReplace, refreshSide, takeUp } from "./acts.js";
import { listenForKeys } from "./keys.js";
import { beginOutgoing, takeState } from "./outgoing.js";

const READ_AFTER = 1000;
const app = document.querySelector(".app");
const main = document.getElementById("main");
const list = document.getElementById("fax-list");
const news = document.getElementById("fax-news");
const query = new URLSearchParams(location.search);
query.delete("after");
const tail = query.size ? `?${query}` : "";
const address = () => location.pathname + location.search;
let shown = address();
let opening = 0;
let changedMeanwhile = false;
let refreshing = false;
let again = false;

const one = () => document.getElementById("fax-one");
const openId = () => Number(one()?.dataset.openFax ?? 0);
const parsed = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};
const get = (where) => fetch(where, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);

// --- Seen -------------------------------------------------------------------
let seenSince = null;
function watch() {
  clearTimeout(seenSince);
  const id = openId();
  const isSeen = () => document.visibilityState === "visible" && one()?.dataset.new === "1" && openId() === id;
  if (!isSeen()) return;
  seenSince = setTimeout(() => {
    if (!isSeen()) return;
    one().dataset.new = "0";
    post(`/fax/${id}/read`).catch(() => null);
  }, READ_AFTER);
}
document.addEventListener("visibilitychange", watch);

// --- One --------------------------------------------------------------------
function put(fresh) {
  const [pane, side] = [fresh.querySelector("#fax-one"), fresh.querySelector("#fax-side")];
  if (!pane) return false;
  one().replaceWith(pane);
  document.getElementById("fax-side")?.replaceWith(side ?? "");
  for (const part of [pane, side]) if (part) window.htmx?.process(part);
  return true;
}

function mark(id) {
  for (const link of list.querySelectorAll("a.fax-item")) {
    if (link.closest("[data-fax]").dataset.fax === String(id)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

async function open(id, { focus = true } = {}) {
  opening = id;
  changedMeanwhile = false;
  const answer = await get(`/fax/${id}${tail}`);
  if (opening !== id) return; // another one was chosen meanwhile
  const fresh = answer?.ok && !answer.redirected ? parsed(await answer.text()) : null;
  if (!fresh || opening !== id || !put(fresh)) {
    if (opening === id) location.assign(`/fax/${id}${tail}`);
    return;
  }
  main.dataset.view = "detail";
  delete main.dataset.drawer;
  main.classList.remove("no-side");
  app.dataset.nav = "hidden";
  const title = document.querySelector("h1.pane-title"); // a page has one first heading: who sent it
  if (title) title.outerHTML = `<p class="pane-title">${title.innerHTML}</p>`;
  document.title = `${one().getAttribute("aria-label")} · Homeroom`;
  history.pushState({ fax: id }, "", `/fax/${id}${tail}`);
  shown = address();
  mark(id);
  begin();
  beginOutgoing();
  watch();
  if (focus) document.getElementById("fax-pages")?.focus({ preventScroll: true });
  if (changedMeanwhile) refreshOne();
}

// Each part that looks different is brought in by itself: what is being written or looked at stays.
export async function refreshOne() {
  again = true;
  if (refreshing) return; // one question at a time, so that no older answer is the last word
  refreshing = true;
  try {
    while (again) {
      again = false;
      await bringIn(openId());
    }
  } finally {
    refreshing = false;
  }
}

async function bringIn(id) {
  if (!id) return;
  const answer = await get(`/fax/${id}${tail}`);
  if (!answer?.ok) return;
  const fresh = parsed(await answer.text());
  const pane = fresh.querySelector("#fax-one");
  if (!pane || openId() !== id || Number(pane.dataset.version) < Number(one().dataset.version)) return;
  takePages(fresh);
  takeState(fresh);
  const head = one().querySelector("header");
  if (mayReplace(head)) head.replaceWith(pane.querySelector("header"));
  refreshSide(fresh);
  nameSide(main.dataset.view === "side"); // its heading went with the old one
  for (const part of [one().querySelector("header"), document.getElementById("fax-side")]) window.htmx?.process(part);
  const isUnread = pane.dataset.new === "1" && one().dataset.new !== "1";
  Object.assign(one().dataset, { version: pane.dataset.version, new: isUnread ? "0" : pane.dataset.new });
}

export function leave() {
  carryOver();
  location.assign(`/fax${tail}`);
}

// Which one takes the place of this one when it goes.
function besides(id) {
  const rows = [...list.querySelectorAll("[data-fax]")];
  const at = rows.findIndex((row) => row.dataset.fax === String(id));
  return at < 0 ? 0 : Number((rows[at + 1] ?? rows[at - 1])?.dataset.fax ?? 0);
}

// The next one of the list takes its place, or the list alone.
function goOn(next) {
  if (next) open(next);
  else leave();
}

export function neighbour(step) {
  const rows = [...list.querySelectorAll("[data-fax]")].filter((row) => !row.querySelector("a").pathname.endsWith("/edit"));
  const at = rows.findIndex((row) => Number(row.dataset.fax) === openId());
  const next = at < 0 ? rows[0] : rows[at + step];
  if (next) open(Number(next.dataset.fax));
  next?.scrollIntoView({ block: "nearest" });
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("a.fax-item");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button || link.pathname.endsWith("/edit")) return;
  event.preventDefault();
  open(Number(link.closest("[data-fax]").dataset.fax));
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-side]")) {
    if (matchMedia("(min-width: 56rem)").matches) main.dataset.drawer = "open";
    else {
      main.dataset.view = "side";
      nameSide(true); // the first heading of the page is out of sight with its pane
    }
    document.querySelector("#fax-side [data-close-side]")?.focus();
  } else if (event.target.closest?.("[data-close-side]")) closeSide();
});
function nameSide(isAlone) {
  document.getElementById("fax-side-title")?.remove();
  if (!isAlone) return;
  const title = document.createElement("h1");
  title.id = "fax-side-title";
  title.className = "vh";
  title.textContent = one().getAttribute("aria-label");
  document.querySelector("#fax-side .pane-head").before(title);
}
export function closeSide() {
  if (main.dataset.drawer !== "open" && main.dataset.view !== "side") return false;
  delete main.dataset.drawer;
  if (main.dataset.view === "side") main.dataset.view = "detail";
  nameSide(false);
  document.querySelector("#fax-one [data-side]")?.focus();
  return true;
}
// A jump within the page is no other page.
addEventListener("popstate", () => address() !== shown && location.reload());

// --- The list ---------------------------------------------------------------
const groups = { first: list.querySelector('[data-group="first"]'), earlier: list.querySelector('[data-group="earlier"]') };
const isNarrowed = [...query.keys()].some((key) => !["box", "select"].includes(key));

function place(row) {
  const id = Number(row.dataset.fax);
  const group = groups[row.dataset.first === "1" ? "first" : "earlier"];
  const after = [...group.children].find((each) => Number(each.dataset.fax) < id);
  if (after) after.before(row);
  else if (row.dataset.first === "1" || !list.querySelector(".list-more")) group.append(row);
  tidy();
}

function tidy() {
  for (const [name, group] of Object.entries(groups)) document.getElementById(name).hidden = !group.children.length;
  const nothing = document.getElementById("no-fax");
  if (nothing) nothing.hidden = Boolean(list.querySelector("[data-fax]"));
}

const asked = new Map();
async function refreshRow(id, { isFresh = false } = {}) {
  const mine = (asked.get(id) ?? 0) + 1;
  asked.set(id, mine);
  const old = document.getElementById(`f${id}`);
  if (isNarrowed && !old) return;
  const answer = await get(`/fax/${id}/row${tail}`);
  if (asked.get(id) !== mine) return;
  const known = document.getElementById(`f${id}`);
  if ([204, 404].includes(answer?.status)) {
    known?.remove();
    tidy();
    return;
  }
  if (!answer?.ok) return;
  const row = parsed(await answer.text()).querySelector("[data-fax]");
  if (!row || asked.get(id) !== mine) return;
  if (id === openId()) row.querySelector("a").setAttribute("aria-current", "true");
  const box = row.querySelector("input");
  if (box && known) box.checked = known.querySelector("input")?.checked ?? false;
  // What is read here stays where it is until the list is loaded again: nothing jumps under the mouse.
  if (known?.dataset.first === "1" && (known.dataset.stays || (id === openId() && !row.querySelector(".is-new")))) {
    row.dataset.stays = "1";
    row.dataset.first = "1";
  }
  if (known && known.dataset.first === row.dataset.first) known.replaceWith(row);
  else {
    known?.remove();
    place(row);
  }
  if (isFresh && !known) news.textContent = news.dataset.came;
}

let counting = null;
const counts = freshness(async () => {
  const answer = await fetch("/fax/counts", { headers: { Accept: "application/json", "Homeroom-Background": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  const { boxes, rail } = await answer.json();
  const show = (where, number) => {
    for (const place of document.querySelectorAll(where)) {
      place.textContent = number || "";
      place.hidden = !number;
    }
  };
  for (const [key, number] of Object.entries(boxes)) show(`[data-count-of="${key}"]`, number);
  show('[data-count="fax"]', rail);
  for (const place of document.querySelectorAll('[data-count-words="fax"]')) place.textContent = rail ? `, ${rail}` : "";
});

function countSoon() {
  counting ??= setTimeout(() => {
    counting = null;
    counts.changed("boxes");
  }, 300);
}

live.on("fax:changed", ({ fax_id: id, is_fresh: isFresh }) => {
  refreshRow(id, { isFresh });
  if (id === opening) changedMeanwhile = true; // what is on its way may be older than this
  if (id === openId()) refreshOne();
  countSoon();
});
// More happened than is told one by one: the list is asked for anew, and what is being written or looked at stays.
async function catchUp() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = parsed(await answer.text());
  for (const [name, group] of Object.entries(groups)) group.replaceChildren(...fresh.querySelectorAll(`#fax-list [data-group="${name}"] > *`));
  tidy();
  countSoon();
  changedMeanwhile = true;
  if (openId()) refreshOne();
}
export { catchUp, openId, refreshRow };
live.on("resync", catchUp);
document.addEventListener("homeroom:connection", (event) => {
  if (event.detail.state === "offline") toast(news.dataset.offline, { kind: "warn" });
});

listen({ refreshOne, refreshRow, goOn, besides, openId, countSoon, catchUp });
listenForKeys({ neighbour, closeSide, openId });
begin();
beginOutgoing();
tidy();
watch();
takeUp();
live.start(Number(app.dataset.liveFrom) || 0);
