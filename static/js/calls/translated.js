// Below each line of a transcript what it says in the reader's language, once somebody asks; what is being played goes on.
import { words } from "../words.js";

function add(line, { words: said, warning }, language) {
  const place = line.querySelector("div");
  place.querySelector(".translated")?.remove();
  const box = document.createElement("p");
  box.className = "translated";
  box.lang = language;
  box.dir = "auto";
  box.textContent = said;
  if (warning) {
    const small = document.createElement("small");
    small.textContent = warning;
    box.append(document.createElement("br"), small);
  }
  place.append(box);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-translates]");
  if (!button) return;
  const card = button.closest(".card");
  button.disabled = true;
  const answer = await fetch(button.dataset.translates, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  const told = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
  button.disabled = false;
  const lines = card.querySelectorAll("[data-transcript] > li");
  told?.lines.forEach((one, place) => one && lines[place] && add(lines[place], one, told.language));
  button.hidden = Boolean(told?.is_whole);
  card.querySelector("[data-translated]").textContent = told?.said ?? words(answer ? "failed" : "not-done");
});
