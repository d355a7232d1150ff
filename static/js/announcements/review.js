// Review and send: everything is saved first, then the question stands above the page. Without script it is a page of its own.
import { openDialog } from "../dialogs.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { elements, form } from "./page.js";
import { save } from "./saving.js";

document.addEventListener("submit", async (event) => {
  if (event.target !== form() || event.submitter?.value !== "review" || event.submitter.dataset.ready) return;
  event.preventDefault();
  const button = event.submitter;
  button.setAttribute("aria-busy", "true");
  const done = await save();
  const id = form().dataset.id;
  if (done && id && badTime()) showTime();
  else if (done && id) await ask(id, button);
  else if (done) {
    button.dataset.ready = "1";
    form().requestSubmit(button);
  }
  button.removeAttribute("aria-busy");
});

// A time at which nothing can go out: the server has said why below the field.
const badTime = () => document.getElementById("when-later").checked && form().dataset.badTime === "true";

function showTime() {
  const field = document.getElementById("at");
  field.setAttribute("aria-invalid", "true");
  field.focus();
  field.scrollIntoView({ block: "center" });
}

async function ask(id, button) {
  const headers = { "HX-Request": "true", "X-CSRFToken": form().elements.csrf_token.value };
  const answer = await fetch(`/announcements/${id}/review`, { method: "POST", headers }).catch(() => null);
  if (!answer?.ok) {
    button.dataset.ready = "1";
    form().requestSubmit(button);
    return;
  }
  const place = document.getElementById("review-place");
  place.replaceChildren(...elements(await answer.text()));
  const dialog = place.querySelector("dialog");
  openDialog(dialog, button);
  dialog.querySelector("[data-close].btn:not(.btn-icon)")?.focus();
}

// A refused answer leaves the question where it is, with what was ticked and typed, and says at the field what is wrong.
document.addEventListener("submit", async (event) => {
  const asked = event.target.closest("#review-dialog");
  if (!asked) return;
  event.preventDefault();
  const button = event.submitter;
  if (button.getAttribute("aria-busy") === "true") return; // pressed twice
  button.setAttribute("aria-busy", "true");
  const body = new FormData(event.target);
  const answer = await fetch(event.target.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  const html = answer && !answer.redirected ? await answer.text().catch(() => "") : "";
  button.removeAttribute("aria-busy");
  const fresh = elements(html).find((one) => one.id === asked.id);
  if (answer?.redirected) location.assign(answer.url);
  else if (answer?.status === 401) document.dispatchEvent(new CustomEvent("homeroom:signed-out"));
  else if (!answer || answer.status >= 429) toast(words(answer ? "failed" : "offline"), { kind: "error" });
  else if (!fresh) location.assign(`/announcements/${form().dataset.id}`); // it stands otherwise by now: that page says how
  else {
    asked.replaceChildren(...fresh.childNodes);
    const wrong = asked.querySelector('[aria-invalid="true"]') ?? asked.querySelector("[role=alert]");
    wrong?.scrollIntoView({ block: "nearest" });
    wrong?.focus();
  }
});
