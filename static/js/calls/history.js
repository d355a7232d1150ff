// The list of calls: the one that is open stays true while it goes on, and what is being written in its note is left alone.
import "../app.js";
import * as live from "../live.js";

const app = document.querySelector(".app");
const id = Number(app.dataset.call) || 0;

async function refresh() {
  const answer = await fetch(`/calls/history/${id}/now`, { headers: { "Homeroom-Background": "1" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  window.Idiomorph.morph(document.getElementById("one-head"), template.content.getElementById("one-head"));
}

if (id) {
  live.on("call:changed", ({ call_id: which }) => which === id && refresh());
  live.on("resync", refresh);
  live.listenAlso(`call:${id}`);
}
live.start(Number(app.dataset.liveFrom) || 0);
