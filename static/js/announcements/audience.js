// Whom it is for: chips, and a search under each of the two fields. Down goes to what was found, Escape closes it.
import { debounced, emit, form, text } from "./page.js";
import { words } from "../words.js";

const place = (side) => document.getElementById(`found-${side}`);
const field = (side) => document.getElementById(`q-${side}`);

const look = debounced(async (side) => {
  const query = new URLSearchParams({ side, q: field(side).value });
  for (const input of form().querySelectorAll('input[name="include"], input[name="exclude"]')) query.append("have", input.value);
  const html = await text(`/announcements/choices?${query}`);
  if (html === null || !(field(side) === document.activeElement || place(side).contains(document.activeElement))) return;
  place(side).innerHTML = html;
}, 250);

function close(side) {
  place(side).replaceChildren();
}

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

document.addEventListener("focusin", (event) => {
  const side = event.target.closest?.(".aud")?.dataset.side;
  if (side && event.target === field(side)) look(side);
  for (const other of ["include", "exclude"]) {
    if (other !== side && place(other) && !place(other).contains(event.target)) close(other);
  }
});
document.addEventListener("input", (event) => {
  const side = event.target.id?.match(/^q-(include|exclude)$/)?.[1];
  if (side) look(side);
});

document.addEventListener("keydown", (event) => {
  const side = event.target.closest?.("[data-side]")?.dataset.side ?? event.target.closest?.(".aud-found")?.id.replace("found-", "");
  if (!side || !field(side)) return;
  const options = [...place(side).querySelectorAll(".aud-option")];
  const at = options.indexOf(document.activeElement);
  if (event.key === "Escape" && options.length) {
    close(side);
    field(side).focus();
  } else if (event.key === "ArrowDown" && options.length) {
    event.preventDefault();
    (options[at + 1] ?? options[0]).focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (options[at - 1] ?? field(side)).focus();
  } else if (event.key === "Enter" && event.target === field(side)) {
    event.preventDefault();
    options[0]?.click();
  } else if (event.key === "Backspace" && event.target === field(side) && !field(side).value) {
    event.target.closest(".aud").querySelector(".tag:last-child .tag-x")?.click();
  }
});

document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".aud-option");
  const drop = event.target.closest?.(".aud .tag-x");
  if (option) {
    event.preventDefault();
    const [side, key] = option.value.split(/\|(.*)/s);
    form().querySelector(`.aud[data-side="${side}"] ul`).append(chip(side, key, option.querySelector("span").textContent.trim(), option.dataset.students));
    field(side).value = "";
    close(side);
    field(side).focus();
    emit("changed");
  } else if (drop) {
    event.preventDefault();
    const box = drop.closest(".aud");
    drop.closest(".tag").remove();
    field(box.dataset.side).focus();
    emit("changed");
  } else if (!event.target.closest?.(".aud, .aud-found")) {
    for (const side of ["include", "exclude"]) if (place(side)) close(side);
  }
});
