// A tile for everybody in the room, and one for each screen that is shown. Tiles stay while their person does, so nothing flickers.
import { words } from "../words.js";

const list = document.getElementById("v-tiles");
const template = document.getElementById("tile");
const tiles = new Map();

const initials = (name) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .filter((_word, place, all) => place === 0 || place === all.length - 1)
    .map((word) => [...word][0])
    .join("")
    .toUpperCase();

function tileOf(key) {
  let tile = tiles.get(key);
  if (!tile) {
    tile = template.content.firstElementChild.cloneNode(true);
    tile.dataset.key = key;
    tiles.set(key, tile);
    list.append(tile);
  }
  return tile;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Both a picture and sound play in the tile's own element.
function play(video, wanted, isOwn) {
  const now = video.srcObject?.getTracks() ?? [];
  if (now.length === wanted.length && now.every((track) => wanted.includes(track))) return;
  video.muted = isOwn;
  video.srcObject = wanted.length ? new MediaStream(wanted) : null;
  if (wanted.length) video.play().catch((error) => error.name === "NotAllowedError" && document.dispatchEvent(new CustomEvent("video:silent")));
}

function mark(tile, name, on) {
  tile.querySelector(`[data-mark="${name}"]`).hidden = !on;
}

function drawPerson(person, { isOwn, sound, camera, condition }) {
  const tile = tileOf(person.id);
  tile.classList.toggle("is-own", isOwn);
  setText(tile.querySelector(".v-name"), isOwn ? words("you") : person.name);
  setText(tile.querySelector(".v-face"), initials(person.name));
  const hasPicture = person.camera && Boolean(camera) && !["connecting", "no_path"].includes(condition);
  tile.classList.toggle("has-video", hasPicture);
  mark(tile, "muted", person.muted);
  mark(tile, "camera", !person.camera);
  mark(tile, "school", person.staff && !isOwn);
  const again = tile.querySelector(".v-again");
  again.hidden = !condition;
  if (condition) setText(again, words(condition));
  const acts = tile.querySelector(".v-acts");
  if (acts) {
    acts.hidden = isOwn;
    for (const [act, key] of [["mute", "mute_who"], ["refuse", "put_out_who"]]) {
      const button = acts.querySelector(`[data-act="${act}"]`);
      button.hidden = act === "refuse" ? person.host : person.muted;
      button.setAttribute("aria-label", words(key, { name: person.name }));
      button.title = words(key, { name: person.name });
    }
  }
  play(tile.querySelector("video"), [...(isOwn ? [] : [sound]), camera].filter(Boolean), isOwn);
  tile.querySelector("video").setAttribute("aria-label", isOwn ? words("you") : person.name);
  return tile;
}

function drawScreen(person, track, isOwn) {
  const tile = tileOf(`${person.id}:screen`);
  tile.classList.add("is-screen", "has-video");
  tile.classList.toggle("is-own", isOwn);
  const title = isOwn ? words("own_screen") : words("screen_of", { name: person.name });
  setText(tile.querySelector(".v-name"), title);
  tile.querySelector("video").setAttribute("aria-label", title);
  for (const name of ["muted", "camera", "school", "speaking"]) mark(tile, name, false);
  play(tile.querySelector("video"), [track], true);
  return tile;
}

// `sight(person)` says what there is to see and hear of somebody.
export function draw(people, sight) {
  const kept = new Set();
  for (const person of people) {
    const seen = sight(person);
    drawPerson(person, seen);
    kept.add(person.id);
    if (person.sharing && seen.screen) {
      drawScreen(person, seen.screen, seen.isOwn);
      kept.add(`${person.id}:screen`);
    }
  }
  for (const [key, tile] of tiles) {
    if (kept.has(key)) continue;
    tile.querySelector("video").srcObject = null;
    tile.remove();
    tiles.delete(key);
  }
  for (const key of kept) if (key.endsWith(":screen") && list.firstElementChild !== tiles.get(key)) list.prepend(tiles.get(key));
  list.dataset.people = people.length;
  list.dataset.columns = people.length > 4 ? 3 : people.length > 1 ? 2 : 1;
}

export function speak(id, on) {
  const tile = tiles.get(id);
  if (!tile || tile.classList.contains("is-speaking") === on) return;
  tile.classList.toggle("is-speaking", on);
  mark(tile, "speaking", on);
}

export function playAll() {
  for (const video of list.querySelectorAll("video")) video.play().catch(() => {});
}

export function clear() {
  draw([], () => ({}));
}
