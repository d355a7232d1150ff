// Rows of the list, kept fresh. A row never moves under the pointer: it waits until the list was left alone for two seconds.
import { on } from "../live.js";
import { countSoon } from "./counts.js";
import { freshness } from "./freshness.js";
import { debounced, fragment, openId, speak, tail, toast, when, words } from "./page.js";
import { markCurrent, openThread } from "./panes.js";

const IDLE = 2000;
const ORDER = ["waiting", "today", "yesterday", "week"];
const waiting = new Map();
let touchedAt = 0;

const rows = () => document.getElementById("rows");
const rowOf = (id) => document.getElementById(`c${id}`);

for (const type of ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"]) {
  document.addEventListener(type, (event) => {
    if (event.target.closest?.("#rows")) touchedAt = performance.now();
  }, { passive: true });
}

const isSearch = () => Boolean(rows()?.querySelector(".search-more"));
const isSelecting = () => Boolean(document.getElementById("bulk"));
const isBusy = () => performance.now() - touchedAt < IDLE || isSelecting();

const fresh = freshness(refresh);
const pending = new Set();
const fetchSoon = debounced(() => {
  for (const id of pending) fresh.changed(id);
  pending.clear();
}, 120);

export function changed(id) {
  countSoon();
  if (!rows() || isSearch()) return;
  pending.add(id);
  fetchSoon();
}

async function refresh(id) {
  const end = tail();
  const found = await fragment(`/conversations/${id}/row${isSelecting() ? `${end ? `${end}&` : "?"}select=1` : end}`, { tries: 3 });
  if (found === undefined || isSearch()) return;
  const row = found?.[0] ?? null;
  const old = rowOf(id);
  if (!row) {
    if (old && id !== openId()) remove(old);
    return;
  }
  if (old && Number(old.dataset.version) > Number(row.dataset.version)) return;
  if (row.querySelector(".convo-check")) row.querySelector(".convo-check").checked = Boolean(old?.querySelector(".convo-check")?.checked);
  if (old && old.dataset.group === row.dataset.group && old.dataset.newest === row.dataset.newest) {
    old.replaceWith(row);
    markCurrent();
    return;
  }
  if (isBusy()) {
    if (old) old.querySelector(".convo-snip")?.replaceWith(row.querySelector(".convo-snip").cloneNode(true));
    waiting.set(id, row);
    showPending();
  } else {
    place(row);
  }
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const hadFocus = row.contains(document.activeElement);
  const list = row.parentElement;
  row.remove();
  if (!list.children.length) {
    const head = list.previousElementSibling;
    if (head?.matches(".list-head")) head.remove();
    list.remove();
  }
  if (hadFocus) (next?.querySelector(".convo") ?? document.querySelector(".pane-title"))?.focus();
}

function rank(group) {
  const at = ORDER.indexOf(group);
  return at >= 0 ? at : ORDER.length + (9999 - Number(group.replace("-", "").slice(2)));
}

function groupList(row) {
  const known = rows().querySelector(`ul.list[data-group="${row.dataset.group}"]`);
  if (known) return known;
  rows().querySelector(".empty")?.remove();
  const level = document.querySelector(".pane-title")?.localName === "h1" ? "h2" : "h3";
  const head = document.createElement(rows().querySelector(".list-head")?.localName ?? level);
  head.className = "list-head";
  head.dataset.group = row.dataset.group;
  head.textContent = row.dataset.groupName;
  const list = document.createElement("ul");
  list.className = "list";
  list.dataset.group = row.dataset.group;
  const after = [...rows().querySelectorAll("ul.list")].find((other) => rank(other.dataset.group) > rank(row.dataset.group));
  const before = after?.previousElementSibling?.matches(".list-head") ? after.previousElementSibling : after;
  const spot = before ?? rows().querySelector(".list-more");
  if (spot) spot.before(head, list);
  else rows().append(head, list);
  return list;
}

function place(row) {
  const id = Number(row.dataset.conversation);
  const old = rowOf(id);
  const hadFocus = old?.contains(document.activeElement);
  const list = groupList(row);
  const next = [...list.children].find((other) => other !== old && Number(other.dataset.newest) < Number(row.dataset.newest));
  if (old) remove(old);
  if (next?.isConnected) next.before(row);
  else if (list.isConnected) list.append(row);
  else groupList(row).append(row);
  if (hadFocus) row.querySelector(".convo")?.focus();
  const head = rows().querySelector('.list-head[data-group="waiting"] .num');
  const number = rows().querySelector('ul.list[data-group="waiting"]')?.children.length;
  if (head && number && !head.textContent.includes("+")) head.textContent = number;
  markCurrent();
}

function placeWaiting() {
  for (const row of waiting.values()) place(row);
  waiting.clear();
  rows()?.querySelector(".rows-pending")?.remove();
}

function showPending() {
  let button = rows().querySelector(".rows-pending");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm rows-pending";
    button.addEventListener("click", () => {
      placeWaiting();
      rows().scrollTo({ top: 0 });
    });
    rows().prepend(button);
  }
  button.textContent = words("new-above", { count: waiting.size });
}

setInterval(() => {
  if (waiting.size && !isBusy()) placeWaiting();
}, 500);

// --- Facts ----------------------------------------------------------------
for (const name of ["conversation:created", "conversation:changed"]) on(name, ({ conversation_id: id }) => changed(id));
on("conversation:deleted", ({ conversation_id: id }) => {
  const row = rowOf(id);
  if (row) remove(row);
  countSoon();
});
on("unread:changed", ({ conversation_id: id }) => changed(id));
on("message:new", async ({ conversation_id: id, kind }) => {
  changed(id);
  if (kind !== "inbound" || id === openId()) return;
  const name = rowOf(id)?.querySelector(".convo-name")?.textContent;
  if (name) speak(words("new-message-from", { name }));
});
on("mention:new", ({ conversation_id: id }) => {
  if (id !== openId()) toast(words("mentioned"), { kind: "info", action: { label: words("open"), run: () => openThread(id) } });
});
if (document.querySelector('[data-count-of="unknown"]')) countSoon();
on("resync", () => isSearch() || window.htmx.ajax("GET", location.pathname === "/conversations" ? location.href : `/conversations${tail()}`, {
  target: "#rows", select: "#rows", swap: "outerHTML",
}).then(markCurrent));
when("thread", () => markCurrent());
when("row-changed", ({ id }) => changed(id));
