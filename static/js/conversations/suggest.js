// While writing: "/word" offers saved replies, "@name" in a note offers colleagues. The caret stays in the text.
import { insert, isNote, setMode } from "./composer.js";
import { box, composer, fragment, openId, when } from "./page.js";

const SLASH = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;
const AT = /(?:^|\s)@([\p{L}\p{N}.’' -]{0,30})$/u;
let choices = [];
let at = 0;
let word = "";
const known = new Map();

async function load(kind) {
  const id = openId();
  const key = `${kind}:${id}`;
  if (!known.has(key)) known.set(key, fetched(id, kind));
  const found = await known.get(key);
  if (!found) known.delete(key); // the line was away: ask again
  return found ?? [];
}

async function fetched(id, kind) {
  const found = await fragment(`/conversations/${id}/${kind}`);
  return found && found.flatMap((item) => [...item.querySelectorAll("[data-reply][data-shortcut], [data-mention]")]);
}

// Who begins a note may call somebody with the first letters, faster than the list could come.
document.addEventListener("change", (event) => {
  if (event.target.name === "mode" && event.target.value === "note" && event.target.form === composer()) load("colleagues");
});

function place() {
  let list = document.getElementById("suggestions");
  if (!list && composer()) {
    list = document.createElement("ul");
    list.id = "suggestions";
    list.className = "menu suggestions";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    composer().append(list);
  }
  return list;
}

function hide() {
  choices = [];
  const list = place();
  if (list) list.hidden = true;
  box()?.removeAttribute("aria-activedescendant");
}

function draw() {
  const list = place();
  list.replaceChildren(
    ...choices.map((choice, index) => {
      const item = document.createElement("li");
      item.id = `suggestion-${index}`;
      item.className = "menu-item";
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(index === at));
      item.append(...[...choice.childNodes].map((node) => node.cloneNode(true)));
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(choice);
      });
      return item;
    }),
  );
  list.hidden = choices.length === 0;
  box().setAttribute("aria-activedescendant", choices.length ? `suggestion-${at}` : "");
}

const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

let looked = 0;
async function look() {
  looked += 1;
  const mine = looked;
  const field = box();
  const before = field.value.slice(0, field.selectionStart);
  const match = isNote() ? before.match(AT) : before.match(SLASH);
  if (!match) {
    hide();
    return;
  }
  word = match[1];
  const all = await load(isNote() ? "colleagues" : "replies");
  if (mine !== looked) return; // more was written meanwhile
  const wanted = folded(word);
  choices = all.filter((choice) => {
    const names = choice.dataset.shortcut ? [choice.dataset.shortcut] : [choice.dataset.name, ...choice.dataset.name.split(" ")];
    return names.some((name) => folded(name).startsWith(wanted));
  }).slice(0, 6);
  at = 0;
  draw();
}

export function mention(id, name) {
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = "mention";
  hidden.value = id;
  hidden.dataset.name = name;
  composer().append(hidden);
}

function choose(choice) {
  const field = box();
  field.setSelectionRange(field.selectionStart - word.length - 1, field.selectionStart);
  hide();
  if (choice.dataset.mention) {
    mention(choice.dataset.mention, choice.dataset.name);
    insert(`@${choice.dataset.name} `);
  } else {
    insert(choice.dataset.reply);
  }
}

document.addEventListener("input", (event) => event.target === box() && look());
document.addEventListener("keydown", (event) => {
  if (event.target !== box() || !choices.length) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    at = (at + step + choices.length) % choices.length;
    draw();
  } else if (event.key === "Enter" || event.key === "Tab") choose(choices[at]);
  else if (event.key === "Escape") hide();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (event) => event.target === box() && setTimeout(() => document.activeElement !== box() && hide(), 150));

// The same from the menus.
document.addEventListener("click", (event) => {
  const reply = event.target.closest?.(".menu [data-reply]");
  const colleague = event.target.closest?.(".menu [data-mention]");
  if (reply) insert(reply.dataset.reply);
  if (colleague) {
    setMode("note");
    mention(colleague.dataset.mention, colleague.dataset.name);
    const before = box().value.slice(0, box().selectionStart);
    insert(`${before && !/\s$/.test(before) ? " " : ""}@${colleague.dataset.name} `);
  }
});
// Who was taken out of the text again is not called.
document.addEventListener("submit", (event) => {
  if (event.target !== composer()) return;
  for (const hidden of composer().querySelectorAll('[name="mention"]')) if (!box().value.includes(`@${hidden.dataset.name}`)) hidden.remove();
}, true);
when("thread", hide);
