// The parts of the page that several modules ask for, and how fragments come from the server.
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";

export { post, toast, words };

const BUSY = Symbol("busy");
const TRY_AGAIN = 1000;

export const main = () => document.getElementById("main");
export const thread = () => document.querySelector("#thread[data-conversation]");
export const openId = () => Number(thread()?.dataset.conversation) || null;
export const composer = () => document.querySelector("form#composer");
export const box = () => document.getElementById("draft");
export const me = () => Number(document.querySelector(".app")?.dataset.staff) || 0;
export const tail = () => document.getElementById("list")?.dataset.tail ?? "";
export const isShown = (element) => Boolean(element?.checkVisibility?.() ?? element?.offsetParent);

export function newUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// A fragment as elements; null when it is gone, undefined when the line is, or the server is too busy, after `tries`.
export async function fragment(address, { tries = 1 } = {}) {
  for (let tried = 1; ; tried += 1) {
    const found = await fragmentOnce(address);
    if (found !== BUSY) return found;
    if (tried >= tries) return undefined;
    await new Promise((go) => setTimeout(go, tried * TRY_AGAIN));
  }
}

async function fragmentOnce(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true", "Homeroom-Background": "1" }, credentials: "same-origin" });
    if (answer.status === 404 || answer.status === 204) return null;
    if (answer.status === 429 || answer.status >= 500) return BUSY;
    return answer.ok ? elements(await answer.text()) : undefined;
  } catch {
    return BUSY;
  }
}

export function elements(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

export function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export function glyph(name) {
  const drawn = document.getElementById("icons").content.querySelector(`use[href$="#i-${name}"]`);
  return drawn ? drawn.parentElement.cloneNode(true) : document.createTextNode("");
}

let spokenAt = 0;
// Polite, and at most every ten seconds unless it matters.
export function speak(text, { now = false } = {}) {
  if (!now && performance.now() - spokenAt < 10000) return;
  spokenAt = performance.now();
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

export function debounced(run, wait) {
  let timer = null;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

export function emit(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(`homeroom:${name}`, { detail }));
}

export function when(name, run) {
  document.addEventListener(`homeroom:${name}`, (event) => run(event.detail));
}
