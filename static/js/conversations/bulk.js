// Choosing several rows.
import { tail, when, words } from "./page.js";

const boxes = () => [...document.querySelectorAll('#bulk [name="ids"]')];

function show() {
  const number = boxes().filter((box) => box.checked).length;
  const place = document.getElementById("selected-count");
  if (place) place.textContent = number ? words("selected", { count: number }) : "";
  const all = document.getElementById("select-all");
  if (all) {
    all.checked = number > 0 && number === boxes().length;
    all.indeterminate = number > 0 && number < boxes().length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.id === "select-all") for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.id === "select-all" || event.target.matches?.('#bulk [name="ids"]')) show();
});
when("reload-list", () => window.htmx.ajax("GET", `/conversations${tail()}`, { target: "#list", swap: "outerHTML" }));
