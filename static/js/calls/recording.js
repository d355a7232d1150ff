// The page of one recording.
import "../app.js";
import { begin, listenForKeys } from "./player.js";

const box = document.querySelector("[data-player]");
if (box) {
  const player = begin(box);
  listenForKeys(() => player);
}
