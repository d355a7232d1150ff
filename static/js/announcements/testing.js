// A test to oneself: asked for in a dialog, which then shows how far it is.
import { openDialog } from "../dialogs.js";
import { post } from "../htmx_rules.js";
import { words } from "../words.js";
import { elements, form, text } from "./page.js";
import { save } from "./saving.js";

const LOOK_EVERY = 1500;
const LOOKS = 40;
const place = () => document.getElementById("tests-place");
const dialog = () => document.getElementById("test-dialog");

function show(html) {
  place().replaceChildren(...elements(html));
  return Boolean(place().querySelector("[data-moving]"));
}

async function follow(id, left) {
  if (!left || !dialog().open) return;
  const html = await text(`/announcements/${id}/tests`);
  const failed = [...place().querySelectorAll("li:has(.badge-warn, .status-warn)")]; // what was not even tried stays said
  const isMoving = html !== null && show(html);
  if (html !== null && failed.length) place().querySelector("ul").append(...failed);
  if (isMoving) setTimeout(follow, LOOK_EVERY, id, left - 1);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#test");
  if (!button) return;
  event.preventDefault();
  place().replaceChildren();
  openDialog(dialog(), button);
});
document.addEventListener("submit", async (event) => {
  if (event.target.id !== "test-form") return;
  event.preventDefault();
  const button = event.submitter;
  button.setAttribute("aria-busy", "true");
  if (await save()) {
    const { id } = form().dataset;
    const data = new FormData(event.target);
    const reader = document.getElementById("as");
    if (reader) data.append("as", reader.value);
    const answer = await post(`/announcements/${id}/tests`, data).catch(() => null);
    const said = (await answer?.text().catch(() => "")) ?? "";
    if (answer?.ok) {
      show(said);
      setTimeout(follow, LOOK_EVERY, id, LOOKS);
    } else place().textContent = said.startsWith("{") ? JSON.parse(said).error?.message : words("failed");
  } else dialog().close();
  button.removeAttribute("aria-busy");
});
