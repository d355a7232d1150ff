// Before the room: who holds a place already listens, so that they learn at once that the call begins, or that it is over.
import { words } from "../words.js";
import { dial, request } from "./signal.js";
import { newPage, own, state } from "./state.js";

export function showBegun(hasBegun) {
  for (const line of document.querySelectorAll("[data-begun]")) {
    const text = words(hasBegun ? "begun" : "not_begun");
    if (line.textContent !== text) line.textContent = text;
  }
}

// Somebody of the school sees who waits only while they are in the room.
export function showSchool(isHere) {
  document.getElementById("v-waiting-more").textContent = words(isHere ? "waiting_more" : "waiting_alone");
}

// Colleagues have no place before they press the button, and hear from the list of who was asked.
export function standBefore() {
  if (!own.token) return;
  state.page = newPage();
  dial(own.token, state.page);
}

// What happened before this page listened, or while its line was broken.
export async function lookAhead(refuse) {
  const answer = await request("look");
  if (!answer || state.stage !== "lobby") return;
  if (answer.ok) showBegun(Boolean(answer.begun));
  else refuse(answer.why);
}
