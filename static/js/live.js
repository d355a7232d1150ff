// What happens on the server, told to this page: over Socket.IO, or asked for every 20 seconds while sockets are blocked.
// Nothing is missed and nothing is told twice: events have numbers, and after a gap the page asks from the last one on.

const BANNER_AFTER = 2000;
const POLL_EVERY = 20000;
const LOOKING_EVERY = 20000;
const REMEMBERED = 1500;
const MISSED_WITHIN = 1500;
const ANSWERED_WITHIN = 10000;

const handlers = new Map();
const known = new Set();
let last = 0;
let socket = null;
let conversation = null;
let further = null;
let connected = false;
let everConnected = false;
let ended = false; // signed out, which is not offline
let caughtUp = true;
let held = [];

export const isConnected = () => connected;

export function on(name, handler) {
  handlers.set(name, [...(handlers.get(name) ?? []), handler]);
}

function tell(event) {
  for (const handler of handlers.get(event.name) ?? []) handler(event.payload, event);
}

function take(event) {
  if (event.id) {
    const ids = event.ids ?? [event.id]; // one for each audience that was told
    if (ids.some((id) => known.has(id))) return;
    for (const id of ids) known.add(id);
    while (known.size > REMEMBERED) known.delete(known.values().next().value);
    last = Math.max(last, event.id);
  }
  tell(event);
}

// While catching up, fresh events wait, so that they come in order.
function heard(event) {
  if (event.id && !caughtUp) held.push(event);
  else take(event);
}

function catchUp(answer) {
  if (answer.resync) {
    last = answer.last ?? last;
    tell({ name: "resync", payload: {} });
  } else {
    for (const event of answer.events) take(event);
  }
  caughtUp = true;
  for (const event of held.splice(0)) take(event);
}

export function say(name, message) {
  if (connected) socket.emit(name, message);
}

// How much this page has heard: the number of the last event.
export const position = () => last;

// A question that the server could not answer is asked again, as long as the line stands: without the answer nothing is heard.
function ask(name, question, take) {
  const line = socket.id;
  socket.timeout(ANSWERED_WITHIN).emit(name, question, (error, answer) => {
    if (socket.id !== line) return; // whoever reconnects asks again
    if (!error && answer) take(answer);
    else setTimeout(() => connected && socket.id === line && ask(name, question, take), MISSED_WITHIN);
  });
}

// Which conversation this page hears and shows; null for none. `since`: the position when it was asked for.
export function listenTo(number, since = last) {
  if (conversation === number) return;
  if (conversation !== null) say("close", { conversation });
  conversation = number;
  announcePresence(since);
}

// One more audience than those that everybody hears, such as "announcement:5"; what was missed before it is asked for at once.
// `pieces`: the page can show what a push brings along, so that it need not ask for it.
export function listenAlso(audience, { pieces = false } = {}) {
  further = { to: audience, pieces };
  listenFurther();
}

function listenFurther() {
  if (further && connected) socket.emit("listen", further, (answer) => answer?.ok && tell({ name: "resync", payload: {} }));
}

function announcePresence(since = last) {
  if (conversation === null || !connected) return;
  const here = conversation;
  ask("open", { conversation: here }, (answer) => {
    if (here !== conversation) return;
    if (answer.ok) tell({ name: "presence", payload: { conversation_id: here, looking: answer.looking } });
    askForMissed(since); // only from now on does this page hear the conversation; its thread was drawn before
  });
}

function askForMissed(since = last) {
  if (!connected) return;
  caughtUp = false;
  ask("catchup", { last: Math.min(since, last) }, catchUp);
}

setInterval(() => {
  if (conversation !== null && document.visibilityState === "visible") say("visible", { conversation });
}, LOOKING_EVERY);

async function poll() {
  if (connected || document.visibilityState !== "visible") return;
  const query = new URLSearchParams({ last });
  if (conversation !== null) query.set("conversation", conversation);
  try {
    const answer = await fetch(`/conversations/news?${query}`, { headers: { Accept: "application/json", "Homeroom-Background": "1" } });
    if (answer.status === 401) signedOut();
    if (answer.ok) catchUp(await answer.json());
    if (answer.ok && !connected) setConnection("polling");
  } catch {
    setConnection("offline");
  }
}

let bannerTimer = null;
let shown = "";

function setConnection(state) {
  if (state === shown) return;
  shown = state;
  document.dispatchEvent(new CustomEvent("homeroom:connection", { detail: { state } }));
}

function lost() {
  connected = false;
  caughtUp = false;
  bannerTimer ??= setTimeout(() => {
    bannerTimer = null;
    if (!connected) poll().then(() => connected || ended || shown === "polling" || setConnection("offline"));
  }, BANNER_AFTER);
}

function found() {
  connected = true;
  ended = false;
  clearTimeout(bannerTimer);
  bannerTimer = null;
  const again = everConnected;
  everConnected = true;
  caughtUp = false;
  if (conversation === null) askForMissed();
  else announcePresence();
  listenFurther();
  setConnection(again ? "back" : "online");
}

// The server could not tell this page everything for a while. All pages hear so at once, and must not all ask at once.
function missed() {
  setTimeout(askForMissed, Math.random() * MISSED_WITHIN);
}

function signedOut() {
  ended = true;
  document.dispatchEvent(new CustomEvent("homeroom:signed-out"));
}

export function reconnect() {
  if (connected && shown === "offline") setConnection("back"); // the browser was offline for less than the line noticed
  socket?.connect();
  poll();
}

export function start(from) {
  last = from;
  if (!window.io) {
    setInterval(poll, POLL_EVERY);
    return;
  }
  socket = window.io({ transports: ["websocket"], reconnectionDelayMax: 10000, timeout: 8000 });
  socket.on("connect", found);
  socket.on("disconnect", lost);
  socket.on("connect_error", lost);
  socket.on("event", heard);
  on("session:ended", signedOut);
  on("missed", missed);
  on("scope:changed", () => setTimeout(reconnect, 500)); // the server hung up: connect again, and hear what one now may
  document.addEventListener("homeroom:session-renewed", reconnect);
  setInterval(poll, POLL_EVERY);
  addEventListener("offline", () => setConnection("offline"));
  addEventListener("online", reconnect);
}

