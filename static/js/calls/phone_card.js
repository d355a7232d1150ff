// The card of the call: who is on the line, how it stands, and what can be done about it now. Nobody else writes into it.
import { words } from "../words.js";

export const card = document.getElementById("call");
export const part = (name) => document.getElementById(name);
export const act = (name) => card.querySelector(`[data-act="${name}"]`);
const SHOWN = { ringing: ["answer", "decline"], calling: ["keypad", "hang-up"], talking: ["mute", "keypad", "hang-up"], connecting: [], over: [], idle: [] };
const STATES = { ringing: "is-calling", calling: "calling", connecting: "connecting", talking: "talking", over: "ended" };

export function showWho(party) {
  part("call-name").textContent = party?.name || words("somebody");
  part("call-who").textContent = [party?.number !== party?.name && party?.number, party?.children].filter(Boolean).join(" · ");
  link("call-thread", party?.conversation_id && `/conversations/${party.conversation_id}`);
  link("call-notes", party && `/calls/history/${party.call_id}`);
}

function link(id, href) {
  part(id).hidden = !href;
  if (href) part(id).href = href;
}

export function showCall(call) {
  const { state } = call;
  const focused = document.activeElement; // browsers let go of what is hidden, some at once
  card.hidden = state === "idle";
  card.dataset.state = state;
  for (const button of card.querySelectorAll("[data-act]")) button.hidden = !SHOWN[state].includes(button.dataset.act);
  showMuted(call);
  if (state !== "over") part("call-again").hidden = part("call-stranger").hidden = true;
  if (!SHOWN[state].includes("keypad")) toggleKeypad(false);
  say(words(STATES[state] ?? state));
  part("call-timer").hidden = !call.since;
  if (part("practice")) part("practice").hidden = !(["talking", "calling"].includes(state) || (state === "over" && part("heard").childElementCount));
  if (part("speak")) part("speak").hidden = state !== "talking";
  showLinks(call);
  if (card.contains(focused) && focused.closest("[hidden]")) (card.querySelector("[data-act]:not([hidden])") ?? part("call-name")).focus();
}

export function showLinks(call) {
  part("call-links").hidden = !call.id;
  if (call.id) link("call-notes", `/calls/history/${call.id}`);
}

export function showMuted({ state, muted }) {
  act("mute").classList.toggle("is-on", muted);
  act("mute").querySelector('[data-when="on"]').hidden = !muted;
  act("mute").querySelector('[data-when="off"]').hidden = muted;
  part("call-muted").hidden = !(muted && state === "talking");
  if (part("speak-why") && !muted) part("speak-why").textContent = "";
}

// How it stands: the phone's own word at once, and then the school's, which knows why.
export function showStanding({ words: said, why, again, stranger, is_over: isOver }) {
  say(why && isOver ? `${said}. ${why}` : said);
  part("call-again").hidden = !again || card.dataset.state !== "over";
  part("call-again").querySelector("span").textContent = again;
  link("call-stranger", card.dataset.state === "over" && stranger && `tel:${stranger}`);
}
const say = (text) => (part("call-words").textContent = text);

export function toggleKeypad(open = part("keypad").hidden) {
  part("keypad").hidden = !open;
  act("keypad").setAttribute("aria-expanded", String(open));
}

export function showTime({ since, state }) {
  if (!since || state !== "talking") return;
  const passed = Math.floor((performance.now() - since) / 1000);
  part("call-timer").textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
}
