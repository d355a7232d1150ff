// What is heard on the simulated network, in words.
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
