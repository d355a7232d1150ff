// Who reads the replies: a colleague who was looked for stands in the list, chosen.
import { when } from "./page.js";

when("chosen", ({ side, key, option }) => {
  if (side !== "replies") return;
  const list = document.getElementById("replies");
  if (![...list.options].some((each) => each.value === key)) list.add(new Option(option.dataset.name, key));
  list.value = key;
  list.focus();
});
