// Who waits to be let in: staff see them above the tiles, and hear of them.
import { words } from "../words.js";

const place = document.getElementById("v-door");
const template = document.getElementById("door");
let known = new Set();

export function drawDoor(waiting, news) {
  const list = place.querySelector("ul");
  const here = new Set(waiting.map((guest) => guest.id));
  for (const row of [...list.children]) if (!here.has(row.dataset.key)) row.remove();
  for (const { id, name } of waiting) {
    if (list.querySelector(`[data-key="${id}"]`)) continue;
    const row = template.content.firstElementChild.cloneNode(true);
    row.dataset.key = id;
    row.querySelector("span").textContent = words("waits", { name });
    for (const [act, key] of [["admit", "let_in"], ["refuse", "not_now"]]) {
      const button = row.querySelector(`[data-act="${act}"]`);
      button.querySelector("span").textContent = words(key);
      button.setAttribute("aria-label", `${words(key)}: ${name}`);
    }
    list.append(row);
  }
  place.hidden = !waiting.length;
  const fresh = waiting.filter((guest) => !known.has(guest.id));
  if (fresh.length) news.textContent = fresh.map((guest) => words("waits", { name: guest.name })).join(". ");
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (waiting.length) document.title = `(${waiting.length}) ${document.title}`;
  known = here;
}
