// Choosing several rows.
import { words } from "../words.js";

const boxes = () => [...document.querySelectorAll('#bulk [name="ids"]')];
let last = null;

function show() {
  const number = boxes().filter((box) => box.checked).length;
  const place = document.getElementById("selected-count");
  if (place) place.textContent = number ? words("fax-selected", { count: number }) : "";
  const all = document.getElementById("select-all");
  if (!all) return;
  all.checked = number > 0 && number === boxes().length;
  all.indeterminate = number > 0 && number < boxes().length;
}

document.addEventListener("change", (event) => {
  if (event.target.id === "select-all") for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.id === "select-all" || event.target.matches?.('#bulk [name="ids"]')) show();
});
// With Shift all between the last one and this one.
document.addEventListener("click", (event) => {
  const box = event.target.closest?.('#bulk [name="ids"]');
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  show();
});
