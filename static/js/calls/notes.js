// Notes are saved while one writes. What a colleague wrote meanwhile is shown, and never overwritten unseen.
import { words } from "../words.js";

const form = document.querySelector("[data-notes]");
const area = document.getElementById("notes");
const state = document.getElementById("notes-state");
const clash = document.getElementById("notes-clash");
const PAUSE = 800;
let saved = area?.value ?? "";
let timer = 0;
let saving = false;

const show = (key) => {
  if (state.textContent !== words(key)) state.textContent = words(key);
};

async function save() {
  if (saving || !clash.hidden || area.value === saved) return;
  saving = true;
  show("notes-saving");
  const text = area.value;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json", "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  saving = false;
  if (answer?.ok) {
    form.elements.seen.value = (await answer.json()).version;
    saved = text;
    show("notes-saved");
    if (area.value !== saved) later();
  } else {
    show("notes-unsaved");
    if (answer?.status !== 409) later(5000);
  }
}

function later(pause = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

// What the server has now, as each refresh of the page brings it.
export function theirs(there) {
  const read = document.getElementById("notes-read");
  if (read && there) read.textContent = there.textContent || read.textContent;
  if (!form || !there || saving || Number(there.dataset.version) <= Number(form.elements.seen.value)) return;
  if (there.textContent === area.value || area.value === saved) {
    area.value = saved = there.textContent;
    form.elements.seen.value = there.dataset.version;
    return;
  }
  clash.querySelector("blockquote").textContent = there.textContent;
  clash.dataset.version = there.dataset.version;
  clash.hidden = false;
}

function settle(text) {
  form.elements.seen.value = clash.dataset.version;
  area.value = text;
  clash.hidden = true;
  later(0);
  area.focus();
}

area?.addEventListener("input", () => {
  show("notes-unsaved");
  later();
});
area?.addEventListener("blur", () => later(0));
clash?.querySelector("[data-notes-mine]").addEventListener("click", () => settle(area.value));
clash?.querySelector("[data-notes-both]").addEventListener("click", () => settle(`${clash.querySelector("blockquote").textContent}\n${area.value}`));
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
addEventListener("beforeunload", (event) => {
  if (area && area.value !== saved) event.preventDefault();
});
