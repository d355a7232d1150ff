// The draft saves itself 0.8 s after the last change; then the counts, the cost and the preview are asked for anew.
import { post } from "../htmx_rules.js";
import { words } from "../words.js";
import { debounced, elements, emit, form, text, when } from "./page.js";

const SAVE_AFTER = 800;
let changes = 0;
let saved = 0;
let stopped = false;
let running = null;
let asked = 0;

const line = () => document.getElementById("saved");

function conflict(advice) {
  stopped = true;
  const place = document.getElementById("trouble");
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
  place.replaceChildren(box);
  place.scrollIntoView({ block: "nearest" });
}

async function saveOnce() {
  const mine = changes;
  line().textContent = words("saving");
  const data = new FormData(form());
  const answer = await post(form().action, data).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok) {
    saved = mine;
    form().elements.version.value = said.version;
    if (!form().dataset.id) adopt(said);
    form().dataset.badTime = String(said.bad_time);
    line().textContent = said.said;
    return true;
  }
  if (answer?.status === 401) document.dispatchEvent(new CustomEvent("homeroom:signed-out"));
  if (answer && answer.status < 500 && answer.status !== 401 && answer.status !== 429) {
    line().textContent = "";
    conflict(said?.error?.message ?? words("failed"));
    return false;
  }
  line().textContent = words("not-saved");
  later();
  return false;
}

// The first save makes the row: from now on this page is its address.
function adopt({ id, address }) {
  form().dataset.id = id;
  form().dataset.plan = `/announcements/${id}/plan`;
  form().action = address;
  document.getElementById("discard-form").action = `/announcements/${id}/discard`;
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
  if (done) count();
  return done;
}

const later = debounced(save, SAVE_AFTER);

export function changed() {
  changes += 1;
  later();
}

export async function count() {
  const address = form().dataset.plan;
  if (!address) return;
  asked += 1;
  const mine = asked;
  const reader = document.getElementById("as")?.value;
  const html = await text(reader ? `${address}?as=${encodeURIComponent(reader)}` : address);
  if (html === null || mine !== asked) return;
  for (const piece of elements(html)) {
    if (piece.dataset.newPanels) emit("panels", { channel: piece.dataset.newPanels, panels: [...piece.children] });
    else place(piece);
  }
  emit("counted");
}

function place(piece) {
  const old = document.getElementById(piece.id);
  if (!old) return;
  if (old.contains(document.activeElement) && piece.id !== "reach") window.Idiomorph.morph(old, piece);
  else old.replaceWith(piece);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.form !== form() || field.name?.startsWith("q-") || field.name === "language") return;
  changed();
});
document.addEventListener("change", (event) => {
  if (event.target.id === "as") count();
});
document.addEventListener("submit", (event) => {
  if (event.target !== form() || event.submitter?.value !== "save") return; // Enter in a field
  event.preventDefault();
  save();
});
when("changed", changed);
addEventListener("pagehide", () => {
  if (stopped || saved === changes || !form()) return;
  navigator.sendBeacon(form().action, new FormData(form()));
});
