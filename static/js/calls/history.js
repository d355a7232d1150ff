// The list of calls, and the one that is open, stay true while calls go on; what is being written in the notes is left alone.
import "../app.js";
import * as live from "../live.js";
import "./line_count.js";

const app = document.querySelector(".app");
const id = Number(app.dataset.call) || 0;

async function refresh() {
  const answer = await fetch(`/calls/history/${id}/now`, { headers: { "Homeroom-Background": "1" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  window.Idiomorph.morph(document.getElementById("one-head"), template.content.getElementById("one-head"));
}

// One question at a time; what is told meanwhile is asked for afterwards.
let stale = false;
let asking = false;
async function refreshList() {
  stale = true;
  if (asking) return;
  asking = true;
  while (stale) {
    stale = false;
    const answer = await fetch(location.href, { headers: { "Homeroom-Background": "1" }, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) break;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("calls-list");
    if (fresh) window.Idiomorph.morph(document.getElementById("calls-list"), fresh);
  }
  asking = false;
}

live.on("calls:changed", refreshList);
live.on("resync", refreshList);
if (id) {
  live.on("call:changed", ({ call_id: which }) => which === id && refresh());
  live.on("resync", refresh);
  live.listenAlso(`call:${id}`);
}
live.start(Number(app.dataset.liveFrom) || 0);
