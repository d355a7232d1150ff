// How much time is left, by the server's clock; said aloud once at five minutes, and at one.
import { words } from "../words.js";

const WARN_FROM = 300;
const place = document.getElementById("v-left");
const warning = document.getElementById("v-soon");
let ends = 0;
let skew = 0;
let said = 0;

export function setTimes(answer) {
  ends = answer.ends;
  skew = answer.now - Date.now() / 1000;
}

const clock = (seconds) => {
  const rest = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes >= 60 ? `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
};

export function tick() {
  if (!ends) return;
  const left = Math.max(0, Math.ceil(ends - skew - Date.now() / 1000));
  place.hidden = false;
  place.querySelector("span").textContent = words("remaining", { time: clock(left) });
  const minutes = Math.ceil(left / 60);
  warning.hidden = left > WARN_FROM;
  const step = left > WARN_FROM ? 0 : left > 60 ? 5 : 1;
  if (step && (step !== said || !warning.textContent.trim())) {
    said = step;
    warning.querySelector("span").textContent = step === 1 ? words("soon_one") : words("soon", { minutes });
  }
}

export function stopClock() {
  ends = 0;
  place.hidden = true;
  warning.hidden = true;
}
