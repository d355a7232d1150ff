// The keyboard. Single letters work outside of fields only, can be turned off, and never send or delete.
import { undoLast } from "./actions.js";
import { canUndo, setMode, undo } from "./composer.js";
import { box, main, openId, thread } from "./page.js";
import { backToList, closeSide, neighbour, openThread } from "./panes.js";
import { openDialog } from "../dialogs.js";

const isField = (element) => element.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

function press(key) {
  const control = thread()?.querySelector(`[data-key="${key}"]`);
  if (control && !control.disabled) control.click();
}

function write(mode) {
  const gate = document.getElementById("composer-gate");
  if (gate) gate.open = true;
  setMode(mode);
  const field = box();
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length); // writing goes on where it stopped
}

// Rows of the list, or what a search found.
const links = () => [...document.querySelectorAll("#rows a.convo, #rows a.person-link")];

function move(step) {
  const focused = document.activeElement?.closest?.("#rows a");
  if (focused) {
    const all = links();
    all[all.indexOf(focused) + step]?.focus();
    return;
  }
  const results = [...document.querySelectorAll("#rows a[data-open-thread]")];
  if (results.length) {
    const at = results.findIndex((link) => link.hasAttribute("aria-current"));
    (results[at + step] ?? (at < 0 ? results[0] : null))?.click();
    return;
  }
  const next = openId() ? neighbour(openId(), step) : Number(document.querySelector("#rows li[data-conversation]")?.dataset.conversation);
  if (next) openThread(next);
}

// G, then the first letter of a place.
const PLACES = { m: "/conversations", p: "/people", s: "/settings" };
const GO_WITHIN = 1500;
let goUntil = 0;

const LETTERS = {
  g: () => (goUntil = performance.now() + GO_WITHIN),
  "/": () => document.getElementById("q")?.focus(),
  c: () => document.querySelector("[data-new-message]")?.click(),
  j: () => move(1),
  k: () => move(-1),
  r: () => write("text"),
  n: () => write("note"),
  e: () => press("e"),
  a: () => press("a"),
  h: () => press("h"),
  u: () => press("u"),
  z: () => (canUndo() ? undo() : undoLast()),
  "?": () => openDialog(document.getElementById("shortcuts")),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (document.querySelector(":popover-open")) return;
    if (closeSide()) return;
    if (isField(event.target)) event.target.blur();
    else if (openId() && !matchMedia("(min-width: 56rem)").matches) main().dataset.view === "detail" && backToList();
    else if (!event.target.closest?.("#list")) (document.querySelector(`#c${openId()} .convo`) ?? links()[0])?.focus();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.getElementById("q")?.focus();
    return;
  }
  if (event.key === "ArrowDown" && event.target.id === "q") {
    event.preventDefault();
    links()[0]?.focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || main().dataset.shortcuts !== "single") return;
  if (event.target.closest?.(".menu")) return;
  if (["ArrowDown", "ArrowUp"].includes(event.key) && event.target.closest?.("#rows")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  const place = performance.now() < goUntil ? document.querySelector(`.rail a[href="${PLACES[event.key.toLowerCase()]}"]`) : null;
  goUntil = 0;
  if (place) {
    event.preventDefault();
    place.click();
    return;
  }
  const run = LETTERS[event.key.toLowerCase()];
  if (!run) return;
  event.preventDefault();
  run();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-write-note]")) {
    closeSide();
    write("note");
  }
});
