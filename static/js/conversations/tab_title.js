// How many conversations wait for a look stands in the tab's title too, where one sees it among other tabs.
import { on } from "../live.js";

let count = document.querySelector('[data-count="messages"]')?.textContent ?? "";

function show() {
  const plain = document.title.replace(/^(☎ \d+ · )?(\(\d+\+?\) )?/, "");
  const wanted = count ? `(${count}) ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
}

on("unread:changed", ({ total }) => {
  count = total ? (total > 99 ? "99+" : String(total)) : "";
  show();
});
document.addEventListener("htmx:afterSettle", show);
show();
