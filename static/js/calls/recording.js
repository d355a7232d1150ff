// The page of one recording: its sound and its words come in by themselves.
import "../app.js";
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";
import "./line_count.js";
import { begin, listenForKeys } from "./player.js";

const app = document.querySelector(".app");
const call = Number(app.dataset.call);
let player = null;
let later = 0;

function start() {
  const box = document.querySelector("[data-player]");
  player = box ? begin(box) : null;
}

// What is being played stays; only what is missing is put in.
const page = freshness(async () => {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const swap = (name) => {
    const [old, now] = [document, fresh].map((where) => where.querySelector(`[data-part="${name}"]`));
    if (old.textContent !== now.textContent) old.replaceWith(document.adoptNode(now));
  };
  swap("words");
  if (player) player.readWords();
  else {
    swap("sound");
    start();
  }
});
const refresh = () => page.changed(call);

listenForKeys(() => player);
live.on("call:changed", ({ call_id: which }) => which === call && refresh());
live.on("call:words", ({ call_id: which }) => {
  if (which !== call) return;
  refresh();
  clearTimeout(later);
  later = setTimeout(refresh, 1500); // what is said within a second of it is not told again
});
live.on("resync", refresh);
live.listenAlso(`call:${call}`);
start();
live.start(Number(app.dataset.liveFrom) || 0);
