// What the parts of the room know together, and where they say it.
import { words } from "../words.js";

const { token, name, staff, join } = document.body.dataset;
export const isStaff = staff !== undefined;
export const own = { token, name, join };

// A name for this page, by which it is told from an older one of the same person. Browsers have the short way on secure pages only.
export const newPage = () => (crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join(""));

export const state = { stage: "lobby", page: newPage(), you: "", ice: [], people: [], isMuted: false, version: 0, isIn: false };

const places = { line: "v-line", notice: "v-notice", path: "v-path" };

// One line above the room; nothing takes it away.
export function saying(place, key, values = {}) {
  const node = document.getElementById(places[place]);
  node.hidden = !key;
  const text = key ? words(key, values) : "";
  const said = node.querySelector("span:not(:has(span))");
  if (said.textContent !== text) said.textContent = text;
}

export const news = document.getElementById("v-news");
