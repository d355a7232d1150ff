// Voicemail: the list stays true while it is open, one plays beside it, and the next unheard follows.
import "../app.js";
import "../calls/line_count.js";
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";
import { begin, listenForKeys } from "../calls/player.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { isWriting, listen, restore, takeNote } from "./writing.js";

const app = document.querySelector(".app");
const pane = document.getElementById("voicemail-one");
const list = document.getElementById("voicemail-list");
const query = new URLSearchParams(location.search);
query.delete("after");
const tail = () => (query.size ? `?${query}` : "");
const token = () => document.querySelector('meta[name="csrf-token"]').content;
let player = null;
let goesOn = false;
let opening = 0;
let changedMeanwhile = false;
let refreshing = false;
let again = false;
const address = () => location.pathname + location.search;
let shown = address();

const openId = () => Number(document.querySelector("[data-open-voicemail]")?.dataset.openVoicemail ?? 0);
const parsed = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};
const get = (address) => fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);

// --- One ------------------------------------------------------------------
function start() {
  player?.stop();
  player = null;
  restore(pane);
  const box = pane.querySelector("[data-player]");
  if (!box) return;
  const id = openId();
  player = begin(box, { heard: () => hear(id), ended: () => nextUp(id) });
}

function hear(id) {
  if (document.querySelector("[data-open-voicemail]")?.dataset.new !== "1") return;
  document.querySelector("[data-open-voicemail]").dataset.new = "0";
  fetch(`/voicemail/${id}/heard`, { method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
}

// The next one follows by itself, but never takes the place of what somebody writes: then it is offered.
async function nextUp(id) {
  goesOn = true;
  const answer = await fetch(`/voicemail/${id}/next${tail()}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { id: next } = await answer.json();
  if (next && goesOn && openId() === id) await open(next, { plays: true, isOffered: true });
}

async function open(id, { plays = false, isOffered = false } = {}) {
  opening = id;
  changedMeanwhile = false;
  const answer = await get(`/voicemail/${id}${tail()}`);
  if (!answer?.ok) {
    if (!isOffered) location.assign(`/voicemail/${id}${tail()}`);
    return;
  }
  const html = await answer.text();
  if (opening !== id) return; // another one was chosen meanwhile
  if (isOffered && isWriting(pane)) {
    toast(words("next-waits"), { kind: "info", action: { label: words("next-play"), run: () => open(id, { plays }) } });
    return;
  }
  player?.stop();
  pane.innerHTML = html;
  window.htmx?.process(pane);
  pane.setAttribute("aria-label", pane.querySelector("h1").textContent);
  document.getElementById("main").dataset.view = "detail";
  const title = document.querySelector("h1.pane-title"); // a page has one first heading: who called
  if (title) title.outerHTML = `<p class="pane-title">${title.innerHTML}</p>`;
  document.title = `${pane.querySelector("h1").textContent} · Homeroom`;
  history.pushState({ voicemail: id }, "", `/voicemail/${id}${tail()}`);
  shown = address();
  for (const link of list.querySelectorAll("a.vm")) {
    if (link.closest("[data-voicemail]").dataset.voicemail === String(id)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  start();
  if (changedMeanwhile) refreshOne();
  if (plays) player?.play();
}

// Each part that looks different is brought in by itself: what is being written or played stands in other parts, and stays.
async function refreshOne() {
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
  const answer = await get(`/voicemail/${id}${tail()}`);
  if (!answer?.ok) return;
  const fresh = parsed(await answer.text());
  if (openId() !== id) return;
  const head = pane.querySelector("header");
  if (!pane.querySelector("dialog[open], [popover]:popover-open")) head.replaceWith(fresh.querySelector("header"));
  else Object.assign(head.dataset, fresh.querySelector("header").dataset);
  takeNote(pane, fresh);
  swap("words", fresh);
  if (player) player.readWords();
  else {
    swap("sound", fresh);
    start();
  }
}

function swap(name, fresh) {
  const [old, now] = [pane, fresh].map((where) => where.querySelector(`[data-part="${name}"]`));
  if (old.textContent !== now.textContent) old.replaceWith(now);
}

listen(pane);
list.addEventListener("click", (event) => {
  const link = event.target.closest("a.vm");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  goesOn = false;
  open(Number(link.closest("[data-voicemail]").dataset.voicemail)).then(() => pane.querySelector("[data-play]")?.focus());
});
// A jump within the page is no other page: what plays goes on.
addEventListener("popstate", () => address() !== shown && location.reload());
listenForKeys(() => player);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  document.getElementById("vq").focus();
});

// --- The list ---------------------------------------------------------------
const groups = () => ({ fresh: list.querySelector('[data-group="fresh"]'), earlier: list.querySelector('[data-group="earlier"]') });

function place(row) {
  const id = Number(row.dataset.voicemail);
  const group = groups()[row.dataset.new === "1" ? "fresh" : "earlier"];
  const after = [...group.children].find((each) => Number(each.dataset.voicemail) < id);
  if (after) after.before(row);
  else if (row.dataset.new === "1" || !list.querySelector(".list-more")) group.append(row);
  tidy();
}

function tidy() {
  for (const [name, group] of Object.entries(groups())) document.getElementById(name).hidden = !group.children.length;
  const isEmpty = !list.querySelector("[data-voicemail]");
  const nothing = document.getElementById("no-voicemail");
  if (nothing) nothing.hidden = !isEmpty;
}

const came = new Set(); // those whose first row is on its way
const rows = freshness(drawRow);

async function drawRow(id) {
  const isFresh = came.delete(id);
  const old = document.getElementById(`v${id}`);
  const answer = query.get("q") && !old ? null : await get(`/voicemail/${id}/row${tail()}`);
  const html = await answer?.text();
  const known = document.getElementById(`v${id}`); // a search brings in other rows meanwhile
  if ([204, 404].includes(answer?.status)) {
    known?.remove();
    tidy();
    return;
  }
  if (!answer?.ok) return;
  const row = parsed(html).querySelector("[data-voicemail]");
  if (id === openId()) row.querySelector("a").setAttribute("aria-current", "true");
  if (known && known.dataset.new === row.dataset.new) known.replaceWith(row);
  else {
    known?.remove();
    place(row);
  }
  if (isFresh && !known) document.getElementById("voicemail-news").textContent = document.getElementById("voicemail-news").dataset.came;
}

let counting = null;
const counts = freshness(async () => {
  const answer = await fetch("/voicemail/counts", { headers: { Accept: "application/json", "Homeroom-Background": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  const { boxes, rail } = await answer.json();
  const show = (where, number) => {
    for (const one of document.querySelectorAll(where)) {
      one.textContent = number || "";
      one.hidden = !number;
    }
  };
  for (const [key, number] of Object.entries(boxes)) show(`[data-count-of="${key}"]`, number);
  show('[data-count="voicemail"]', rail);
  for (const one of document.querySelectorAll('[data-count-words="voicemail"]')) one.textContent = rail ? `, ${rail}` : "";
});

function countSoon() {
  counting ??= setTimeout(() => {
    counting = null;
    counts.changed("boxes");
  }, 300);
}

live.on("voicemail:changed", ({ voicemail_id: id, is_fresh: isFresh }) => {
  if (isFresh) came.add(id);
  rows.changed(id);
  if (id === opening) changedMeanwhile = true; // what is on its way may be older than this
  if (id === openId()) refreshOne();
  countSoon();
});
// More happened than is told one by one: the list is asked for anew, and what is being written or played stays.
async function catchUp() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = parsed(await answer.text());
  for (const [name, group] of Object.entries(groups())) {
    group.replaceChildren(...fresh.querySelectorAll(`#voicemail-list [data-group="${name}"] > *`));
  }
  tidy();
  countSoon();
  changedMeanwhile = true;
  if (openId()) refreshOne();
}
live.on("resync", catchUp);
document.addEventListener("homeroom:connection", (event) => {
  if (event.detail.state === "offline") toast(document.getElementById("voicemail-news").dataset.offline ?? "", { kind: "error" });
});

// --- The search -------------------------------------------------------------
const field = document.getElementById("vq");
let searching = null;

async function search() {
  const wanted = field.value.trim();
  if (wanted === (query.get("q") ?? "")) return;
  if (wanted) query.set("q", wanted);
  else query.delete("q");
  const answer = await fetch(`/voicemail${tail()}`, { credentials: "same-origin" }).catch(() => null);
  if (wanted !== field.value.trim()) return; // typed on meanwhile
  if (!answer?.ok || answer.redirected) return field.form.submit();
  const fresh = parsed(await answer.text());
  list.replaceChildren(...fresh.getElementById("voicemail-list").childNodes);
  list.scrollTop = 0;
  window.htmx?.process(list);
  document.querySelector(".list-tools .chips").replaceWith(fresh.querySelector(".list-tools .chips"));
  document.getElementById(`v${openId()}`)?.querySelector("a").setAttribute("aria-current", "true");
  history.replaceState(history.state, "", location.pathname + tail());
  shown = address();
}
field.addEventListener("input", () => {
  clearTimeout(searching);
  searching = setTimeout(search, 250);
});
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});

start();
tidy();
live.start(Number(app.dataset.liveFrom) || 0);
