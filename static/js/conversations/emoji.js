// A small grid of emoji, drawn when it is first opened.
import { insert } from "./composer.js";

const CHOICES = [..."😊😀😂🙂😍🤗🤔😴😢😷🤒🤕👍👎👏🙌🙏💪👋✅❌❗❓⭐🎉🎂🎈🏆📚📝✏️🎒🚌🏫🔔⏰📅📷🎨🎵⚽🏀🦷🌧️☀️❄️🌈🍎🥪💧🧥❤️💛💚💙🦒"].reduce((all, part) => {
  if (part === "\uFE0F" && all.length) all[all.length - 1] += part;
  else all.push(part);
  return all;
}, []);

document.addEventListener("beforetoggle", (event) => {
  if (event.target.id !== "emoji-menu" || event.newState !== "open" || event.target.children.length) return;
  for (const emoji of CHOICES) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "menu-item";
    button.textContent = emoji;
    button.addEventListener("click", () => {
      event.target.hidePopover();
      insert(emoji);
    });
    event.target.append(button);
  }
}, true);
