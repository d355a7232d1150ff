// Which conversation is open: a row opens its thread in place, the address follows, Back goes back. The list stays as it is.
import { draftSaved } from "./draft.js";
import { emit, main, openId, tail, thread } from "./page.js";

const WIDE = matchMedia("(min-width: 56rem)");

function idOf(address) {
  const match = new URL(address, location.href).pathname.match(/^\/conversations\/(\d+)$/);
  return match ? Number(match[1]) : null;
}

function retag(element, name) {
  if (!element || element.localName === name) return;
  const other = document.createElement(name);
  for (const { name: key, value } of element.attributes) other.setAttribute(key, value);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

function show(view) {
  main().dataset.view = view;
  delete main().dataset.drawer;
  const app = document.querySelector(".app");
  if (view === "list") delete app.dataset.nav;
  else app.dataset.nav = "hidden";
  main().classList.toggle("no-side", !thread());
  document.getElementById("side")?.toggleAttribute("hidden", !thread());
  retag(document.querySelector(".pane-title"), view === "list" ? "h1" : "h2");
}

export function markCurrent() {
  for (const row of document.querySelectorAll("#rows [aria-current]")) row.removeAttribute("aria-current");
  document.querySelector(`#c${openId()} .convo`)?.setAttribute("aria-current", "true");
  const here = location.pathname + location.search;
  const found = openId() ? [...document.querySelectorAll("#rows a[data-open-thread]")] : [];
  found.find((link) => link.getAttribute("href") === here)?.setAttribute("aria-current", "true");
}

// `message` opens the thread around one of its messages.
export async function openThread(id, { push = true, focus = true, address = `/conversations/${id}${tail()}` } = {}) {
  if (openId() === id && !address.includes("message=")) {
    show("detail");
    if (push && idOf(location.href) !== id) history.pushState({ homeroom: id }, "", address);
    if (focus) thread().querySelector("h1")?.focus({ preventScroll: true });
    return;
  }
  emit("leaving", { id: openId() });
  await draftSaved(id);
  await window.htmx.ajax("GET", address, { target: "#thread", swap: "outerHTML", source: main() }).catch(() => {});
  if (openId() !== id) {
    emit("stayed");
    return;
  }
  if (push) history.pushState({ homeroom: id }, "", address);
  show("detail");
  markCurrent();
  document.querySelector(`#c${id}`)?.scrollIntoView({ block: "nearest" });
  if (focus) thread().querySelector("h1")?.focus({ preventScroll: true });
}

export function backToList({ push = true } = {}) {
  emit("leaving", { id: openId() });
  show("list");
  emit("titled");
  if (push) history.pushState({ homeroom: null }, "", `/conversations${tail()}`);
  document.querySelector(".pane-title")?.focus({ preventScroll: true });
  document.querySelector(`#c${openId()} .convo`)?.focus({ preventScroll: true });
}

// The next row after the open one, for "done, and on to the next".
export function neighbour(id, step = 1) {
  const rows = [...document.querySelectorAll("#rows li[data-conversation]")];
  const at = rows.findIndex((row) => Number(row.dataset.conversation) === id);
  const other = rows[at + step] ?? rows[at - step];
  return other ? Number(other.dataset.conversation) : null;
}

export function leave(id) {
  const next = WIDE.matches ? neighbour(id) : null;
  if (next !== null && next !== id) openThread(next);
  else if (WIDE.matches) {
    history.pushState({ homeroom: null }, "", `/conversations${tail()}`);
    closeThread();
  } else backToList();
}

// Nothing is open: the place of the thread says so, and the list stays as it is.
async function closeThread() {
  emit("leaving", { id: openId() });
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) {
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["thread", "side"]) {
    const fresh = document.adoptNode(page.getElementById(id));
    document.getElementById(id).replaceWith(fresh);
    window.htmx.process(fresh);
  }
  show("list");
  emit("titled");
  markCurrent();
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[href]");
  if (!link || link.target === "_blank") return;
  if (link.matches(".convo, [data-open-thread]")) {
    event.preventDefault();
    openThread(idOf(link.href), { address: link.getAttribute("href") });
  } else if (link.matches("[data-back]")) {
    event.preventDefault();
    backToList();
  } else if (link.matches("[data-drawer-toggle]")) {
    event.preventDefault();
    toggleSide(link);
  }
});

function toggleSide(button) {
  const view = main();
  if (!WIDE.matches) view.dataset.view = "side";
  else if (view.dataset.drawer) delete view.dataset.drawer;
  else view.dataset.drawer = "open";
  const open = view.dataset.view === "side" || view.dataset.drawer === "open";
  button.setAttribute("aria-expanded", String(open));
  if (open) requestAnimationFrame(() => document.querySelector("#side h2")?.focus());
}

export function closeSide() {
  const view = main();
  if (view.dataset.view !== "side" && !view.dataset.drawer) return false;
  if (view.dataset.view === "side") view.dataset.view = "detail";
  delete view.dataset.drawer;
  const button = document.querySelector("[data-drawer-toggle]");
  button?.setAttribute("aria-expanded", "false");
  button?.focus();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-drawer-close]")) closeSide();
});

addEventListener("popstate", () => {
  const id = idOf(location.href);
  if (id !== null) openThread(id, { push: false, address: location.pathname + location.search });
  else if (location.pathname === "/conversations") {
    if (WIDE.matches) closeThread();
    else backToList({ push: false });
  }
});
