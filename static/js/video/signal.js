// The line to the server, under a name of its own: who is there, what they switched, and what two browsers agree upon.
const ANSWERED_WITHIN = 10000;
const TRY_AGAIN = 2000;
const FINAL = new Set(["unknown", "over"]);
const handlers = new Map();
let socket = null;
let closed = false;

export function hear(name, handler) {
  handlers.set(name, handler);
}

const tellPage = (name, ...what) => handlers.get(name)?.(...what);

export function dial(token, page) {
  closed = false;
  const line = window.io("/video", { auth: { token, page }, transports: ["websocket"], reconnectionDelayMax: 4000, timeout: 8000, forceNew: true });
  socket = line;
  const isPast = () => closed || socket !== line;
  for (const name of ["room", "door", "seat", "signal", "begun", "school", "over"]) line.on(name, (message) => socket === line && tellPage(name, message));
  line.on("connect", () => socket === line && tellPage("connected"));
  line.on("disconnect", (reason) => {
    if (isPast()) return;
    tellPage("lost");
    if (reason === "io server disconnect") setTimeout(() => isPast() || line.connect(), TRY_AGAIN);
  });
  line.on("connect_error", (error) => {
    if (isPast()) return;
    if (FINAL.has(error.message)) return tellPage("refused", error.message);
    tellPage("lost");
    if (!line.active) setTimeout(() => isPast() || line.connect(), TRY_AGAIN); // the server was too busy
  });
}

export const hasLine = () => socket !== null;

// What the server answers; null where it could not be asked or did not answer.
export async function request(name, message = {}) {
  if (!socket?.connected) return null;
  try {
    return await socket.timeout(ANSWERED_WITHIN).emitWithAck(name, message);
  } catch {
    return null;
  }
}

export function pass(to, data) {
  if (socket?.connected) socket.emit("signal", { to, data });
}

export function hangUp() {
  closed = true;
  if (socket?.connected) socket.emit("leave", {});
  const old = socket;
  socket = null;
  setTimeout(() => old?.disconnect(), 150); // the last word leaves first
}

export function dropLine() {
  closed = true;
  socket?.disconnect();
  socket = null;
}
