// The buttons of one's own microphone, camera and screen.
import { words } from "../words.js";
import { canShare, close, own, take, takeScreen } from "./devices.js";
import { listenToOwn } from "./levels.js";
import { look } from "./lobby.js";
import { redraw, refill } from "./others.js";
import { request } from "./signal.js";
import { saying, state } from "./state.js";

const glyphs = document.getElementById("glyphs");
const isSilent = () => state.isMuted || !own.audio;
const LABELS = {
  mute: () => [isSilent(), isSilent() ? "unmute" : "mute", isSilent() ? "microphone-off" : "microphone"],
  camera: () => [!own.camera, own.camera ? "camera_off" : "camera_on", own.camera ? "video" : "video-off"],
  share: () => [Boolean(own.screen), own.screen ? "unshare" : "share", own.screen ? "screen-share-off" : "screen-share"],
};

export const media = () => ({ muted: isSilent(), camera: Boolean(own.camera), sharing: Boolean(own.screen) });

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
  refill();
  if (!state.isIn) return look();
  const mine = state.people.find((person) => person.id === state.you);
  if (mine) Object.assign(mine, media());
  redraw();
  request("media", media());
}

export function setMuted(muted) {
  state.isMuted = muted;
  if (own.audio) own.audio.enabled = !muted;
  if (!muted) saying("notice", "");
  sent();
}

async function switchOn(kind) {
  const why = await take(kind);
  saying("notice", why);
  if (kind === "audio" && own.audio) {
    own.audio.enabled = !state.isMuted;
    listenToOwn(own.audio);
  }
  return !why;
}

export const SWITCHES = {
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
};
