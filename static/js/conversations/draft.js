// One draft per thread: on the device at once, on the server after 0.8 s, and never in the next thread. What is written on
// another device appears here; where both wrote something else, neither is lost.
import { on } from "../live.js";
import { box, composer, emit, me, openId, post, toast, when, words } from "./page.js";

const SAVE_AFTER = 800;
const key = (id) => `homeroom-draft:${me()}:${id}`;
let timer = null;
let unsaved = null;
let shared = ""; // what this device and the server last agreed on, in the open thread
let told = "";
let typedHere = false;
let written = 0;

// That nothing is left is remembered, too, until the server knows it.
function remember({ id, body, note }) {
  try {
    localStorage.setItem(key(id), JSON.stringify({ body, note }));
  } catch {
    // A full or forbidden store: the server has it in a moment.
  }
}

function forget(id) {
  try {
    localStorage.removeItem(key(id));
  } catch {
    // As above.
  }
}

const onTheWay = new Map();

// A thread that is opened again while its draft is still on the way to the server waits for it, or it would come without.
export const draftSaved = (id) => onTheWay.get(id);

function save() {
  clearTimeout(timer);
  const draft = unsaved;
  unsaved = null;
  if (!draft) return;
  const before = onTheWay.get(draft.id); // two at once might arrive in the wrong order
  const saved = (before ? before.then(() => saveOne(draft)) : saveOne(draft)).then((ok) => {
    if (onTheWay.get(draft.id) !== saved) return;
    onTheWay.delete(draft.id);
    if (ok && unsaved?.id !== draft.id) forget(draft.id);
  });
  onTheWay.set(draft.id, saved);
}

async function saveOne(draft) {
  try {
    const answer = await post(`/conversations/${draft.id}/draft`, { body: draft.body, mode: draft.note ? "note" : "text" });
    if (answer.ok && draft.id === openId()) shared = draft.body;
    return answer.ok;
  } catch {
    return false; // it stays on the device, and is sent when the thread is opened again
  }
}

function keep(draft) {
  written += 1;
  if (unsaved && unsaved.id !== draft.id) save();
  unsaved = draft;
  remember(draft);
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER);
}

document.addEventListener("input", (event) => {
  if (event.target !== box() || !event.isTrusted) return;
  typedHere = true;
  keep({ id: openId(), body: box().value, note: composer().elements.mode.value === "note" });
});
document.addEventListener("change", (event) => {
  if (event.target.name === "mode" && event.target.form === composer() && box().value) {
    keep({ id: openId(), body: box().value, note: event.target.value === "note" });
  }
});

when("leaving", save);
// A draft that is on its way could arrive after the text that it became, and stand there as if it had not been sent.
when("sent", ({ id }) => {
  clearTimeout(timer);
  unsaved = onTheWay.has(id) ? { id, body: "", note: false } : null;
  shared = "";
  forget(id);
  save();
});
when("keep-draft", ({ id, body, note }) => keep({ id, body, note }));
when("thread", ({ id }) => {
  shared = box()?.value ?? "";
  told = "";
  typedHere = false;
  let known = null;
  try {
    known = JSON.parse(localStorage.getItem(key(id)) ?? "null");
  } catch {
    known = null;
  }
  if (!known || !box() || box().value === known.body) return;
  box().value = known.body;
  const mode = composer().querySelector(`[name="mode"][value="${known.note ? "note" : "text"}"]`);
  if (mode && !mode.disabled) mode.checked = true;
  keep({ id, ...known });
});
addEventListener("pagehide", () => {
  if (!unsaved) return;
  const data = new URLSearchParams({ body: unsaved.body, mode: unsaved.note ? "note" : "text", csrf_token: composer()?.elements.csrf_token.value ?? "" });
  navigator.sendBeacon(`/conversations/${unsaved.id}/draft`, data);
});

// --- Another device --------------------------------------------------------------
function write(body, note) {
  const field = box();
  field.value = body;
  const mode = composer().querySelector(`[name="mode"][value="${note ? "note" : "text"}"]`);
  if (body && mode && !mode.disabled && !mode.checked) mode.checked = true;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Adds words that would otherwise stand on one device only.
function offer(id, text, note) {
  const run = () => {
    if (id !== openId() || !box()) return;
    write([box().value, text].filter(Boolean).join("\n"), note);
    emit("keep-draft", { id, body: box().value, note });
  };
  toast(words("draft-elsewhere"), { kind: "info", action: { label: words("draft-take"), run } });
}

async function kept(id) {
  const answer = await fetch(`/conversations/${id}/draft`, { headers: { Accept: "application/json", "Homeroom-Background": "1" } }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

// Where nothing was written here since the two agreed, the other device's words are the newer ones.
on("conversation:changed", async ({ conversation_id: id, draft }) => {
  if (!draft || id !== openId() || !box()) return;
  const before = written;
  const { body, note } = draft === "gone" ? { body: "", note: false } : ((await kept(id)) ?? {});
  if (body === undefined || written !== before) return; // what was written here since then is the newer one
  if (id !== openId() || !box() || unsaved || onTheWay.has(id) || body === box().value) return;
  const here = box().value;
  if (here === shared) {
    shared = body;
    write(body, note);
    if (typedHere && !body.includes(here) && !here.includes(body)) offer(id, here, note);
    typedHere = false;
  } else if (body && body !== told) {
    told = body;
    offer(id, body, note);
  }
});
