// What became of each text: on its way, arrived, failed, read, and by whom.
import { on } from "../live.js";
import { bubbleOf, dropBubble, list, noteChange, refreshBubble } from "./messages.js";
import { clone, openId, speak, thread, words } from "./page.js";

function showState(bubble, state) {
  const old = bubble.querySelector(".delivery");
  const fresh = document.getElementById("delivery-states").content.querySelector(`.is-${state}`)?.cloneNode(true);
  if (!old || !fresh) return;
  const time = old.querySelector("time");
  if (time) fresh.append(" ", time);
  old.replaceWith(fresh);
  bubble.classList.toggle("is-sending", state === "sending");
  if (state !== "sending") bubble.querySelector("[data-undo]")?.remove();
}

on("message:status", (news) => {
  if (news.conversation_id !== openId()) return;
  const bubble = bubbleOf(news.message_id);
  if (!bubble) {
    refreshBubble(news.message_id);
    return;
  }
  const plain = { pending: "sending", processing: "sending", sending: "sending", sent: "sent", delivered: "delivered" }[news.status];
  if (news.status === "cancelled") dropBubble(news.message_id);
  else if (plain && !news.failed && !news.is_doubtful && news.recipients <= 1 && bubble.querySelector(".delivery")) {
    noteChange(news.message_id); // an answer that is on its way was drawn before this
    showState(bubble, plain);
  }
  else refreshBubble(news.message_id);
  if (news.failed && !bubble.classList.contains("is-failed")) {
    speak(words("not-delivered", { name: thread().querySelector("h1").textContent }), { now: true });
  }
});
on("receipt:changed", async ({ conversation_id: id, message_id: upTo, participant_id: guardian, staff_id: staff }) => {
  if (id !== openId()) return;
  if (guardian) {
    for (const bubble of list().querySelectorAll(".msg-out[data-message]:not(.is-failed, .is-sending)")) {
      if (Number(bubble.dataset.message) <= upTo && bubble.querySelector(".delivery:not(.is-read)")) showState(bubble, "read");
    }
  } else if (staff !== Number(document.querySelector(".app").dataset.staff)) {
    const seen = await fetch(`/conversations/${id}/seen`, { headers: { Accept: "application/json", "Homeroom-Background": "1" } });
    if (seen.ok && openId() === id) showSeen(await seen.json());
  }
});

// Each reader stands under the last message they saw.
function showSeen(readers) {
  for (const old of list().querySelectorAll(".seen-by")) old.remove();
  const bubbles = [...list().querySelectorAll(".msg[data-message]")];
  const lines = new Map();
  for (const { up_to: upTo, name } of readers) {
    const bubble = bubbles.findLast((item) => Number(item.dataset.message) <= upTo);
    if (bubble) lines.set(bubble, [...(lines.get(bubble) ?? []), name]);
  }
  for (const [bubble, names] of lines) {
    const line = clone("seen-line");
    line.append(words("seen-by", { names: names.join(", ") }));
    bubble.querySelector(".msg-col").append(line);
  }
}
