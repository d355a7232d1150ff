// What was looked at for a second is read, here and on every other device.
import { isAtEnd, lastId } from "./messages.js";
import { isShown, openId, post, thread, when } from "./page.js";

const READ_AFTER = 1000;

let timer = null;
let readUpTo = 0;

const isLookedAt = (id) => openId() === id && document.visibilityState === "visible" && isShown(thread());

function markReadSoon() {
  clearTimeout(timer);
  const id = openId();
  const newest = lastId();
  if (!id || !newest || newest <= readUpTo || !isLookedAt(id) || !isAtEnd()) return;
  timer = setTimeout(async () => {
    if (!isLookedAt(id)) return;
    readUpTo = newest;
    try {
      await post(`/conversations/${id}/read`, { up_to: newest });
    } catch {
      readUpTo = 0;
    }
  }, READ_AFTER);
}

document.addEventListener("visibilitychange", markReadSoon);
document.addEventListener("click", (event) => event.target.closest?.("#new-below") && markReadSoon());
document.addEventListener("scroll", (event) => event.target.id === "log" && isAtEnd() && markReadSoon(), { capture: true, passive: true });
when("caught-up", markReadSoon);
when("written", ({ id, message }) => {
  if (id === openId() && isAtEnd()) readUpTo = Math.max(readUpTo, message); // the server counts sending as having read
});
when("thread", () => {
  readUpTo = 0;
  markReadSoon();
});
when("leaving", () => clearTimeout(timer));
