// What is done with a fax: posted without leaving the page, answered with a word and, where it can be, a way back.
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";

const UNDO_SECONDS = 10;
const CARRIED = "homeroom:fax:way-back";
let page = null;
let wayBack = null;

export function listen(helpers) {
  page = helpers;
}

// Whether nobody is in the middle of something there.
export const mayReplace = (part) => !part.querySelector("dialog[open], [popover]:popover-open") && !part.contains(document.activeElement?.closest("input, textarea, select"));
const isWritten = (field) => field === document.activeElement || field.value !== field.defaultValue;

// The side is brought in anew; what somebody writes there goes on.
export function refreshSide(fresh) {
  const [old, now] = [document.getElementById("fax-side"), fresh.querySelector("#fax-side")];
  if (!old || !now || old.querySelector("dialog[open], [popover]:popover-open")) return;
  const kept = [...old.querySelectorAll("textarea, input[type=text], input[type=search]")].filter(isWritten);
  const focused = document.activeElement?.id && old.contains(document.activeElement) ? document.activeElement : null;
  const scroll = old.querySelector(".pane-scroll")?.scrollTop ?? 0;
  for (const field of kept) {
    const twin = field.id && now.querySelector(`#${field.id}`);
    if (!twin) continue;
    twin.closest("form")?.replaceWith(field.closest("form")); // with what it says was seen: the service decides
  }
  old.replaceWith(now);
  if (focused) document.getElementById(focused.id)?.focus({ preventScroll: true });
  if (now.querySelector(".pane-scroll")) now.querySelector(".pane-scroll").scrollTop = scroll;
}

async function act(address, data) {
  const answer = await post(address, data).catch(() => null);
  if (!answer) {
    toast(words("offline"), { kind: "warn" });
    return null;
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("homeroom:signed-out", { detail: { asked: true } }));
  else toast(told.error?.message ?? words(answer.status === 403 ? "forbidden" : "failed"), { kind: "error" });
  return null;
}

export async function undoLast() {
  if (!wayBack) return;
  const { undo, away } = wayBack;
  wayBack = null;
  away();
  const told = await act(undo.href, undo.fields);
  if (!told) return;
  for (const id of told.ids ?? [told.id]) if (id) page.refreshRow(id);
  page.refreshOne();
  page.countSoon();
}

function offer(told) {
  if (!told.said) return;
  if (!told.undo) {
    toast(told.said);
    return;
  }
  const away = toast(told.said, { action: { run: undoLast }, seconds: UNDO_SECONDS, onEnd: () => (wayBack = null) });
  wayBack = { said: told.said, undo: told.undo, away };
}

// A page that is left takes its last word along: the next one offers the same way back.
export function carryOver() {
  if (wayBack) sessionStorage.setItem(CARRIED, JSON.stringify({ said: wayBack.said, undo: wayBack.undo, at: Date.now() }));
}

export function takeUp() {
  const carried = JSON.parse(sessionStorage.getItem(CARRIED) ?? "null");
  sessionStorage.removeItem(CARRIED);
  if (carried && Date.now() - carried.at < UNDO_SECONDS * 1000) offer(carried);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-act], #bulk") || event.defaultPrevented || !page) return;
  const button = event.submitter;
  if (form.id === "bulk" && ["assign", "file"].includes(button?.value)) return; // these ask further on a page of their own
  event.preventDefault();
  const data = new FormData(form, button);
  const next = page.besides(page.openId()); // asked now: the row may be gone before the answer is here
  button?.closest(".menu:popover-open")?.hidePopover();
  button?.setAttribute("aria-busy", "true");
  const told = await act(form.getAttribute("action"), data);
  button?.removeAttribute("aria-busy");
  if (!told) return;
  button?.closest("dialog")?.close();
  settle(form, data);
  offer(told);
  for (const id of told.ids ?? [told.id]) if (id) page.refreshRow(id);
  page.countSoon();
  if (told.leaves && told.id === page.openId()) page.goOn(next);
  else if (told.id === page.openId() || told.ids) page.refreshOne();
});

// What has been kept is no longer being written.
function settle(form, data) {
  for (const field of form.querySelectorAll("textarea, input[type=text]")) {
    if (!data.has(field.name)) continue;
    field.defaultValue = data.get(field.name);
    if (form.elements.seen && ["note", "name"].includes(field.name)) form.elements.seen.value = data.get(field.name);
  }
}
