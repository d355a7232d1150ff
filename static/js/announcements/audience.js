// Whom it is for: chips in each of the two fields.
import { emit, form, when } from "./page.js";
import { words } from "../words.js";

function chip(side, key, name, students) {
  const item = document.createElement("li");
  item.className = `tag${side === "exclude" ? " tag-not" : ""}`;
  item.dataset.key = key;
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: side, value: key });
  const said = document.createElement("span");
  said.dir = "auto";
  said.textContent = name;
  if (students) {
    const small = document.createElement("small");
    small.className = "num";
    small.textContent = students;
    said.append(" ", small);
  }
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", name: "drop", value: `${side}|${key}`, className: "tag-x" });
  button.setAttribute("aria-label", words("remove", { name }));
  button.append(document.querySelector("#aud-x").content.cloneNode(true));
  item.append(input, said, button);
  return item;
}

const box = (side) => form().querySelector(`.aud[data-side="${side}"]`);

when("chosen", ({ side, key, option }) => {
  const list = box(side).querySelector("ul");
  if (list) list.append(chip(side, key, option.querySelector("span").textContent.trim(), option.dataset.students));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Backspace" && event.target.id?.startsWith("q-") && !event.target.value) {
    event.target.closest(".aud")?.querySelector(".tag:last-child .tag-x")?.click();
  }
});

document.addEventListener("click", (event) => {
  const drop = event.target.closest?.(".aud .tag-x");
  if (!drop) return;
  event.preventDefault();
  const side = drop.closest(".aud").dataset.side;
  drop.closest(".tag").remove();
  document.getElementById(`q-${side}`).focus();
  emit("changed");
});
