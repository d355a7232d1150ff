// The window that is a phone: it rings, calls, and shows who is on the line. What the carrier says is shown, never guessed.
import "../app.js";
import * as live from "../live.js";
import { words } from "../words.js";
import { forgetHeard, hearLine } from "./heard.js";
import { onMutedElsewhere, rememberMute, remembersMute } from "./muted.js";
import { openSimulated } from "./softphone_simulator.js";
import { openTwilio } from "./softphone_twilio.js";
import { hush, ring } from "./ringer.js";

const page = document.getElementById("main");
const card = document.getElementById("call");
const part = (name) => document.getElementById(name);
const act = (name) => card.querySelector(`[data-act="${name}"]`);
const HERE_EVERY = 20;
const RENEW_BEFORE = 300;
const OPEN = { twilio: openTwilio, simulator: openSimulated };
const SHOWN = { ringing: ["answer", "decline"], calling: ["keypad", "hang-up"], talking: ["mute", "keypad", "hang-up"], over: [], idle: [] };

let phone = null;
let expires = Infinity;
let seconds = 0;
let call = { id: Number(page.dataset.call) || null, sid: "", state: "idle", inbound: false, muted: false, since: 0 };
let watched = null;

const headers = { Accept: "application/json", "Homeroom-Background": "1", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
const send = (url, more = {}) => fetch(url, { method: "POST", headers, credentials: "same-origin", ...more }).catch(() => null);
const get = (url) => fetch(url, { headers, credentials: "same-origin" }).catch(() => null);
const say = (key) => (part("phone-state").textContent = words(key));
const isOn = () => part("takes-calls").checked;

function trouble(key) {
  const line = part("phone-trouble");
  line.textContent = key ? words(key) : "";
  line.hidden = !key;
}

// --- Registering ---------------------------------------------------------
async function fetchPass() {
  const answer = await send("/calls/phone/pass");
  if (!answer?.ok || answer.redirected) return null;
  const pass = await answer.json();
  expires = Date.parse(pass.expires_at) / 1000;
  return pass;
}

async function renew() {
  expires = Infinity; // asked for once
  const pass = await fetchPass();
  if (pass) phone?.renew(pass);
}

const here = () => isOn() && send("/calls/phone/here");
const gone = () => send("/calls/phone/gone", { keepalive: true });

async function register() {
  if (!OPEN[page.dataset.kind]) return say("off");
  const pass = await fetchPass();
  if (!pass) return trouble("lost");
  phone = OPEN[pass.kind](pass, hear);
  await here();
}

async function begin() {
  await register();
  if (!phone) return;
  if (page.dataset.dials) {
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
    say(isOn() ? "ready" : "off");
  } else if (news.type === "trouble") {
    trouble(news.key);
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
  who(null);
}

async function findWho() {
  const { sid } = call;
  if (call.id || !sid || !["calling", "talking"].includes(call.state)) return;
  const answer = await get(`/calls/phone/who?call=${encodeURIComponent(sid)}`);
  const party = answer?.ok && !answer.redirected && (await answer.json());
  if (!party || call.id || call.sid !== sid) return;
  call.id = party.call_id;
  if (party.seconds !== null && call.since) call.since = performance.now() - party.seconds * 1000;
  who(party);
  part("call-links").hidden = false;
  watch(party.call_id);
}

function showMuted(muted) {
  if (muted !== call.muted) part("announcer").textContent = words(muted ? "muted" : "talking");
  call.muted = muted;
  act("mute").setAttribute("aria-pressed", String(muted));
  phone?.mute(muted);
}

onMutedElsewhere(() => call.state === "talking" && showMuted(remembersMute(call.sid)));

async function comesIn(news) {
  forgetHeard();
  call = { ...call, id: null };
  who(null);
  show(news);
  const [party] = (await get("/calls/phone/ringing").then((answer) => (answer?.ok ? answer.json() : []))) ?? [];
  if (party && call.state === "ringing") {
    call.id = party.call_id;
    who(party);
    watch(party.call_id);
  }
  const name = party?.name || words("somebody");
  if (call.state === "ringing") {
    ring(words("calls-you", { name }));
    part("call-words").textContent = words("calls-you", { name });
  }
  part("announcer").textContent = words("calls-you", { name });
}

function who(party) {
  part("call-name").textContent = party?.name || words("somebody");
  part("call-who").textContent = [party?.number !== party?.name && party?.number, party?.children].filter(Boolean).join(" · ");
  link("call-thread", party?.conversation_id && `/conversations/${party.conversation_id}`);
  link("call-notes", party && `/calls/history/${party.call_id}`);
}

function link(id, href) {
  part(id).hidden = !href;
  if (href) part(id).href = href;
}

// --- What stands on the page ---------------------------------------------------
const STATES = { ringing: "calls-you", calling: "calling", talking: "talking", over: "ended" };

function show({ state, inbound }) {
  if (state !== "ringing") hush();
  if (state === "talking" && call.state !== "talking") call.since = performance.now();
  const focused = document.activeElement; // browsers let go of what is hidden, some at once
  call = { ...call, state, inbound, muted: state === "talking" && (call.muted || remembersMute(call.sid)) };
  card.hidden = state === "idle";
  card.dataset.state = state;
  for (const button of card.querySelectorAll("[data-act]")) button.hidden = !SHOWN[state].includes(button.dataset.act);
  act("mute").setAttribute("aria-pressed", String(call.muted));
  if (!SHOWN[state].includes("keypad")) toggleKeypad(false);
  part("call-words").textContent = words(STATES[state] ?? state, { name: part("call-name").textContent });
  part("call-timer").hidden = !call.since;
  if (part("practice")) part("practice").hidden = !["talking", "calling", "over"].includes(state);
  if (part("speak")) part("speak").hidden = state !== "talking";
  part("call-links").hidden = !call.id;
  if (call.id) link("call-notes", `/calls/history/${call.id}`);
  if (state === "over") call.since = 0;
  if (state === "over" && watched) ask(); // how it ended may have been told before this phone knew that it is over
  if (card.contains(focused) && focused.closest("[hidden]")) (card.querySelector("[data-act]:not([hidden])") ?? part("call-name")).focus();
}

function toggleKeypad(open = part("keypad").hidden) {
  part("keypad").hidden = !open;
  act("keypad").setAttribute("aria-expanded", String(open));
}

function tickTimer() {
  if (!call.since || call.state !== "talking") return;
  const passed = Math.floor((performance.now() - call.since) / 1000);
  part("call-timer").textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
}

// --- What the school knows of this call ------------------------------------------
function watch(id) {
  watched = id;
  live.listenAlso(`call:${id}`);
  ask();
}

async function ask() {
  const id = watched;
  const answer = id && (await get(`/calls/phone/now/${id}`));
  if (!answer?.ok || answer.redirected || id !== watched) return;
  const stands = await answer.json();
  if (call.inbound && !stands.is_over) return; // this phone knows better whether it rings
  part("call-words").textContent = stands.why && stands.is_over ? `${stands.words}. ${stands.why}` : stands.words;
}

async function refreshLine() {
  const answer = await get("/calls/phone/line");
  if (!answer?.ok || answer.redirected) return;
  part("line").innerHTML = await answer.text();
  part("line-card").hidden = !part("line").querySelector("[data-waits]");
}

// --- What a person does -------------------------------------------------------------
const DO = {
  answer: () => phone?.answer(),
  decline: () => phone?.decline(),
  "hang-up": () => phone?.hangUp(),
  keypad: () => toggleKeypad(),
  mute: () => {
    showMuted(!call.muted);
    rememberMute(call.sid, call.muted);
  },
};

card.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.act) DO[button.dataset.act]();
  if (button?.dataset.key) phone?.press(button.dataset.key);
});

