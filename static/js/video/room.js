// The room: first a look at oneself, then the door, then everybody else; and the way back after a line broke.
import { words } from "../words.js";
import { close, isAble } from "./devices.js";
import { drawDoor } from "./door.js";
import "./keys.js";
import { listenToOwn, ownLevel } from "./levels.js";
import { lookAhead, showBegun, showSchool, standBefore } from "./before.js";
import { backToLobby, openLobby } from "./lobby.js";
import { saveNote, toggleNote } from "./notes.js";
import { holdSignals, partFromAll, setPeople, speaking, takeHeldSignals, watch } from "./others.js";
import { forgetSeat, takeSeat } from "./seat.js";
import { dial, dropLine, hangUp, hasLine, hear, request } from "./signal.js";
import { isStaff, news, newPage, saying, state } from "./state.js";
import { drawButtons, media, setMuted, SWITCHES } from "./switches.js";
import { clear, playAll } from "./tiles.js";
import { setTimes, stopClock, tick } from "./time_left.js";

const OWN_LOUD = 0.08;
const HERE_EVERY = 20000;
const THERE = new Set(["waiting", "in"]);
const COMING = new Set(["joining", ...THERE]);
const bar = document.getElementById("v-bar");
let token = "";

// --- Stages -----------------------------------------------------------------
function show(stage, focus = null) {
  state.stage = stage;
  document.body.dataset.stage = stage;
  for (const section of document.querySelectorAll("[data-on]")) section.hidden = section.dataset.on !== stage;
  bar.hidden = stage !== "in";
  const language = document.getElementById("v-lang");
  if (language) language.hidden = !["lobby", "end"].includes(stage);
  (focus ?? document.getElementById("v-main")).focus();
}

function finish(key, more = "", { mayReturn = false } = {}) {
  state.isIn = false;
  saveNote();
  if (isStaff) drawDoor([], news);
  partFromAll();
  clear();
  stopClock();
  for (const kind of ["audio", "camera", "screen"]) close(kind);
  listenToOwn(null);
  for (const place of ["line", "notice"]) saying(place, "");
  document.getElementById("v-sound").hidden = true;
  document.getElementById("v-end-all")?.close();
  document.getElementById("v-end").textContent = words(key);
  document.getElementById("v-end-more").textContent = more ? words(more) : "";
  document.getElementById("v-rejoin").hidden = !mayReturn;
  if (!mayReturn) forgetSeat();
  show("end", document.getElementById("v-end"));
}

function leaveFor(key, more, options) {
  dropLine();
  finish(key, more, options);
}

// --- What the server says ---------------------------------------------------
hear("room", ({ version, people }) => {
  if (!state.isIn || version < state.version) return;
  state.version = version;
  setPeople(people);
  if (people.some((person) => person.id === state.you && person.lost)) stillHere(); // an older line of this page was missed late
});
hear("door", ({ waiting }) => isStaff && state.isIn && drawDoor(waiting, news));
hear("seat", ({ what, page: which }) => {
  if (which && which !== state.page) return;
  if (what === "admitted" && COMING.has(state.stage)) enter();
  if (what === "removed") leaveFor("removed", "over_more");
  if (what === "replaced") leaveFor("elsewhere", "elsewhere_more");
  if (!THERE.has(state.stage)) return;
  if (what === "mute" && !state.isMuted) {
    setMuted(true);
    saying("notice", "were_muted");
  }
  if (what === "unmute" && state.isMuted) saying("notice", "asked_to_speak");
});
hear("begun", () => showBegun(true));
hear("school", ({ version, here }) => {
  if (!["joining", "waiting"].includes(state.stage) || version < state.version) return;
  state.version = version;
  showSchool(here);
});
hear("over", ({ state: how }) => leaveFor(how === "expired" ? "over_time" : "over", "over_more"));
hear("refused", (why) => leaveFor(why === "over" ? "over" : "failed", why === "over" ? "over_more" : "failed_more"));
hear("connected", () => (state.stage === "lobby" ? lookAhead(refuse) : COMING.has(state.stage) && enter()));
hear("lost", () => {
  holdSignals();
  if (state.stage !== "lobby") saying("line", "lost");
});

