// The window that is a phone: it rings, calls, and shows who is on the line. What the carrier says is shown, never guessed.
import "../app.js";
import { freshness } from "../conversations/freshness.js";
import * as live from "../live.js";
import { words } from "../words.js";
import { callAgain } from "./again.js";
import { rest, watchServer } from "./away.js";
import { tickClocks } from "./clocks.js";
import { forgetHeard, hearLine, onSaid } from "./heard.js";
import { showWaiting } from "./line_count.js";
import { onMutedElsewhere, rememberMute, remembersMute } from "./muted.js";
import { act, card, part, showCall, showLinks, showMuted, showStanding, showTime, showWho, toggleKeypad } from "./phone_card.js";
import { ask, askJson, fetchPass, isPassOld, send } from "./phone_network.js";
import { openSimulated } from "./softphone_simulator.js";
import { openTwilio } from "./softphone_twilio.js";
import { hush, ring } from "./ringer.js";
import { take } from "./taking.js";

const page = document.getElementById("main");
const HERE_EVERY = 20;
const OPEN = { twilio: openTwilio, simulator: openSimulated };

let phone = null;
let seconds = 0;
let call = { id: Number(page.dataset.call) || null, sid: "", state: "idle", inbound: false, muted: false, since: 0 };
let watched = null;
let isCut = false; // nobody knows how the call stands
let taking = null; // the call that was taken from the line in this window, until it is put through

const isOn = () => part("takes-calls").checked;
const isOnCall = () => ["calling", "talking"].includes(call.state);

function showState() {
  if (!phone) return (part("phone-state").textContent = words("off"));
  part("phone-state").textContent = words(isOnCall() ? "on-a-call" : isOn() ? "ready" : "off");
}

function trouble(key) {
  const line = part("phone-trouble");
  line.textContent = key ? words(key) : "";
  line.hidden = !key;
}

// --- Registering ---------------------------------------------------------
async function renew() {
  const pass = await fetchPass();
  if (pass) phone?.renew(pass);
}

const here = () => isOn() && send("/calls/phone/here");
const gone = () => send("/calls/phone/gone", { keepalive: true });

async function register() {
  if (!OPEN[page.dataset.kind]) return showState();
  const pass = await fetchPass();
  if (!pass) return trouble("lost");
  phone = OPEN[pass.kind](pass, hear);
  await here();
}

async function begin() {
  await register();
  if (!phone) return;
  if (page.dataset.takes) {
    const number = Number(page.dataset.takes);
    history.replaceState(null, "", location.pathname); // once
    await takeFromLine(number, document.querySelector(`[data-take="${number}"] button`));
  } else if (page.dataset.dials) {
    show({ state: "calling", inbound: false });
    watch(call.id);
    await phone.call({ call: page.dataset.dials }, page.dataset.to ?? "").catch(() => trouble("lost"));
  } else if (call.id && call.state === "idle") {
    show({ state: "over", inbound: false });
    watch(call.id);
  }
}

// --- What the network says --------------------------------------------------
function hear(news) {
  if (news.type === "ready") {
    trouble("");
    setTimeout(showState); // the phone may say so before it is ours
  } else if (news.type === "trouble") {
    trouble(news.key);
  } else if (news.type === "away") {
    isCut = news.on;
    trouble(isCut ? "lost" : "");
    rest(isCut, "#call [data-act], #keypad button, #speak button");
  } else if (news.type === "pass") {
    renew();
  } else if (news.type === "new") {
    meet(news.sid);
  } else if (news.type === "line") {
    hearLine(news);
  } else if (news.type === "call") {
    call.sid = news.sid;
    if (news.inbound && news.state === "ringing") {
      if (isOn()) comesIn(news);
    } else {
      show(news);
      findWho();
    }
  }
}

// A call that this window did not begin: its own before a reload, or another window's. Nothing of the last one may stay.
function meet(sid) {
  forgetHeard();
  watched = null;
  call = { ...call, id: null, sid, state: "idle", since: 0 };
  if (taking === null) showWho(null);
}

async function findWho() {
  const { sid } = call;
  if (call.id || !sid || !isOnCall()) return;
  const party = await askJson(`/calls/phone/who?call=${encodeURIComponent(sid)}`);
  if (!party || call.id || call.sid !== sid) return;
  call.id = party.call_id;
  if (party.seconds !== null && call.since) call.since = performance.now() - party.seconds * 1000;
  showWho(party);
  showLinks(call);
  watch(party.call_id);
}

async function comesIn(news) {
  forgetHeard();
  call = { ...call, id: null };
  if (taking === null) showWho(null);
  show(taking === null ? news : { ...news, state: "connecting" });
  const [party] = (await askJson("/calls/phone/ringing")) ?? [];
  if (party && ["ringing", "connecting"].includes(call.state)) {
    call.id = party.call_id;
    showWho(party);
    watch(party.call_id);
  }
  taking = null;
  if (party?.is_taken) return phone?.answer(); // to take it was the answer
  if (call.state === "connecting") show(news);
  const name = party?.name || words("somebody");
  if (call.state === "ringing") {
    ring(words("calls-you", { name }));
  }
  part("announcer").textContent = words("calls-you", { name });
}

