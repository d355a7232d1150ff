// What is written beside a voicemail: it outlives a jump to another one, a reload and a failed try, and is sent without leaving the page.
import { toast } from "../toasts.js";
import { words } from "../words.js";

const staff = document.querySelector(".app").dataset.staff;
const key = (area) => `homeroom-voicemail:${staff}:${area.form.dataset.writes}:${area.name}`;
const areas = (pane) => [...pane.querySelectorAll("[data-writes] textarea")];

function remember(area) {
  try {
    if (area.value === area.defaultValue) sessionStorage.removeItem(key(area));
    else sessionStorage.setItem(key(area), area.value);
  } catch {
    // A full or forbidden store: it stands on the page.
  }
}

// Brings back what was being written here; forgets what has arrived meanwhile.
export function restore(pane) {
  for (const area of areas(pane)) {
    let kept = null;
    try {
      kept = sessionStorage.getItem(key(area));
    } catch {
      kept = null;
    }
    if (kept !== null && area.value === area.defaultValue) area.value = kept;
    remember(area);
  }
}

// Whether somebody is in the middle of it, so that nothing else may come into its place by itself.
export const isWriting = (pane) => areas(pane).some((area) => area === document.activeElement || area.value !== area.defaultValue);

// A colleague's note is shown where nobody is writing another.
export function takeNote(pane, fresh) {
  const [old, now] = [pane, fresh].map((where) => where.querySelector('textarea[name="note"]'));
  if (!old || !now || old === document.activeElement || old.value !== old.defaultValue) return;
  old.value = old.defaultValue = old.form.elements.seen.value = now.value;
}

// The browser's own jump would push the whole page up as well.
function goTo(event) {
  const link = event.target.closest('a[href^="#vm"]');
  if (!link) return;
  event.preventDefault();
  const area = document.querySelector(link.hash);
  area.focus({ preventScroll: true });
  area.closest(".card").scrollIntoView({ block: "nearest" });
}

export function listen(pane) {
  pane.addEventListener("click", goTo);
  pane.addEventListener("input", (event) => event.target.closest("[data-writes]") && event.target.matches("textarea") && remember(event.target));
  pane.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-writes]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
}

async function send(form, button) {
  const area = form.querySelector("textarea");
  const body = new FormData(form, button);
  const sent = area.value;
  if (button) button.disabled = true;
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  if (button) button.disabled = false;
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok || !told) {
    if (answer?.status === 401) document.dispatchEvent(new CustomEvent("homeroom:signed-out", { detail: { asked: true } }));
    else refuse(form, area, told?.error?.message ?? words(answer ? "failed" : "offline"));
    return;
  }
  refuse(form, area, "");
  area.defaultValue = sent; // what was typed on meanwhile stays unsaved
  if (form.elements.seen) form.elements.seen.value = sent;
  remember(area);
  if (told.goes_to) location.assign(told.goes_to);
  else toast(told.said);
}

function refuse(form, area, sentence) {
  const place = form.querySelector("[data-refused]");
  place.hidden = !sentence;
  place.querySelector("span").textContent = sentence;
  if (sentence) area.setAttribute("aria-invalid", "true");
  else area.removeAttribute("aria-invalid");
  if (sentence) area.focus();
}