// --- Coming in --------------------------------------------------------------
const REFUSED = {
  video_call_is_full: ["full", "full_more", { mayReturn: true }],
  video_call_is_over: ["over", "over_more"],
  removed_from_video_call: ["removed", "over_more"],
  joined_elsewhere: ["elsewhere", "elsewhere_more"],
};

const refuse = (why) => leaveFor(...(REFUSED[why] ?? ["failed", "failed_more", { mayReturn: true }]));

async function enter() {
  const answer = await request("enter", { ...media(), back: state.isIn });
  if (!answer || state.stage === "end") return; // the line broke: it is asked again with the next one
  saying("line", "");
  if (answer.why === "place_given_up") return beginAnew();
  if (!answer.ok) return refuse(answer.why);
  setTimes(answer);
  showBegun(Boolean(answer.begun));
  if (answer.state === "waiting") {
    if (answer.version >= state.version) showSchool(answer.school); // what was told meanwhile is newer
    return show("waiting", document.getElementById("v-waiting"));
  }
  const isNew = !state.isIn;
  Object.assign(state, { you: answer.you, ice: answer.ice, isIn: true, version: 0 });
  if (isNew) show("in");
  setPeople(answer.people);
  if (isStaff) drawDoor(answer.waiting ?? [], news);
  takeHeldSignals();
  tick();
}

async function stillHere() {
  if (!THERE.has(state.stage)) return;
  const answer = await request("here");
  if (answer && !answer.ok) enter();
}

// This page was away for so long that the others saw it leave: what it agreed upon with them is worth nothing any more.
function beginAnew() {
  dropLine();
  partFromAll();
  clear();
  Object.assign(state, { isIn: false, stage: "joining", page: newPage() });
  dial(token, state.page);
}

async function join() {
  if (state.stage !== "lobby") return;
  Object.assign(state, { stage: "joining", version: 0 });
  saying("notice", "");
  const seat = await takeSeat();
  if (seat.why === "signed_out") return location.reload();
  if (seat.why === "lost") {
    state.stage = "lobby";
    return saying("line", "lost");
  }
  if (seat.why) return finish(seat.why, seat.why === "over" ? "over_more" : "failed_more");
  token = seat.token;
  if (hasLine()) return enter(); // it has listened since this page was opened; where it is broken, "connected" asks
  state.page = newPage();
  dial(token, state.page);
}

// --- Buttons ----------------------------------------------------------------
const ACTS = {
  ...SWITCHES,
  leave() {
    hangUp();
    finish("left", "", { mayReturn: true });
  },
  note: toggleNote,
  end: () => document.getElementById("v-end-all").showModal(),
  keep: () => document.getElementById("v-end-all").close(),
  async "end-all"() {
    document.getElementById("v-end-all").close();
    const answer = await request("end");
    if (!answer?.ok && state.stage !== "end") saying("notice", "lost"); // "over" may come before the answer, and takes the line down
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (button) ACTS[button.dataset.do]?.();
  const act = event.target.closest?.("[data-act]");
  const who = act?.closest("[data-key]")?.dataset.key;
  if (who) request(act.dataset.act, { who }).then((answer) => answer?.why === "video_call_is_full" && saying("notice", "full_more"));
});
document.getElementById("v-rejoin").addEventListener("click", () => {
  show("lobby");
  backToLobby();
  standBefore();
});
document.addEventListener("video:silent", () => (document.getElementById("v-sound").hidden = false));
document.getElementById("v-sound").addEventListener("click", (event) => {
  event.currentTarget.hidden = true;
  playAll();
});
addEventListener("pagehide", () => {
  saveNote();
  if (THERE.has(state.stage)) hangUp();
});
addEventListener("pageshow", (event) => event.persisted && location.reload()); // what the browser kept of a page has no line any more
addEventListener("beforeunload", (event) => state.isIn && state.people.length > 1 && event.preventDefault());

setInterval(() => state.isIn && speaking(!state.isMuted && ownLevel() > OWN_LOUD), 250);
setInterval(() => {
  tick();
  watch();
}, 1000);
setInterval(stillHere, HERE_EVERY);

history.replaceState(null, "", location.href); // a page that a form opened is asked for anew, without the form, when it is loaded again
if (isAble()) {
  openLobby({ join, drawButtons, isMuted: () => state.isMuted, isOver: () => leaveFor("over", "over_more") });
  standBefore();
} else finish("failed", isSecureContext ? "old_browser" : "insecure");
