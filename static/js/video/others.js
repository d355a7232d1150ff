// Everybody else in the room: who they are, the connection to each, and what to do about one that does not come about.
//
// Each attempt at a connection has a name of its own. The impolite side gives it and lays the lines; what is said of an older attempt
// is passed over, so a message that was lost costs a new attempt and never the call.
import { words } from "../words.js";
import { own as devices, tracks } from "./devices.js";
import { Peer } from "./peer.js";
import { hear, pass } from "./signal.js";
import { isStaff, news, newPage, saying, state } from "./state.js";
import { draw, speak } from "./tiles.js";

const LOUD = 0.02;
const ADVICE_AFTER = 12000;
const ANEW_AFTER = 15000;
const LONGEST_PAUSE = 60000;
const UNASKED_FOR = 20000;
const peers = new Map();
const early = [];
const trouble = new Map();
let hears = false;

// --- What there is to see ---------------------------------------------------
function conditionOf(person, peer) {
  if (person.lost) return "reconnecting";
  if (peer?.isUp) return "";
  if (trouble.get(person.id)?.isTold) return "no_path";
  return peer?.wasUp ? "reconnecting" : "connecting";
}

function sight(person) {
  if (person.id === state.you) return { isOwn: true, sound: null, camera: devices.camera, screen: devices.screen, condition: "" };
  const peer = peers.get(person.id);
  const [sound, camera, screen] = peer?.tracks ?? [];
  return { isOwn: false, sound, camera, screen, condition: conditionOf(person, peer) };
}

export function redraw() {
  if (!state.isIn) return;
  draw(state.people, sight);
  for (const peer of peers.values()) if (peer.isUp) peer.share(state.people.length - 1);
}

export function refill() {
  for (const peer of peers.values()) peer.refill();
}

export function speaking(isOwnLoud) {
  speak(state.you, isOwnLoud);
  for (const person of state.people) if (person.id !== state.you) speak(person.id, !person.muted && (peers.get(person.id)?.level ?? 0) > LOUD);
}

// --- Connections ------------------------------------------------------------
function meet(id, theirPage, attempt = "") {
  peers.get(id)?.close();
  const isPolite = state.you < id;
  const peer = new Peer({
    id, page: theirPage, attempt: isPolite ? attempt : newPage(), isPolite, ice: state.ice, own: tracks, changed: redraw,
    send: (data) => pass(id, { page: state.page, to: theirPage, attempt: peer.attempt, ...JSON.parse(JSON.stringify(data)) }),
  });
  peers.set(id, peer);
  return peer;
}

function takeSignal({ from, data }) {
  if (data.to !== state.page) return; // for an older page of this person
  if (!state.people.some((person) => person.id === from && person.page === data.page)) return; // nobody speaks with whom no tile shows
  let peer = peers.get(from);
  const isSame = peer?.page === data.page && peer.attempt === data.attempt;
  if (!isSame && data.description?.type === "offer" && state.you < from) {
    if (peer?.page === data.page && !peer.attempt) peer.attempt = data.attempt;
    else peer = meet(from, data.page, data.attempt);
  } else if (!isSame) return; // the rest of an attempt that is gone
  peer.take(data);
}

hear("signal", (message) => (hears ? takeSignal(message) : early.push(message)));

// While the line is broken, what comes with the next one waits until it is known whether this page kept its place.
export function holdSignals() {
  hears = false;
}

export function takeHeldSignals() {
  hears = true;
  for (const message of early.splice(0)) takeSignal(message);
}

function part(id) {
  peers.get(id)?.close();
  peers.delete(id);
  trouble.delete(id);
}

export function partFromAll() {
  for (const id of [...peers.keys()]) part(id);
  early.length = 0;
  hears = false;
  state.people = [];
  saying("path", "");
}

// --- Who is there -----------------------------------------------------------
export function setPeople(people) {
  const before = new Map(state.people.map((person) => [person.id, person]));
  state.people = people;
  const told = [];
  const unasked = [];
  for (const person of people) {
    if (person.id === state.you) continue;
    if (!before.has(person.id)) (person.unasked ? unasked : told).push(person.name);
    if (peers.get(person.id)?.page !== person.page) meet(person.id, person.page);
    before.delete(person.id);
  }
  before.delete(state.you);
  const gone = [...before.values()];
  for (const person of gone) part(person.id);
  const lines = [...told.map((name) => words("came", { name })), ...gone.map(({ name }) => words("went", { name }))];
  if (lines.length) news.textContent = lines.join(". ");
  if (unasked.length) announce(unasked);
  document.getElementById("v-alone").hidden = people.length > 1;
  redraw();
}

let fades = 0;

function announce(names) {
  saying("notice", "staff_came", { name: names.join(", ") });
  clearTimeout(fades);
  fades = setTimeout(() => saying("notice", ""), UNASKED_FOR);
}

// --- Connections that do not come about -------------------------------------
// Asked every second: begins anew, ever more rarely, and says what helps.
export function watch() {
  if (!state.isIn || !hears) return;
  const now = Date.now();
  const names = [];
  for (const person of state.people) {
    const peer = peers.get(person.id);
    if (person.id === state.you || !peer) continue;
    if (peer.isUp || person.lost) {
      if (trouble.delete(person.id)) redraw();
      continue;
    }
    const since = trouble.get(person.id) ?? { from: now, anewAt: now + ANEW_AFTER, pause: ANEW_AFTER, isTold: false };
    trouble.set(person.id, since);
    if (now - since.from >= ADVICE_AFTER) {
      names.push(person.name);
      if (!since.isTold) {
        since.isTold = true;
        redraw();
      }
    }
    if (now < since.anewAt) continue;
    since.pause = Math.min(since.pause * 2, LONGEST_PAUSE);
    since.anewAt = now + since.pause;
    if (!peer.isPolite) meet(person.id, person.page);
  }
  saying("path", names.length ? (isStaff ? "no_path_staff" : "no_path_more") : "", { name: names.join(", ") });
}
