// The page of unknown senders: a text from a phone that nobody knows stands there at once, and what a colleague sorted goes.
// Nothing moves under the pointer: changes wait until the list was left alone for two seconds.
import "../app.js";
import * as live from "../live.js";
import "./counts.js";
import { debounced, emit, fragment, post, speak, toast, words } from "./page.js";

const IDLE = 2000;
const list = () => document.getElementById("strangers");
let touchedAt = -IDLE;
let wanted = null;

for (const type of ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"]) {
  document.addEventListener(type, (event) => {
    if (event.target.closest?.("#strangers")) touchedAt = performance.now();
  }, { passive: true });
}

const read = debounced(async () => {
  const fresh = (await fragment(location.pathname + location.search))?.find((item) => item.id === "strangers");
  if (!fresh) return;
  wanted = fresh;
  show();
}, 200);

// The chips count the cards, so they change together with them.
function count(numbers) {
  for (const place of document.querySelectorAll("[data-strangers]")) {
    place.textContent = numbers[place.dataset.strangers];
    place.hidden = !place.textContent;
  }
}

function show() {
  if (!wanted || performance.now() - touchedAt < IDLE) return;
  const fresh = wanted;
  wanted = null;
  const known = new Map([...list().children].map((card) => [card.id, card]));
  const hasNew = [...fresh.children].some((card) => card.id && card.textContent !== known.get(card.id)?.textContent);
  const acted = document.activeElement?.closest("form")?.getAttribute("action") ?? document.activeElement?.getAttribute("href");
  const hadFocus = list().contains(document.activeElement);
  const kept = [...fresh.children].map((card) => (known.get(card.id)?.textContent === card.textContent ? known.get(card.id) : card));
  list().replaceChildren(...kept);
  count(fresh.dataset);
  if (hadFocus) list().querySelector(`form[action="${acted}"] button, a[href="${acted}"]`)?.focus();
  if (hasNew) speak(words("new-unknown"));
}

// Putting aside and blocking happen at once, and can be taken back for a moment.
async function act(address) {
  const answer = await post(address).catch(() => null);
  if (answer?.ok) return answer.json();
  if (answer?.status === 401) emit("signed-out", { asked: true });
  else toast(words(answer ? "failed" : "offline"), { kind: answer ? "error" : "warn" });
  return null;
}

document.addEventListener("submit", async (event) => {
  const { action } = event.target;
  if (!event.target.closest("#strangers") || !/\/(ignore|block|reconsider)$/.test(action)) return;
  event.preventDefault();
  const card = event.target.closest("section");
  const done = await act(action);
  if (!done) return;
  const next = card.nextElementSibling ?? card.previousElementSibling;
  (next?.querySelector("a, button") ?? document.getElementById("main")).focus();
  card.remove();
  const takeBack = async () => {
    const back = await act(done.undo.href);
    if (back) toast(back.said);
    touchedAt = -IDLE;
    read();
  };
  toast(done.said, done.undo ? { action: { run: takeBack }, seconds: 8 } : {});
  touchedAt = -IDLE;
  read();
});

setInterval(show, 500);
live.on("unknown:changed", read);
live.on("resync", read);
document.addEventListener("homeroom:connection", ({ detail }) => detail.state === "back" && read());
live.start(Number(document.querySelector(".app").dataset.liveFrom) || 0);
