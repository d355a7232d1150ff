// What was sent without a line: kept on this device in order, and sent once when the line is back.
import { append } from "./messages.js";
import { clone, emit, me, openId, post, toast, when, words } from "./page.js";

const key = () => `homeroom-queue:${me()}`;
let running = null;

function read() {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? "[]");
  } catch {
    return [];
  }
}

function write(items) {
  try {
    localStorage.setItem(key(), JSON.stringify(items));
  } catch {
    toast(words("failed"), { kind: "error" });
  }
  emit("queue", { count: items.length });
}

export const queued = () => read().length;

export function enqueue(item) {
  write([...read(), item]);
  draw(item);
}

function draw(item) {
  if (item.conversation !== openId() || document.querySelector(`[data-drawn="${item.uuid}"]`)) return;
  const bubble = clone("waiting-bubble");
  bubble.dataset.drawn = item.uuid;
  bubble.querySelector(".bubble p").textContent = item.body;
  append([bubble], { mine: true });
}

function take(uuid) {
  const items = read();
  const item = items.find((each) => each.uuid === uuid);
  write(items.filter((each) => each.uuid !== uuid));
  document.querySelector(`[data-drawn="${uuid}"]`)?.remove();
  return item;
}

// Answers how many were sent; who asks while it runs hears the same.
export function flush() {
  running ??= sendAll().finally(() => {
    running = null;
  });
  return running;
}

// One after the other; the uuid makes a second try harmless.
async function sendAll() {
  let sent = 0;
  try {
    for (const item of read()) {
      const data = new FormData();
      for (const [name, value] of item.fields) if (name !== "csrf_token") data.append(name, value);
      const answer = await post(`/conversations/${item.conversation}/messages`, data);
      if (answer.status >= 500 || answer.status === 401 || answer.status === 429) break;
      take(item.uuid);
      if (answer.ok) sent += 1;
      else {
        const said = await answer.json().catch(() => ({}));
        emit("keep-draft", { id: item.conversation, body: item.body, note: false });
        toast(Object.values(said.errors ?? {})[0] ?? said.error?.message ?? words("failed"), { kind: "error" });
      }
      emit("row-changed", { id: item.conversation });
      if (item.conversation === openId()) emit("fetch-new");
    }
  } catch {
    // Still no line; the next connection tries again.
  }
  return sent;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-queue-edit], [data-queue-drop]");
  if (!button) return;
  const item = take(button.closest("[data-drawn]").dataset.drawn);
  if (item && button.matches("[data-queue-edit]")) emit("edit-queued", { body: item.body });
});
when("thread", ({ id }) => {
  for (const item of read()) if (item.conversation === id) draw(item);
});
