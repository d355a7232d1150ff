// Fields that follow each other: a known name brings its number, a known number its name; later wants a time, a message a cover.
import { changed, form } from "./saving.js";

const digits = (text) => text.replace(/\D/g, "").replace(/^1(?=\d{10}$)/, "");
const options = (id) => [...document.getElementById(id).options];

const nameOf = (number) => options("known-numbers").find((one) => digits(number) && digits(one.value) === digits(number))?.textContent ?? "";

// The name that came with the number, not from a person: it goes when the number does.
let filled = nameOf(form().elements.number.value);

function know(field) {
  const { number, name } = form().elements;
  if (field === name) {
    filled = "";
    const found = digits(number.value) ? null : options("known-names").find((one) => one.value === name.value);
    if (found) number.value = found.dataset.number;
  }
  if (field === number && (!name.value || name.value === filled)) {
    filled = nameOf(number.value);
    name.value = filled;
  }
}

function show() {
  const { when, has_cover: cover } = form().elements;
  const later = when.value === "later";
  document.getElementById("later").hidden = !later;
  const label = document.querySelector("#send span");
  label.textContent = later ? label.dataset.later : label.dataset.now;
  for (const part of document.querySelectorAll(".cover-only")) part.hidden = !cover.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.form !== form()) return;
  know(event.target);
  if (event.target.type !== "file") changed();
  show();
});
show();

// Why sending was refused is where one goes on.
const wrong = form().querySelector('[aria-invalid="true"], [data-refused]');
wrong?.focus({ preventScroll: true });
wrong?.scrollIntoView({ block: "center" });
