// One draft per thread: on the device at once, on the server after 0.8 s, and never in the next thread.
import { box, composer, me, openId, post, when } from "./page.js";

const SAVE_AFTER = 800;
const key = (id) => `homeroom-draft:${me()}:${id}`;
let timer = null;
let unsaved = null;

function remember({ id, body, note }) {
  try {
    if (body) localStorage.setItem(key(id), JSON.stringify({ body, note }));
    else localStorage.removeItem(key(id));
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
  const sent = saveOne(draft).finally(() => onTheWay.get(draft.id) === sent && onTheWay.delete(draft.id));
  onTheWay.set(draft.id, sent);
}

async function saveOne(draft) {
  try {
    const answer = await post(`/conversations/${draft.id}/draft`, { body: draft.body, mode: draft.note ? "note" : "text" });
    if (answer.ok && unsaved?.id !== draft.id) forget(draft.id);
  } catch {
    // It stays on the device, and is sent when the thread is opened again.
  }
}

function keep(draft) {
  if (unsaved && unsaved.id !== draft.id) save();
  unsaved = draft;
  remember(draft);
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER);
}

document.addEventListener("input", (event) => {
  if (event.target !== box() || !event.isTrusted) return;
  keep({ id: openId(), body: box().value, note: composer().elements.mode.value === "note" });
});
document.addEventListener("change", (event) => {
  if (event.target.name === "mode" && event.target.form === composer() && box().value) {
    keep({ id: openId(), body: box().value, note: event.target.value === "note" });
  }
});

when("leaving", save);
when("sent", ({ id }) => {
  clearTimeout(timer);
  unsaved = null;
  forget(id);
});
when("keep-draft", ({ id, body, note }) => keep({ id, body, note }));
when("thread", ({ id }) => {
  let known = null;
  try {
    known = JSON.parse(localStorage.getItem(key(id)) ?? "null");
  } catch {
    known = null;
  }
  if (!known?.body || !box() || box().value === known.body) return;
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
