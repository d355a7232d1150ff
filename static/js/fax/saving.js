// The draft saves itself 0.8 s after the last change; then what follows from it is asked for: pages, cover, time and cost.
import { post } from "../htmx_rules.js";
import { words } from "../words.js";

const SAVE_AFTER = 800;
const LOOK_AGAIN = 700;
let changes = 0;
let saved = 0;
let stopped = false;
let leaving = false;
let running = null;
let timer = null;
let looking = null;

export const form = () => document.getElementById("fax");
const line = () => document.getElementById("saved");

function say(key) {
  line().textContent = words(key);
}

function conflict(advice) {
  stopped = true;
  say("older");
  const box = document.createElement("div");
  box.className = "callout callout-danger";
  box.setAttribute("role", "alert");
  const inner = document.createElement("div");
  const said = document.createElement("p");
  said.textContent = advice;
  const link = document.createElement("a");
  link.href = form().action;
  link.textContent = words("newest");
  inner.append(said, link);
  box.append(inner);
  document.getElementById("trouble").replaceChildren(box);
  box.scrollIntoView({ block: "nearest" });
}

// What is written; files go their own way.
function written() {
  const data = new FormData(form());
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

async function saveOnce() {
  const mine = changes;
  say("saving");
  const answer = await post(form().action, written()).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok) {
    saved = mine;
    form().elements.edition.value = said.edition;
    if (!form().dataset.id) adopt(said);
    line().textContent = `· ${said.said}`;
    return true;
  }
  if (answer?.status === 401) document.dispatchEvent(new CustomEvent("homeroom:signed-out"));
  if (answer && answer.status < 500 && answer.status !== 401 && answer.status !== 429) {
    conflict(said?.error?.message ?? words("failed"));
    return false;
  }
  say("not-saved");
  later();
  return false;
}

// The first save makes the row: from now on this page is its address.
function adopt({ id, address }) {
  form().dataset.id = id;
  form().action = address;
  document.getElementById("discard-form").action = `/fax/${id}/discard`;
  document.getElementById("discard").hidden = false;
  history.replaceState(history.state, "", address);
}

// Saves run one after the other; the last one holds everything.
export async function save() {
  if (stopped) return false;
  while (running) await running;
  if (saved === changes && form().dataset.id) return true;
  running = saveOnce();
  const done = await running;
  running = null;
  if (done) look();
  return done;
}

export function changed() {
  changes += 1;
  later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER);
}

// What follows from the draft. While pages are being made, it is asked again.
export async function look() {
  clearTimeout(looking);
  const { id } = form().dataset;
  if (!id || leaving) return;
  const answer = await fetch(`/fax/${id}/parts`, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) place(await answer.text());
  if (!answer?.ok || document.querySelector("#doc-list[data-waiting]")) looking = setTimeout(look, LOOK_AGAIN);
}

function place(html) {
  for (const piece of [...new DOMParser().parseFromString(html, "text/html").body.children]) {
    const old = document.getElementById(piece.id);
    if (old && !old.matches("[data-busy]")) window.Idiomorph.morph(old, piece);
  }
  document.dispatchEvent(new CustomEvent("homeroom:fax-looked"));
}

document.addEventListener("input", (event) => {
  if (event.target.form === form() && event.target.type !== "file") changed();
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  clearTimeout(timer);
  if (event.submitter?.value !== "save") {
    leaving = true;
    return;
  }
  event.preventDefault(); // Enter in a field
  save();
});
addEventListener("pageshow", () => {
  leaving = false;
});
addEventListener("pagehide", () => {
  if (stopped || leaving || saved === changes || !form()) return;
  navigator.sendBeacon(form().action, written());
});
if (document.querySelector("#doc-list[data-waiting]")) look();
