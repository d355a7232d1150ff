// How much waits: on the chips, on the rail and in the title, kept true by what happens.
import { on } from "../live.js";
import { showUnread } from "../unread_count.js";
import { debounced, main, when, words } from "./page.js";

export function showCount(key, number) {
  const text = number ? (number > 99 ? "99+" : String(number)) : "";
  for (const place of document.querySelectorAll(`[data-count-of="${key}"]`)) {
    place.textContent = text;
    place.hidden = !number;
  }
  if (key !== "unread") return;
  showUnread(number);
  showTitle();
}

// A thread's title is its name; the list's tells how much is new.
function showTitle() {
  if (main().dataset.view !== "list") return;
  const count = document.querySelector('[data-count="messages"]')?.textContent.trim();
  document.title = `${words(count ? "title-unread" : "title", { count })} · Homeroom`;
}

export const countSoon = debounced(async () => {
  try {
    const answer = await fetch("/conversations/counts", { headers: { Accept: "application/json", "Homeroom-Background": "1" } });
    if (answer.ok) for (const [key, number] of Object.entries(await answer.json())) showCount(key, number);
  } catch {
    // The next event asks again.
  }
}, 1500);

on("unread:changed", ({ total }) => showCount("unread", total));
on("unknown:changed", countSoon);
when("titled", showTitle);
