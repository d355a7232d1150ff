// What every htmx request carries, and what happens when one fails (design: a failure leaves the page as it is).
import { toast } from "./toasts.js";
import { words } from "./words.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});

// A refused form comes back with its errors: put the reader on the first one, also where the whole page came anew.
if (document.activeElement === document.body) document.querySelector('main [aria-invalid="true"]')?.focus();
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.xhr?.status !== 422) return;
  const first = event.detail.elt.querySelector('[aria-invalid="true"]') ?? document.querySelector('[aria-invalid="true"]');
  first?.focus();
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status === 401) {
    document.dispatchEvent(new CustomEvent("homeroom:signed-out"));
    return;
  }
  if (xhr.status === 403 && target && target !== document.body) {
    toast(words("forbidden"), { kind: "error" });
    return;
  }
  toast(xhr.status === 404 ? words("gone") : xhr.status === 429 ? words("slower") : words("failed"), { kind: "error" });
});

document.addEventListener("htmx:sendError", () => toast(words("offline"), { kind: "warn" }));
document.addEventListener("htmx:timeout", () => toast(words("failed"), { kind: "error" }));

// For modules that talk to the server themselves.
export async function post(url, body = {}, { method = "POST", signal } = {}) {
  const data = body instanceof FormData ? body : new URLSearchParams(body);
  return fetch(url, { method, body: data, signal, headers: { "X-CSRFToken": token(), Accept: "application/json" }, credentials: "same-origin" });
}
