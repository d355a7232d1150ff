// What the family will read: asked for when the writer pauses, shown before it is sent, and theirs to correct.
import { box, composer, debounced, openId, post, when, words } from "./page.js";

const PAUSE = 900;
let edited = false;
let asked = "";

const part = (id) => document.getElementById(id);
const wanted = () => composer()?.dataset.language && part("translates")?.checked && composer().elements.mode.value === "text";

function show({ text, by, note }) {
  const place = part("preview");
  if (!place) return;
  part("translation-shown").textContent = text;
  part("translation").value = text;
  part("translated-by").value = by;
  part("translation-note").textContent = note;
  place.hidden = !text && !note;
  promise({ isKept: Boolean(text) || !note });
}

// What the composer promises is what will happen: words that could not be translated leave as they were written.
function promise({ isKept }) {
  const said = part("sends-in");
  if (!said) return;
  said.dataset.usual ||= said.textContent;
  said.textContent = isKept ? said.dataset.usual : said.dataset.plain;
  said.parentElement.classList.toggle("is-plain", !isKept);
}

function clear() {
  edited = false;
  asked = "";
  ask.cancel();
  show({ text: "", by: "", note: "" });
  closeEditor();
}

const ask = debounced(async (id, body) => {
  if (body === asked || edited) return;
  asked = body;
  const note = part("translation-note");
  if (note) note.textContent = words("translating");
  let found;
  try {
    const answer = await post(`/conversations/${id}/translation`, { body });
    found = answer.ok ? await answer.json() : null;
  } catch {
    found = null;
  }
  if (!found) promise({ isKept: false });
  if (found && openId() === id && box()?.value === body && !edited) show(found);
}, PAUSE);

function closeEditor() {
  const field = part("translation");
  if (!field) return;
  field.hidden = true;
  part("translation-shown").hidden = false;
  part("edit-translation")?.setAttribute("aria-expanded", "false");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#edit-translation")) return;
  const field = part("translation");
  field.hidden = !field.hidden;
  part("translation-shown").hidden = !field.hidden;
  part("edit-translation").setAttribute("aria-expanded", String(!field.hidden));
  if (!field.hidden) field.focus();
});
document.addEventListener("input", (event) => {
  if (event.target.id === "translation") {
    edited = true;
    part("translated-by").value = "staff";
    part("translation-shown").textContent = event.target.value;
  }
  if (event.target !== box()) return;
  const body = box().value;
  if (!wanted() || !body.trim()) clear();
  else {
    if (edited) part("translation-note").textContent = words("translation-stale");
    ask(openId(), body);
  }
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "translates" && event.target.name !== "mode") return;
  if (!wanted()) clear();
  else if (box().value.trim()) ask(openId(), box().value);
});
when("thread", () => {
  edited = false;
  asked = "";
  if (wanted() && box()?.value.trim() && !part("translation").value) ask(openId(), box().value);
});
