// How many messages wait for this reader, on the rail of every page that hears what happens.
import * as live from "./live.js";

export function showUnread(number) {
  for (const place of document.querySelectorAll('[data-count="messages"]')) {
    place.textContent = number ? (number > 99 ? "99+" : String(number)) : "";
    place.hidden = !number;
  }
  for (const place of document.querySelectorAll('[data-count-words="messages"]')) place.textContent = number ? `, ${number}` : "";
}

live.on("unread:changed", ({ total }) => showUnread(total));
