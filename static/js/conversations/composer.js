// Sending: the bubble stands there at once, the server holds it five seconds, and everything typed survives a failure.
import { append, dropBubble, endsWith, ownText, refreshSchedule } from "./messages.js";
import { box, clone, composer, elements, emit, newUuid, openId, post, toast, when, words } from "./page.js";
import { drawn, putBack as putFilesBack } from "./files.js";
import { enqueue } from "./queue.js";

let lastSent = null;

export const isNote = () => composer()?.elements.mode?.value === "note";

export function setText(text, { note = null } = {}) {
  const field = box();
  if (!field) return;
  field.value = text;
  if (note !== null) setMode(note ? "note" : "text");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function insert(text) {
  const field = box();
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function setMode(mode) {
  const choice = composer()?.querySelector(`[name="mode"][value="${mode}"]`);
  if (!choice || choice.disabled || choice.checked) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
}

export function showError(name, text) {
  const form = composer();
  clearErrors();
  const line = document.createElement("p");
  line.className = "error-text composer-error";
  line.id = "draft-error";
  line.setAttribute("role", "alert");
  line.textContent = text;
  (name === "files" ? form.querySelector("#files") : form.querySelector(".composer-field")).after(line);
  const field = name === "due_at" ? form.querySelector("#due-at") : name === "translation" ? form.querySelector("#translation") : box();
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", "draft-error draft-count");
  if (!field.hidden && name !== "due_at") field.focus();
}

export function clearErrors() {
  const form = composer();
  for (const line of form?.querySelectorAll(".composer-error") ?? []) line.remove();
  for (const field of form?.querySelectorAll("[aria-invalid]") ?? []) field.removeAttribute("aria-invalid");
}

function draw(template, uuid, text) {
  const bubble = clone(template);
  bubble.dataset.drawn = uuid;
  bubble.querySelector(".bubble p").textContent = text;
  bubble.querySelector("article").setAttribute("aria-label", text);
  append([bubble], { mine: true });
  return bubble;
}

function empty() {
  const form = composer();
  const { mode } = form.elements;
  box().value = "";
  form.elements.uuid.value = newUuid();
  for (const name of ["due", "translation"]) if (form.elements[name]) form.elements[name].value = "";
  form.querySelector("#due-at").value = "";
  form.querySelector("#as-mms").checked = false;
  form.querySelector("#files").replaceChildren();
  for (const hidden of form.querySelectorAll('[name="mention"]')) hidden.remove();
  clearErrors();
  emit("sent", { id: openId(), mode: mode.value });
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

export async function send(submitter) {
  const form = composer();
  const id = openId();
  const data = new FormData(form, submitter);
  data.delete("files");
  const body = data.get("body").trim();
  const files = data.getAll("attachment").length;
  const uuid = data.get("uuid");
  const isLater = data.has("due");
  const note = data.get("mode") === "note" || data.get("send") === "note";
  if (form.querySelector("#files [aria-busy]")) {
    toast(words("still-uploading"), { kind: "warn" });
    return;
  }
  if (!body && !files) {
    showError("body", words("nothing-to-send"));
    return;
  }
  document.querySelector("#send-menu:popover-open")?.hidePopover();
  const kept = { body: data.get("body"), note, files: [...form.querySelectorAll("#files > li")] };
  if (!navigator.onLine) {
    if (files || isLater) showError("body", words("offline"));
    else keepForLater(id, data, body);
    return;
  }
  const bubble = isLater || note ? null : draw("sending-bubble", uuid, body || kept.files.map((file) => file.textContent).join(", "));
  empty();
  const shown = endsWith();
  if (shown !== null) data.set("after", shown);
  let answer;
  const arrived = ownText();
  try {
    answer = await post(`/conversations/${id}/messages`, data);
  } catch {
    arrived();
    bubble?.remove();
    if (!files && !isLater) keepForLater(id, data, body, { emptied: true });
    else giveBack(id, kept, words("failed"));
    return;
  }
  if (!answer.ok) {
    arrived();
    bubble?.remove();
    const said = await answer.json().catch(() => ({}));
    const [name, text] = Object.entries(said.errors ?? { body: said.error?.message || words(answer.status === 403 ? "forbidden" : "failed") })[0];
    giveBack(id, kept, text, name);
    if (answer.status === 401) emit("signed-out", { asked: true });
    return;
  }
  const done = await answer.json();
  if (done.html && openId() === id) {
    append(elements(done.html), { mine: true });
    emit("written", { id, message: done.id });
  }
  arrived();
  if (done.scheduled) refreshSchedule();
  emit("row-changed", { id });
  if (!done.said) return;
  if (done.undo_seconds) offerUndo(done);
  else toast(done.said);
}

function keepForLater(id, data, body, { emptied = false } = {}) {
  enqueue({ conversation: id, fields: [...data.entries()].filter(([, value]) => typeof value === "string"), body, uuid: data.get("uuid") });
  if (!emptied) empty();
  toast(words("queued"), { kind: "warn" });
}

// The text goes back into its own thread's box, never into another's.
function giveBack(id, kept, why, name = "body") {
  putFilesBack(id, kept.files);
  if (openId() !== id || box().value.trim()) {
    emit("keep-draft", { id, body: kept.body, note: kept.note });
    toast(why, { kind: "error" });
    return;
  }
  setText(kept.body, { note: kept.note });
  showError(name, why);
}

// --- Undo -----------------------------------------------------------------------
function offerUndo(done) {
  lastSent = { id: done.id, conversation: openId(), until: performance.now() + done.undo_seconds * 1000 };
  const away = toast(done.said, { action: { label: words("undo-seconds", { seconds: done.undo_seconds }), name: words("undo"), run: undo }, seconds: done.undo_seconds, holds: false });
  const button = document.querySelector("#toasts > .toast:last-child .btn-link");
  let left = done.undo_seconds;
  const tick = setInterval(() => {
    left -= 1;
    if (left > 0 && button?.isConnected) button.textContent = words("undo-seconds", { seconds: left });
    else clearInterval(tick);
  }, 1000);
  lastSent.away = away;
}

// Taken back by the button under the bubble: the one in the corner has nothing left to do.
export function settled(id) {
  if (lastSent?.id !== id) return;
  lastSent.away();
  lastSent = null;
}

export function canUndo() {
  return lastSent !== null && performance.now() < lastSent.until;
}

export async function undo() {
  if (!lastSent) return;
  const { id, conversation, away } = lastSent;
  lastSent = null;
  away();
  const answer = await post(`/conversations/messages/${id}/undo`).catch(() => null);
  if (!answer?.ok) {
    toast(words("too-late"), { kind: "warn" });
    return;
  }
  if (openId() === conversation) dropBubble(id);
  takeBack(conversation, await answer.json());
  toast(words("taken-back"));
}

// Words and files of what was taken back stand in the box again, before what was begun meanwhile.
export function takeBack(id, { body, files = [] }) {
  putFilesBack(id, drawn(files));
  if (openId() !== id || !box()) return;
  const begun = box().value;
  if (body && !begun.startsWith(body)) {
    setText(begun.trim() ? `${body}\n${begun}` : body, { note: begun.trim() ? null : false });
    emit("keep-draft", { id, body: box().value, note: isNote() });
  }
  box().focus();
}

// --- The form ---------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  if (event.target !== composer() || event.defaultPrevented) return;
  event.preventDefault();
  send(event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.target === box() && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey && !box().value && canUndo()) {
    event.preventDefault();
    undo();
    return;
  }
  if (event.target !== box() || event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
  const wants = event.ctrlKey || event.metaKey || (document.getElementById("main").dataset.enterSends !== undefined && !event.shiftKey);
  if (!wants) return;
  event.preventDefault();
  const button = composer().querySelector(isNote() ? '[name="send"][value="note"]' : "#send");
  if (!button.disabled) composer().requestSubmit(button);
});

document.addEventListener("change", (event) => {
  if (event.target.name !== "mode" || event.target.form !== composer()) return;
  showPlaceholder();
  clearErrors();
  box().focus();
});

function showPlaceholder() {
  const field = box();
  if (field) field.placeholder = isNote() ? field.dataset.placeholderNote : field.dataset.placeholderText;
}

// The undo under a bubble goes when its time is over.
setInterval(() => {
  const now = new Date().toISOString();
  for (const button of document.querySelectorAll("[data-undo]")) if (button.dataset.undo < now) button.remove();
}, 1000);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-again]");
  const text = link?.closest(".msg")?.querySelector(".bubble > p");
  if (!text || !box()) return;
  event.preventDefault();
  setText(text.innerText, { note: false });
  box().focus();
});

when("thread", () => {
  const form = composer();
  if (form) form.noValidate = true;
  showPlaceholder();
});