part("speak")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = part("words-said");
  if (!field.value.trim() || call.muted) return;
  phone?.speak(field.value.trim(), document.documentElement.lang);
  field.value = "";
});

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-take]")) return;
  event.preventDefault();
  await send(event.target.action);
  refreshLine();
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
  say(isOn() ? "ready" : "off");
});

// Who is signed out takes no calls here; who signs in again above this page does.
document.addEventListener("homeroom:signed-out", () => {
  phone?.close();
  phone = null;
  hush();
  say("off");
});
document.addEventListener("homeroom:session-renewed", () => phone || register());

addEventListener("beforeunload", (event) => {
  if (["calling", "talking"].includes(call.state)) event.preventDefault();
});
addEventListener("pagehide", gone);
addEventListener("pageshow", (event) => event.persisted && here());

live.on("call:changed", ({ call_id: id }) => id === watched && ask());
live.on("calls:changed", () => {
  refreshLine();
  findWho();
});
live.on("resync", () => {
  ask();
  refreshLine();
});
live.start(Number(page.dataset.liveFrom) || 0);

function second() {
  seconds += 1;
  phone?.tick();
  tickTimer();
  if (seconds % HERE_EVERY === 0) here();
  if (Date.now() / 1000 > expires - RENEW_BEFORE) renew();
}
const ticker = new Worker(page.dataset.ticker);
ticker.onmessage = second;
begin();
