// The room: first a look at oneself, then the door, then everybody else; and the way back after a line broke.
import { words } from "../words.js";
import { canShare, close, isAble, own, take, takeScreen, tracks } from "./devices.js";
import { drawDoor } from "./door.js";
import { listenToOwn, ownLevel } from "./levels.js";
import { look, openLobby } from "./lobby.js";
import { Peer } from "./peer.js";
import { dial, dropLine, hangUp, hear, pass, request } from "./signal.js";
import { clear, draw, playAll, speak } from "./tiles.js";
import { setTimes, stopClock, tick } from "./time_left.js";

const { token, name, staff, host } = document.body.dataset;
const isStaff = staff !== undefined;
const page = crypto.randomUUID();
const LOUD = 0.02;
const HERE_EVERY = 20000;
const peers = new Map();
const waitingSignals = [];
const state = { stage: "lobby", you: "", ice: [], people: [], isMuted: false, version: 0, isIn: false };
const bar = document.getElementById("v-bar");
const line = document.getElementById("v-line");
const notice = document.getElementById("v-notice");
const news = document.getElementById("v-news");

// --- Stages -----------------------------------------------------------------
function show(stage, focus = null) {
  state.stage = stage;
  document.body.dataset.stage = stage;
  for (const section of document.querySelectorAll("[data-on]")) section.hidden = section.dataset.on !== stage;
  bar.hidden = stage !== "in";
  const language = document.getElementById("v-lang");
  if (language) language.hidden = !["lobby", "end"].includes(stage);
  if (stage !== "lobby") (focus ?? document.getElementById("v-main")).focus();
}

function saying(place, key, values = {}) {
  place.hidden = !key;
  if (key) place.querySelector("span").textContent = words(key, values);
}

function finish(key, more = "", { mayReturn = false } = {}) {
  state.isIn = false;
  for (const peer of peers.values()) peer.close();
  peers.clear();
  clear();
  stopClock();
  for (const kind of ["audio", "camera", "screen"]) close(kind);
  listenToOwn(null);
  saying(line, "");
  saying(notice, "");
  document.getElementById("v-sound").hidden = true;
  document.getElementById("v-end").textContent = words(key);
  document.getElementById("v-end-more").textContent = more ? words(more) : "";
  // Within a toolbar, arrows lead from button to button.
bar.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.tagName !== "BUTTON") return;
  const buttons = [...bar.querySelectorAll("button:not([hidden])")];
  const forward = document.dir === "rtl" ? -step : step;
  buttons[(buttons.indexOf(event.target) + forward + buttons.length) % buttons.length].focus();
  event.preventDefault();
});
document.getElementById("v-rejoin").hidden = !mayReturn;
  show("end", document.getElementById("v-end"));
}

// --- Others -----------------------------------------------------------------
function sight(person) {
  if (person.id === state.you) return { isOwn: true, sound: null, camera: own.camera, screen: own.screen, isBroken: false };
  const peer = peers.get(person.id);
  const [sound, camera, screen] = peer?.tracks ?? [];
  return { isOwn: false, sound, camera, screen, isBroken: !peer || !peer.isUp };
}

function redraw() {
  if (!state.isIn) return;
  draw(state.people, sight);
  for (const peer of peers.values()) if (peer.isUp) peer.share(state.people.length - 1);
}

function meet(id, theirPage) {
  peers.get(id)?.close();
  const peer = new Peer({
    id, page: theirPage, isPolite: state.you < id, ice: state.ice, own: tracks, changed: redraw,
    send: (data) => pass(id, { page, to: theirPage, ...JSON.parse(JSON.stringify(data)) }),
  });
  peers.set(id, peer);
  return peer;
}

function setPeople(people) {
  const before = new Map(state.people.map((person) => [person.id, person]));
  state.people = people;
  const told = [];
  for (const person of people) {
    if (person.id === state.you) continue;
    if (!before.has(person.id)) told.push(words("came", { name: person.name }));
    if (peers.get(person.id)?.page !== person.page) meet(person.id, person.page);
    before.delete(person.id);
  }
  before.delete(state.you);
  for (const person of before.values()) {
    told.push(words("went", { name: person.name }));
    peers.get(person.id)?.close();
    peers.delete(person.id);
  }
  if (told.length) news.textContent = told.join(". ");
  document.getElementById("v-alone").hidden = people.length > 1;
  redraw();
}

hear("room", ({ version, people }) => {
  if (!state.isIn || version < state.version) return;
  state.version = version;
  setPeople(people);
});
hear("door", ({ waiting }) => isStaff && drawDoor(waiting, news));
hear("signal", (message) => (state.isIn ? takeSignal(message) : waitingSignals.push(message)));

function takeSignal({ from, data }) {
  if (data.to !== page) return; // for an older page of this person
  let peer = peers.get(from);
  if (peer?.page !== data.page) {
    if (!data.description || data.description.type !== "offer") return; // the rest of a page that is gone
    peer = meet(from, data.page);
  }
  peer.take(data);
}

hear("seat", ({ what, page: which }) => {
  if (which && which !== page) return;
  if (what === "admitted") enter();
  if (what === "removed") leaveFor("removed", "over_more");
  if (what === "replaced") leaveFor("elsewhere", "elsewhere_more");
  if (what === "mute" && !state.isMuted) {
    setMuted(true);
    saying(notice, "were_muted");
  }
  if (what === "unmute" && state.isMuted) saying(notice, "asked_to_speak");
});
hear("over", ({ state: how }) => leaveFor(how === "expired" ? "over_time" : "over", "over_more"));
hear("refused", (why) => leaveFor(why === "over" ? "over" : "failed", why === "over" ? "over_more" : "failed_more"));
hear("connected", () => ["waiting", "in", "joining"].includes(state.stage) && enter());
hear("lost", () => ["waiting", "in"].includes(state.stage) && saying(line, "lost"));

