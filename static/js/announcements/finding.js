// The search fields of the composer: what a few letters find stands below, each a button. Down goes to what was found, Tab past it to
// the next field, Escape closes it.
import { debounced, emit, form, text } from "./page.js";

const SIDES = ["include", "exclude", "replies"];
const place = (side) => document.getElementById(`found-${side}`);
const field = (side) => document.getElementById(`q-${side}`);
let hasChosen = false; // the field gets the focus back, and waits for letters

const look = debounced(async (side) => {
  const query = new URLSearchParams({ side, q: field(side).value });
  for (const input of form().querySelectorAll('input[name="include"], input[name="exclude"]')) query.append("have", input.value);
  const html = await text(`/announcements/choices?${query}`);
  if (html === null || !(field(side) === document.activeElement || place(side).contains(document.activeElement))) return;
  place(side).innerHTML = html;
  for (const option of place(side).querySelectorAll(".aud-option")) option.tabIndex = -1;
}, 250);

function close(side) {
  place(side).replaceChildren();
}

document.addEventListener("focusin", (event) => {
  const side = event.target.closest?.(".aud")?.dataset.side;
  if (side && event.target === field(side) && !hasChosen) look(side);
  for (const other of SIDES) {
    if (other !== side && place(other) && !place(other).contains(event.target)) close(other);
  }
});

document.addEventListener("input", (event) => {
  const side = SIDES.find((each) => event.target.id === `q-${each}`);
  if (side) look(side);
});

document.addEventListener("keydown", (event) => {
  const side = event.target.closest?.("[data-side]")?.dataset.side ?? event.target.closest?.(".aud-found")?.id.replace("found-", "");
  if (!side || !field(side)) return;
  const options = [...place(side).querySelectorAll(".aud-option")];
  const at = options.indexOf(document.activeElement);
  if (event.key === "Escape" && options.length) {
    close(side);
    field(side).focus();
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    if (options.length) (options[at + 1] ?? options[0]).focus();
    else look(side);
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (options[at - 1] ?? field(side)).focus();
  } else if (event.key === "Enter" && event.target === field(side)) {
    event.preventDefault();
    options[0]?.click();
  }
});

document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".aud-option");
  if (option) {
    event.preventDefault();
    const [side, key] = option.value.split(/\|(.*)/s);
    field(side).value = "";
    hasChosen = true;
    field(side).focus();
    hasChosen = false;
    emit("chosen", { side, key, option });
    close(side);
    emit("changed");
  } else if (!event.target.closest?.(".aud, .aud-found")) {
    for (const side of SIDES) if (place(side)) close(side);
  }
});

// What was typed before this page's script was there.
for (const side of SIDES) if (field(side)?.value && field(side) === document.activeElement) look(side);
