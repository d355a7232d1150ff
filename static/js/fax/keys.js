// The keyboard. Letters work outside of fields only, can be turned off, and never send or delete.
import { openDialog } from "../dialogs.js";
import { undoLast } from "./acts.js";
import { asItIs, press as view, step } from "./viewer.js";

const isField = (element) => element.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
const press = (key) => document.querySelector(`#fax-one [data-key="${key}"], #fax-side [data-key="${key}"]`)?.click();

export function listenForKeys({ neighbour, closeSide, openId }) {
  const always = {
    PageDown: () => view("next"),
    PageUp: () => view("previous"),
    "+": () => step(1),
    "=": () => step(1),
    "-": () => step(-1),
    0: asItIs,
    "[": () => view("turn-left"),
    "]": () => view("turn-right"),
  };
  const letters = {
    w: () => view("fit"),
    t: () => view("words"),
    j: () => neighbour(1),
    k: () => neighbour(-1),
    e: () => press("e"),
    a: () => press("a"),
    u: () => press("u"),
    n: () => document.getElementById("fax-note")?.focus(),
    z: undoLast,
    "/": () => document.getElementById("fxq")?.focus(),
    "?": () => openDialog(document.getElementById("fax-keys")),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && !document.querySelector(":popover-open") && closeSide()) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || event.target.closest?.(".menu")) return;
    const single = document.getElementById("main").dataset.shortcuts === "single";
    const run = (openId() && always[event.key]) || (single && letters[event.key.toLowerCase()]);
    if (!run) return;
    event.preventDefault();
    run();
  });
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-filters]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) {
    location.assign(link.href);
    return;
  }
  document.getElementById("fax-filters-body").innerHTML = await answer.text();
  openDialog(document.getElementById("fax-filters"), link);
});
