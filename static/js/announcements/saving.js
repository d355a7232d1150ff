// The draft saves itself 0.8 s after the last change; then the counts, the cost and the preview are asked for anew.
import { post } from "../htmx_rules.js";
import { words } from "../words.js";
import { debounced, elements, emit, form, text, when } from "./page.js";

const SAVE_AFTER = 800;
let changes = 0;
let saved = 0;
let stopped = false;
let running = null;
let asking = new AbortController();

const line = () => document.getElementById("saved");

function conflict(advice) {
  stopped = true;
  line().textContent = words("older");
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
  const sent = written();
  const answer = await post(form().action, sent).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok) {
    saved = mine;
    form().elements.version.value = said.version;
    if (!form().dataset.id) adopt(said);
    form().dataset.badTime = String(said.bad_time);
    if (!said.bad_time) document.getElementById("at").removeAttribute("aria-invalid");
    document.getElementById("of-time").textContent = said.of_time;
    emit("followed", { sent, texts: said.texts });
    if (mine === changes) follow(said);
    tellOthers();
    line().textContent = said.said;
    return true;
  }
  if (answer?.status === 401) document.dispatchEvent(new CustomEvent("homeroom:signed-out"));
  if (answer && answer.status < 500 && answer.status !== 401 && answer.status !== 429) {
    conflict(said?.error?.message ?? words("failed"));
    return false;
  }
  line().textContent = words("not-saved");
  later();
  return false;
}

// Who speaks may follow the audience; what somebody is writing meanwhile stays.
function follow({ school, opening }) {
  const known = { school, opening };
  for (const [name, value] of Object.entries(known)) {
    const field = form().elements[name];
    if (field && field !== document.activeElement) field.value = value;
  }
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

// What is written; files go their own way.
function written() {
  const data = new FormData(form());
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

// Other windows of this browser hear at once that their page is old, before anybody writes into it in vain.
const others = new BroadcastChannel("homeroom:announcements");
const tellOthers = () => others.postMessage({ id: form().dataset.id, version: form().elements.version.value });

others.addEventListener("message", async ({ data }) => {
  while (running) await running;
  if (stopped || !form() || data.id !== form().dataset.id || Number(data.version) <= Number(form().elements.version.value)) return;
  conflict(words("other-tab"));
});

// Something else changed the draft, such as a file: saves wait for it, and go on from its version. Answers what it was refused with.
export async function change(run) {
  if (!(await save())) return "";
  while (running) await running;
  running = run(form().dataset.id, form().elements.version.value);
  const answer = await running.catch(() => null);
  running = null;
  const said = await answer?.json().catch(() => null);
  if (answer?.ok) {
    form().elements.version.value = said.version;
    tellOthers();
    count();
    return null;
  }
  if (answer?.status === 401) document.dispatchEvent(new CustomEvent("homeroom:signed-out"));
  if (answer?.status === 409) conflict(said?.error?.message ?? words("failed"));
  return said?.error?.message ?? words("failed");
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

// Another channel or a question makes another page. It comes in around what stands here, so that nothing that is done meanwhile is lost.
export async function anew() {
  while (await save()) {
    const mine = changes;
    const html = await text(form().action);
    if (html === null) return;
    if (mine === changes && !running) {
      const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("main");
      window.Idiomorph.morph(document.getElementById("main"), fresh, { callbacks: { beforeNodeMorphed: (old) => !old.matches?.("[data-busy]") } });
      emit("anew");
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, SAVE_AFTER)); // somebody writes: what was asked for is old by now
  }
}

export async function count() {
  const address = form().dataset.plan;
  if (!address) return;
  asking.abort(); // what it would have said is old by now
  asking = new AbortController();
  const { signal } = asking;
  const shown = new URLSearchParams(new FormData(document.getElementById("preview-form")));
  if (form().dataset.counts) shown.set("opened", "1");
  const html = await text(`${address}?${shown}`, signal);
  if (html === null || signal.aborted) return;
  delete form().dataset.counts;
  for (const piece of elements(html)) {
    if (piece.dataset.newPanels) emit("panels", { channel: piece.dataset.newPanels, panels: [...piece.children] });
    else place(piece);
  }
  emit("counted");
}

function place(piece) {
  const old = document.getElementById(piece.id);
  if (!old || old.matches("[data-busy]")) return;
  if (old.contains(document.activeElement) && piece.id !== "reach") window.Idiomorph.morph(old, piece);
  else old.replaceWith(piece);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.id === "who") soonCount();
  if (field.form !== form() || field.name?.startsWith("q-") || field.name === "language" || field.type === "file") return;
  changed();
});
document.addEventListener("change", (event) => {
  if (event.target.id === "as" || event.target.name === "in") count();
});
document.addEventListener("submit", (event) => {
  if (event.target !== form() || event.submitter?.value !== "save") return; // Enter in a field
  event.preventDefault();
  save();
});
const soonCount = debounced(count, 300);
when("changed", changed);
if (form()?.dataset.counts) count(); // so many people that the page did not wait for their counts
addEventListener("pagehide", () => {
  if (stopped || saved === changes || !form()) return;
  navigator.sendBeacon(form().action, written());
});
