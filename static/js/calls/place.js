// Calling from this browser: the phone is a window of its own, and opens once the call is placed. Why it is not stands beside the button.
import "../app.js";
import { post } from "../htmx_rules.js";
import { words } from "../words.js";

const PHONE = "homeroom-phone";

function refuse(sentence) {
  const place = document.getElementById("place-refused");
  place.hidden = !sentence;
  place.querySelector("span").textContent = sentence;
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (!form.matches("#place-call") || button?.value !== "browser") return;
  event.preventDefault();
  refuse("");
  button.disabled = true;
  const answer = await post(form.action, new FormData(form, button)).catch(() => null);
  button.disabled = false;
  const told = await answer?.json().catch(() => null);
  if (answer?.status === 401) return document.dispatchEvent(new CustomEvent("homeroom:signed-out", { detail: { asked: true } }));
  if (!answer?.ok || !told?.address) {
    refuse(told?.error?.message ?? words(!answer || answer.status >= 500 ? "no-answer" : "failed"));
    return button.focus();
  }
  if (!window.open(told.address, PHONE)) location.assign(told.address); // a browser that lets no page open windows
});
