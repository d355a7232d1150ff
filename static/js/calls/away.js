// The server is away: the page says so and how old it is, its clocks stand, and what nobody would carry out cannot be pressed.
import { reconnect } from "../live.js";
import { words } from "../words.js";
import { stand } from "./clocks.js";

const UNNOTICED = 2000; // so long the line is lost before that is told
const LOST = "offline";
let away = false;

export const isAway = () => away;

// `resting` selects the buttons that need the server.
export function rest(on, resting) {
  for (const button of document.querySelectorAll(resting)) {
    if (on && !button.disabled) button.dataset.rests = "";
    if (on) button.disabled = true;
    else if (button.dataset.rests !== undefined) {
      button.disabled = false;
      delete button.dataset.rests;
    }
  }
}

function say() {
  const banner = document.getElementById("away").content.firstElementChild.cloneNode(true);
  const zone = document.querySelector("[data-zone]")?.dataset.zone;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", ...(zone ? { timeZone: zone } : {}) });
  const time = format.format(Date.now() - UNNOTICED);
  banner.querySelector("p").textContent = words("away-said", { time });
  banner.querySelector("button").addEventListener("click", reconnect);
  document.getElementById("connection").replaceChildren(banner);
  return time;
}

// `lost` is told as of when the page is true; `healed` that it is known again.
export function watchServer(resting, healed = () => {}, lost = () => {}) {
  document.addEventListener("homeroom:connection", ({ detail }) => {
    if ((detail.state === LOST) === away) return;
    away = detail.state === LOST;
    stand(away);
    rest(away, resting);
    if (away) return lost(say());
    document.getElementById("connection").replaceChildren();
    healed();
  });
}
