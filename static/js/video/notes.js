// The host's note, saved while one writes; the last words leave with the page.
import { words } from "../words.js";

const form = document.getElementById("v-note");
const area = form?.querySelector("textarea");
const said = form?.querySelector("[role=status]");
const PAUSE = 800;
const AGAIN = 5000;
let saved = area?.value ?? "";
let timer = 0;
let saving = false;

const send = (more = {}) => fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin", ...more });

async function save() {
  if (saving || area.value === saved) return;
  saving = true;
  said.textContent = words("note_saving");
  const text = area.value;
  const answer = await send().catch(() => null);
  saving = false;
  if (answer?.ok && !answer.redirected) saved = text;
  said.textContent = words(saved === area.value ? "note_saved" : "note_unsaved");
  if (saved !== area.value) later(saved === text ? PAUSE : AGAIN);
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

export function showNote(wanted) {
  form.hidden = !wanted;
  for (const button of document.querySelectorAll('[data-do="note"]')) button.setAttribute("aria-expanded", String(wanted));
  if (wanted) area.focus();
}

export const toggleNote = () => showNote(form.hidden);

export function saveNote() {
  if (form && area.value !== saved) send({ keepalive: true }).catch(() => {});
}

area?.addEventListener("input", () => later(PAUSE));
area?.addEventListener("blur", save);
form?.addEventListener("submit", (event) => event.preventDefault());