function leaveFor(key, more, options) {
  dropLine();
  finish(key, more, options);
}

// --- Coming in --------------------------------------------------------------
const media = () => ({ muted: state.isMuted || !own.audio, camera: Boolean(own.camera), sharing: Boolean(own.screen) });

async function enter() {
  const answer = await request("enter", media());
  if (!answer) return; // the line broke: it is asked again with the next one
  saying(line, "");
  if (!answer.ok) {
    if (answer.why === "video_call_is_full") return leaveFor("full", "full_more", { mayReturn: true });
    if (answer.why === "video_call_is_over") return leaveFor("over", "over_more");
    if (answer.why === "removed_from_video_call") return leaveFor("removed", "over_more");
    return leaveFor("failed", "failed_more", { mayReturn: true });
  }
  setTimes(answer);
  if (answer.state === "waiting") return show("waiting", document.getElementById("v-waiting"));
  const isNew = !state.isIn;
  Object.assign(state, { you: answer.you, ice: answer.ice, isIn: true, version: 0 });
  if (isNew) show("in");
  setPeople(answer.people);
  if (isStaff) drawDoor(answer.waiting ?? [], news);
  for (const message of waitingSignals.splice(0)) takeSignal(message);
  tick();
}

function join() {
  state.stage = "joining";
  saying(notice, "");
  dial(token, page);
}

// --- Buttons ----------------------------------------------------------------
const glyphs = document.getElementById("glyphs");
const LABELS = {
  mute: () => [state.isMuted || !own.audio, state.isMuted || !own.audio ? "unmute" : "mute", state.isMuted || !own.audio ? "microphone-off" : "microphone"],
  camera: () => [!own.camera, own.camera ? "camera_off" : "camera_on", own.camera ? "video" : "video-off"],
  share: () => [Boolean(own.screen), own.screen ? "unshare" : "share", own.screen ? "screen-share-off" : "screen-share"],
};

export function drawButtons() {
  for (const [act, label] of Object.entries(LABELS)) {
    const [pressed, key, glyph] = label();
    for (const button of document.querySelectorAll(`[data-do="${act}"]`)) {
      button.setAttribute("aria-pressed", String(pressed));
      button.querySelector("span").textContent = words(key);
      button.querySelector("svg").replaceWith(glyphs.content.querySelector(`[data-glyph="${glyph}"] svg`).cloneNode(true));
    }
  }
  for (const button of document.querySelectorAll('[data-do="share"]')) button.hidden = !canShare();
}

function sent() {
  drawButtons();
  for (const peer of peers.values()) peer.refill();
  if (state.isIn) {
    const mine = state.people.find((person) => person.id === state.you);
    if (mine) Object.assign(mine, media());
    redraw();
    request("media", media());
  } else {
    look();
  }
}

function setMuted(muted) {
  state.isMuted = muted;
  if (own.audio) own.audio.enabled = !muted;
  if (!muted) saying(notice, "");
  sent();
}

async function switchOn(kind) {
  const why = await take(kind);
  if (why) saying(notice, why);
  else saying(notice, "");
  if (kind === "audio" && own.audio) {
    own.audio.enabled = !state.isMuted;
    listenToOwn(own.audio);
  }
  return !why;
}

const ACTS = {
  async mute() {
    if (!own.audio && !(await switchOn("audio"))) return;
    setMuted(own.audio.enabled && !state.isMuted);
  },
  async camera() {
    if (own.camera) close("camera");
    else if (!(await switchOn("camera"))) return;
    sent();
  },
  async share() {
    if (own.screen) close("screen");
    else if (!(await takeScreen(() => {
      close("screen");
      sent();
    }))) return;
    sent();
  },
  leave() {
    hangUp();
    finish("left", "", { mayReturn: true });
  },
  end: () => document.getElementById("v-end-all").showModal(),
  keep: () => document.getElementById("v-end-all").close(),
  async "end-all"() {
    document.getElementById("v-end-all").close();
    const answer = await request("end");
    if (!answer?.ok) saying(notice, "lost");
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (button) ACTS[button.dataset.do]?.();
  const act = event.target.closest?.("[data-act]");
  const who = act?.closest("[data-key]")?.dataset.key;
  if (who) request(act.dataset.act, { who }).then((answer) => answer?.why === "video_call_is_full" && saying(notice, "full_more"));
});
document.addEventListener("keydown", (event) => {
  if (state.stage !== "in" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("select, input, dialog")) return;
  if (event.key === "m") ACTS.mute();
  if (event.key === "v") ACTS.camera();
});
document.getElementById("v-rejoin").addEventListener("click", () => location.reload());
document.addEventListener("video:silent", () => (document.getElementById("v-sound").hidden = false));
document.getElementById("v-sound").addEventListener("click", (event) => {
  event.currentTarget.hidden = true;
  playAll();
});
addEventListener("pagehide", () => state.isIn && hangUp());
addEventListener("beforeunload", (event) => state.isIn && state.people.length > 1 && event.preventDefault());

setInterval(() => {
  if (!state.isIn) return;
  speak(state.you, !state.isMuted && ownLevel() > LOUD * 4);
  for (const person of state.people) if (person.id !== state.you) speak(person.id, !person.muted && (peers.get(person.id)?.level ?? 0) > LOUD);
}, 250);
setInterval(tick, 1000);
setInterval(async () => {
  if (!state.isIn) return;
  const answer = await request("here");
  if (answer && !answer.ok) enter();
}, HERE_EVERY);

if (isAble()) openLobby({ join, drawButtons, isMuted: () => state.isMuted });
else finish("failed", "");
