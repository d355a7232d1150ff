// The question that goes along: one more line as the last one is filled, translating, and the languages that the audience turns out to read.
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { elements, emit, form, text, when } from "./page.js";
import { anew, save } from "./saving.js";

const block = () => document.getElementById("ask-block");
const parts = () => [...(block()?.querySelectorAll("[data-ask-language]") ?? [])];
const linesOf = (part) => [...part.querySelectorAll(".ask-choices > li")];
const value = (line) => line.querySelector("input").value.trim();

function arrange() {
  const first = parts().find((part) => "original" in part.dataset);
  if (!first) return;
  const lines = linesOf(first);
  const used = lines.reduce((last, line, index) => (value(line) ? index + 1 : last), 0);
  for (const part of parts()) {
    const wanted = Math.max(2, part === first ? Math.min(lines.length, used + 1) : used);
    linesOf(part).forEach((line, index) => {
      line.hidden = index >= wanted && !value(line);
    });
    if (part === first) continue;
    const isWhole = part.querySelector("input[name^=ask-question]").value.trim() && linesOf(part).slice(0, used).every(value);
    part.querySelector("[data-ask-missing]").hidden = isWhole;
    part.querySelector("[data-ask-written]").hidden = !isWhole || form().elements[`ask-origin-${part.dataset.askLanguage}`].value === "machine";
  }
}

function markMachine(part, isMachine) {
  form().elements[`ask-origin-${part.dataset.askLanguage}`].value = isMachine ? "machine" : "written";
  for (const each of part.querySelectorAll("[data-ask-machine]")) each.hidden = !isMachine;
}

async function translate(language) {
  if (!(await save())) return;
  const answer = await post(`/announcements/${form().dataset.id}/translate-question`, { language }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (!answer?.ok) {
    toast(said?.error?.message ?? words("failed"), { kind: "warn" });
    return;
  }
  const part = document.getElementById(`ask-in-${language}`);
  part.querySelector(`[name="ask-question-${language}"]`).value = said.question;
  said.choices.forEach((choice, index) => {
    part.querySelector(`[name="ask-choice-${language}-${index + 1}"]`).value = choice;
  });
  markMachine(part, true);
  if (part.matches("details")) part.open = true;
  arrange();
  emit("changed");
  return said.said;
}

async function translateAll(languages) {
  const told = new Set();
  for (const language of languages) told.add(await translate(language));
  for (const words of told) if (words) toast(words, { kind: "warn" });
}

// Whoever is chosen later may read a language that the page did not ask for yet.
async function addLanguages() {
  if (!block() || !form().dataset.id) return;
  const read = new Set([...form().querySelectorAll(".lang-col")].map((panel) => panel.dataset.panel.split("-").slice(1).join("-")));
  const have = new Set(parts().map((part) => part.dataset.askLanguage));
  if ([...read].every((language) => have.has(language))) return;
  const html = await text(`/announcements/${form().dataset.id}/question`);
  if (html === null) return;
  for (const fresh of elements(html)) {
    if (!document.getElementById(fresh.id)) parts().at(-1).after(fresh);
  }
  arrange();
}

document.addEventListener("input", (event) => {
  const part = event.target.closest?.("[data-ask-language]");
  if (!part) return;
  if (event.isTrusted && event.target.type !== "checkbox" && !("original" in part.dataset)) markMachine(part, false);
  arrange();
});
document.addEventListener("change", (event) => {
  if (event.target.name?.startsWith("ask-checked-") && event.target.checked) markMachine(event.target.closest("[data-ask-language]"), false);
  if (event.target.id === "ask") anew();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-translate-ask]");
  if (!button) return;
  event.preventDefault();
  button.setAttribute("aria-busy", "true");
  const wanted = button.dataset.translateAsk;
  const empty = (part) => !("original" in part.dataset) && !part.querySelector("input[name^=ask-question]").value.trim();
  const all = wanted === "*" ? parts().filter(empty).map((part) => part.dataset.askLanguage) : [wanted];
  translateAll(all).finally(() => button.removeAttribute("aria-busy"));
});
when("counted", addLanguages);
when("anew", arrange);
arrange();
