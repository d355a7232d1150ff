// A word from the device when a family writes while this page is out of sight. After hours it waits for the morning.
import { on } from "../live.js";
import { areWanted } from "../notices_wanted.js";
import { openId, words } from "./page.js";

const LONGEST_TIMER = 2 ** 31 - 1;
const waiting = new Set();
let timer = null;

function tell(title, body, tag, address) {
  const notice = new Notification(title, { body, tag, icon: document.querySelector('link[rel="icon"]')?.href });
  notice.addEventListener("click", () => {
    window.focus();
    notice.close();
    location.assign(address);
  });
}

function keep(id, until) {
  waiting.add(id);
  timer ??= setTimeout(tellWaiting, Math.min(LONGEST_TIMER, Math.max(0, Date.parse(until) - Date.now())));
}

function tellWaiting() {
  timer = null;
  const count = waiting.size;
  waiting.clear();
  if (document.hidden && areWanted()) tell(words("notice-title"), words("notice-waiting", { count }), "waiting", "/conversations?filter=unread");
}

on("message:new", async ({ conversation_id: id, kind }) => {
  const isSeen = !document.hidden && (document.hasFocus() || id === openId());
  if (kind !== "inbound" || isSeen || !areWanted()) return;
  try {
    const answer = await fetch(`/conversations/${id}/notice`, { headers: { Accept: "application/json", "Homeroom-Background": "1" } });
    if (!answer.ok) return;
    const notice = await answer.json();
    if (notice.wait_until) keep(id, notice.wait_until);
    else tell(notice.title, notice.body, `conversation-${id}`, `/conversations/${id}`);
  } catch {
    // Offline: the counts tell it once the line is back.
  }
});

document.addEventListener("visibilitychange", () => document.hidden || waiting.clear());