function show({ state, inbound }) {
  if (state !== "ringing") hush();
  if (state === "talking" && call.state !== "talking") call.since = performance.now();
  call = { ...call, state, inbound, muted: state === "talking" && (call.muted || remembersMute(call.sid)) };
  showCall(call);
  showState();
  if (state === "over") call.since = 0;
  if (state === "over" && watched) learn(); // how it ended may have been told before this phone knew that it is over
}

function mute(muted) {
  if (muted !== call.muted) part("announcer").textContent = words(muted ? "muted" : "unmuted");
  call.muted = muted;
  showMuted(call);
  phone?.mute(muted);
}

onMutedElsewhere(() => call.state === "talking" && mute(remembersMute(call.sid)));

// --- What the school knows of this call ------------------------------------------
function watch(id) {
  watched = id;
  live.listenAlso(`call:${id}`);
  learn();
}

async function learn() {
  const id = watched;
  const stands = id && (await askJson(`/calls/phone/now/${id}`));
  if (!stands || id !== watched) return;
  if (call.inbound && !stands.is_over) return; // this phone knows better whether it rings
  showStanding(stands);
  if (taking === id) {
    taking = null; // the caller hung up meanwhile
    show({ state: "over", inbound: true });
    showStanding(stands);
  }
}

const lines = freshness(async (line) => {
  const asked = performance.now();
  const answer = await ask("/calls/phone/line");
  if (!answer) return;
  part(line).innerHTML = await answer.text();
  showWaiting(part(line).querySelectorAll("[data-waits]").length);
  const waits = taking && part(line).querySelector(`[data-waits="${taking}"]`);
  if (waits && !lines.isNewerThan(line, asked)) giveUpTaking(); // it could not be led here, and waits still
});
const refreshLine = () => lines.changed("line");

// The caller hears that they are put through; this window picks up by itself when the call comes.
async function takeFromLine(id, button) {
  const who = button?.closest("[data-waits]")?.querySelector(".medium").textContent;
  if (!(await take(`/calls/line/${id}/take`, button))) return refreshLine();
  if (call.state === "ringing" || isOnCall()) return;
  taking = id;
  forgetHeard();
  call = { ...call, id, sid: "", since: 0 };
  showWho({ name: who, call_id: id });
  show({ state: "connecting", inbound: true });
  watch(id);
  refreshLine();
}

function giveUpTaking() {
  taking = null;
  watched = null;
  call = { ...call, id: null };
  show({ state: "idle", inbound: false });
}

// --- What a person does -------------------------------------------------------------
const DO = {
  answer: () => phone?.answer(),
  decline: () => phone?.decline(),
  "hang-up": () => phone?.hangUp(),
  keypad: () => toggleKeypad(),
  mute: () => {
    mute(!call.muted);
    rememberMute(call.sid, call.muted);
  },
};

card.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.act) DO[button.dataset.act]();
  if (button?.dataset.key) phone?.press(button.dataset.key);
});

part("call-again").addEventListener("click", ({ currentTarget: button }) => callAgain(call.id, button));

onSaid(() => call.muted, (said) => phone?.speak(said, document.documentElement.lang));

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-take]")) return;
  event.preventDefault();
  takeFromLine(Number(event.target.dataset.take), event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (page.dataset.shortcuts === undefined || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const name = { m: "mute", d: "keypad" }[event.key.toLowerCase()];
  if (name && !act(name).hidden) DO[name]();
});

part("takes-calls").addEventListener("change", () => {
  phone?.rest(!isOn());
  if (isOn()) here();
  else gone();
  showState();
});

// Who is signed out takes no calls here; who signs in again above this page does.
document.addEventListener("homeroom:signed-out", () => {
  phone?.close();
  phone = null;
  hush();
  showState();
});
document.addEventListener("homeroom:session-renewed", () => phone || register());

addEventListener("beforeunload", (event) => {
  if (isOnCall()) event.preventDefault();
});
addEventListener("pagehide", gone);
addEventListener("pageshow", (event) => event.persisted && here());

live.on("call:changed", ({ call_id: id }) => id === watched && learn());
live.on("calls:changed", () => {
  refreshLine();
  findWho();
});
watchServer("[data-take] button, #takes-calls", refreshLine);
live.on("line:changed", refreshLine);
live.on("resync", () => {
  learn();
  refreshLine();
});
live.start(Number(page.dataset.liveFrom) || 0);

function second() {
  seconds += 1;
  phone?.tick();
  if (!isCut) showTime(call);
  tickClocks();
  if (seconds % HERE_EVERY === 0) here();
  if (isPassOld()) renew();
}
const ticker = new Worker(page.dataset.ticker);
ticker.onmessage = second;
begin();
