// What is heard and said on the simulated network, in words.
import { words } from "../words.js";

const log = document.getElementById("heard");

export const forgetHeard = () => log?.replaceChildren();

export function hearLine({ kind, words: said, language }) {
  if (!log || !["heard", "said", "spoke"].includes(kind)) return;
  const line = document.createElement("p");
  if (language) line.lang = language;
  line.dir = "auto";
  line.textContent = kind === "spoke" ? `${words("you")}: ${said}` : said;
  log.append(line);
  log.scrollTop = log.scrollHeight;
}

export function onSaid(isMuted, speak) {
  const field = document.getElementById("words-said");
  document.getElementById("speak")?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    document.getElementById("speak-why").textContent = isMuted() ? words("muted-why") : "";
    if (isMuted()) return;
    speak(field.value.trim());
    field.value = "";
  });
}
