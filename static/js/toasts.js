// Short news in the corner. It waits while somebody points at it or has the focus in it.
import { words } from "./words.js";

const ICONS = { ok: "circle-check", info: "info-circle", warn: "alert-triangle", error: "alert-circle" };
const LONG = 12000;
const SHORT = 5000;

function iconHref(name) {
  const known = document.querySelector("svg use")?.getAttribute("href") ?? "";
  return `${known.split("#")[0]}#i-${name}`;
}

function draw(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", iconHref(name));
  svg.append(use);
  return svg;
}

function leaveLater(box, milliseconds, onEnd) {
  let left = milliseconds;
  let started = performance.now();
  let timer;
  const run = () => {
    started = performance.now();
    timer = setTimeout(() => {
      box.remove();
      onEnd?.();
    }, left);
  };
  const pause = () => {
    clearTimeout(timer);
    left -= performance.now() - started;
  };
  for (const type of ["pointerenter", "focusin"]) box.addEventListener(type, pause);
  for (const type of ["pointerleave", "focusout"]) box.addEventListener(type, run);
  run();
  return () => clearTimeout(timer);
}

// action: { label, name, run }; the name is said where the label changes. Returns a function that takes the toast away.
export function toast(text, { kind = "ok", action = null, seconds = null, holds = true, onEnd = null } = {}) {
  const host = document.getElementById("toasts");
  if (!host) return () => {};
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.toast = kind;
  const line = document.createElement("p");
  line.textContent = text;
  box.append(draw(ICONS[kind] ?? ICONS.info), line);
  const away = () => box.remove();
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link";
    button.textContent = action.label ?? words("undo");
    if (action.name) button.setAttribute("aria-label", action.name);
    button.addEventListener("click", () => {
      away();
      action.run();
    });
    box.append(button);
  }
  host.append(box);
  const time = seconds ? seconds * 1000 : action || kind === "error" ? LONG : SHORT;
  if (holds) leaveLater(box, time, onEnd);
  else setTimeout(() => { away(); onEnd?.(); }, time);
  return away;
}

// Toasts that the server rendered.
function adopt() {
  for (const box of document.querySelectorAll("#toasts > .toast:not([data-adopted])")) {
    box.dataset.adopted = "";
    const seconds = Number(box.dataset.seconds) || 0;
    const time = box.dataset.toast === "error" || box.querySelector("form") ? LONG : SHORT;
    leaveLater(box, seconds ? seconds * 1000 : time);
  }
}
document.addEventListener("htmx:load", adopt);
adopt();
