// Before the call: one's own picture and sound, which camera and microphone, and what to do where there is none.
import { words } from "../words.js";
import { close, listed, own, take, takeBoth, wanted } from "./devices.js";
import { listenToOwn, ownLevel } from "./levels.js";

const preview = document.getElementById("v-preview");
const trouble = document.getElementById("v-trouble");
const joining = document.getElementById("v-join");
const selects = { audio: document.getElementById("v-microphone"), camera: document.getElementById("v-camera") };
const ASKED_EVERY = 10000;
const GONE = 410;
let why = { audio: "", camera: "" };
let page = null;

export function look() {
  const video = preview.querySelector("video");
  const now = video.srcObject?.getTracks()[0] ?? null;
  if (now !== own.camera) video.srcObject = own.camera ? new MediaStream([own.camera]) : null;
  preview.classList.toggle("has-video", Boolean(own.camera));
  const key = own.audio ? "join" : "join_listen";
  joining.querySelector("span").textContent = words(key === "join" && !own.camera ? "join_sound" : key);
  const reason = why.audio || why.camera;
  trouble.hidden = !reason;
  if (reason) trouble.querySelector("p").textContent = [words(reason), words(own.audio ? "sound_only" : "listen_only")].join(" ");
}

async function fillSelects() {
  const devices = await listed();
  for (const [kind, select] of Object.entries(selects)) {
    const current = own[kind]?.getSettings().deviceId ?? "";
    const options = devices[kind].map((device, place) => new Option(device.label || `${words(kind === "audio" ? "microphone" : "camera")} ${place + 1}`, device.deviceId));
    select.replaceChildren(new Option(words("none"), ""), ...options);
    select.value = current;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  }
}

async function choose(kind) {
  wanted[kind] = selects[kind].value;
  if (wanted[kind]) why[kind] = await take(kind);
  else {
    close(kind);
    why[kind] = "";
  }
  settled();
}

function settled() {
  if (own.audio) own.audio.enabled = !page.isMuted();
  listenToOwn(own.audio);
  page.drawButtons();
  look();
}

async function askForBoth() {
  joining.disabled = true;
  why = await takeBoth();
  joining.disabled = false;
  await fillSelects();
  settled();
}

// Who was asked, and how far their text is, or that the call is over: only staff have the list, before the call and while they are alone in it.
async function followAsked() {
  const address = document.body.dataset.invited;
  const alone = document.getElementById("v-alone");
  if (!address || document.visibilityState !== "visible" || (document.body.dataset.stage !== "lobby" && alone.hidden)) return;
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  if (answer?.status === GONE) return page.isOver();
  if (!answer?.ok || answer.redirected) return;
  const rows = document.getElementById("v-asked")?.children ?? [];
  const lines = alone.querySelectorAll("li");
  for (const [place, guest] of (await answer.json()).entries()) {
    const said = rows[place]?.querySelector("small");
    if (said) {
      said.textContent = guest.said;
      said.classList.toggle("is-trouble", guest.is_trouble);
    }
    if (lines[place]) lines[place].textContent = `${guest.name}: ${guest.said}`;
  }
}

export function backToLobby() {
  askForBoth();
}

export function openLobby(given) {
  page = given;
  for (const kind of Object.keys(selects)) selects[kind].addEventListener("change", () => choose(kind));
  document.getElementById("v-again").addEventListener("click", askForBoth);
  joining.addEventListener("click", page.join);
  navigator.mediaDevices.addEventListener?.("devicechange", fillSelects);
  const meter = preview.querySelector(".v-meter-now");
  setInterval(() => document.body.dataset.stage === "lobby" && meter.setAttribute("width", String(Math.round(ownLevel() * 100))), 120);
  setInterval(followAsked, ASKED_EVERY);
  askForBoth();
}
