// The page of a conference stays true while it is open: the rows that changed are asked for, never guessed.
import "../app.js";
import * as live from "../live.js";
import { openDialog } from "../dialogs.js";
import { isAway, rest, watchServer } from "./away.js";
import { tickClocks } from "./clocks.js";
import "./line_count.js";
import { theirs } from "./notes.js";
import { sayNotSent, sayRefused } from "./refusals.js";
import { words } from "../words.js";

const app = document.querySelector(".app");
const id = Number(app.dataset.call);
const POLL_EVERY = 5000;
const STEERS = "#call-main button, dialog button:not([data-close])";
const changed = new Set();
let everything = false;
let asking = false;

const head = () => document.getElementById("call-head");
const isOver = () => !["pending", "ringing", "in_progress"].includes(head().dataset.status);
const isHolding = () => !isOver() && Number(head().dataset.held) > 0;

// One question at a time, so that no older answer is the last word; what is told meanwhile is asked for afterwards.
async function refresh() {
  if (asking) return;
  asking = true;
  try {
    while (everything || changed.size) {
      const query = everything ? "" : `?${[...changed].map((leg) => `leg=${leg}`).join("&")}`;
      changed.clear();
      everything = false;
      const answer = await fetch(`/calls/${id}/now${query}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
      if (!answer?.ok || answer.redirected) {
        everything = true;
        break;
      }
      draw(parsed(await answer.text()));
    }
  } finally {
    asking = false;
  }
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template;
}

// A push may bring what it is about. It is shown only where nothing is asked for, and nothing newer was told or is shown.
function drawBrought(event) {
  if (!event.piece || asking || everything || changed.size || event.id !== live.position()) return false;
  const template = parsed(event.piece);
  if (Number(template.content.getElementById("call-head").dataset.version) < Number(head().dataset.version)) return false;
  const token = document.querySelector('meta[name="csrf-token"]').content;
  for (const field of template.content.querySelectorAll('input[name="csrf_token"]')) field.setAttribute("value", token);
  draw(template);
  return true;
}

function draw(template) {
  const wasOver = isOver();
  const news = [];
  for (const part of ["call-head", "call-callouts", "call-recordings", "call-bar", "people-title", "notes-hint", "call-again"]) {
    const fresh = template.content.getElementById(part);
    if (fresh) window.Idiomorph.morph(document.getElementById(part), fresh);
  }
  for (const row of template.content.querySelectorAll("[data-leg]")) {
    const old = document.getElementById(row.id);
    const said = row.querySelector(".part-state .status").textContent.trim();
    if (!old || old.querySelector(".part-state .status").textContent.trim() !== said) news.push(`${row.querySelector(".part-who .medium").textContent}: ${said}`);
    if (old) window.Idiomorph.morph(old, row);
    else document.getElementById("parts").append(row);
  }
  const log = document.getElementById("call-log");
  const lines = [...template.content.querySelectorAll("#call-log [id]")].filter((line) => !document.getElementById(line.id));
  if (lines.length) for (const empty of log.querySelectorAll("li:not([id])")) empty.remove();
  log.prepend(...lines);
  theirs(template.content.getElementById("notes-there"));
  if (!wasOver && isOver()) {
    news.push(document.getElementById("call-state").textContent);
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  }
  if (news.length) document.getElementById("call-news").textContent = news.join(". ");
  if (isAway()) rest(true, STEERS); // a last answer that was on its way
  tickClocks();
}

// --- Buttons ----------------------------------------------------------------
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".part-acts, #call-bar, [data-act], [data-add], [data-say], [data-keys], [data-end]")) return;
  event.preventDefault();
  if (isAway()) return sayNotSent();
  const button = event.submitter;
  const body = new FormData(form, button);
  if (button) button.disabled = true;
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true", Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  if (button?.isConnected) button.disabled = false;
  if (answer?.ok) {
    form.closest("dialog")?.close();
    if (form.matches("[data-add], [data-say], [data-keys]")) form.reset();
  } else {
    await sayRefused(answer);
  }
  everything = true;
  refresh();
});

// The keypad is one dialog, for the line whose button opened it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-keypad]");
  if (opener) {
    const dialog = document.getElementById("keypad");
    dialog.querySelector("form").action = opener.dataset.keypad;
    dialog.querySelector("h2").textContent = words("keypad-for", { name: opener.dataset.name });
    openDialog(dialog, opener);
  }
  const key = event.target.closest?.("[data-key-press]");
  if (key) document.getElementById("keys").value += key.dataset.keyPress;
});

// A moderator who leaves the page does not leave the call; but who is on hold would be forgotten.
addEventListener("beforeunload", (event) => {
  if (isHolding()) event.preventDefault();
});

live.on("call:changed", ({ call_id: which, participant_id: leg }, event) => {
  if (which !== id || drawBrought(event)) return;
  if (leg) changed.add(leg);
  else everything = true;
  refresh();
});
live.on("resync", () => {
  everything = true;
  refresh();
});
watchServer(STEERS, () => {
  everything = true;
  refresh();
});
live.listenAlso(`call:${id}`, { pieces: true });
setInterval(() => {
  if (document.visibilityState !== "visible" || isOver() || live.isConnected()) return;
  everything = true;
  refresh();
}, POLL_EVERY);
setInterval(tickClocks, 500);
tickClocks();
live.start(Number(app.dataset.liveFrom) || 0);
