// The words: the original on the left, one translation at a time beside it; fields, translating, more languages.
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { emit, form, when } from "./page.js";
import { anew, save } from "./saving.js";

const shown = new Map(); // the translation that each channel shows
let lastBox = null;

const panelsOf = (channel) => [...form().querySelectorAll(`.langs[data-channel="${channel}"] .lang-col`)];

function arrange() {
  for (const box of form().querySelectorAll(".langs")) {
    const { channel } = box.dataset;
    const others = panelsOf(channel).filter((panel) => !("original" in panel.dataset));
    const current = others.find((panel) => panel.dataset.panel === shown.get(channel)) ?? others[0];
    for (const panel of others) panel.hidden = panel !== current;
    box.classList.toggle("is-one", !others.length);
    for (const chip of document.querySelectorAll(`#tabs-${channel} [data-show]`)) {
      chip.setAttribute("aria-pressed", String(chip.dataset.show === current?.dataset.panel));
    }
  }
}

function markMachine(panel, isMachine) {
  form().elements[`origin-${panel.dataset.panel}`].value = isMachine ? "machine" : "written";
  for (const part of panel.querySelectorAll("[data-machine]")) part.hidden = !isMachine;
}

// What the audience reads may need panels that the page does not have; those that are there keep what is written in them.
when("panels", ({ channel, panels }) => {
  const box = form().querySelector(`.langs[data-channel="${channel}"]`);
  if (!box) return;
  for (const panel of panels) {
    const old = document.getElementById(panel.id);
    if (!old) box.append(panel);
    else {
      const key = panel.dataset.panel;
      for (const part of [...["foot", "old", "readers", "share"].map((kind) => `${kind}-${key}`), `sound-${key.replace("voice-", "")}`]) {
        const fresh = panel.querySelector(`#${CSS.escape(part)}`);
        const there = fresh && document.getElementById(part);
        if (there && !there.matches("[data-busy]")) there.replaceWith(fresh);
      }
    }
  }
  for (const panel of panelsOf(channel)) {
    const isKnown = panels.some((fresh) => fresh.id === panel.id) || document.getElementById(panel.id)?.querySelector("textarea").value;
    if (!isKnown && !("original" in panel.dataset)) panel.remove();
  }
});
when("counted", arrange);

// What went wrong with one panel stands in it, until somebody writes there.
function tell(key, problem) {
  const place = document.getElementById(`problem-${key}`);
  place.textContent = problem;
  place.hidden = !problem;
}

const nameOf = (key) => document.querySelector(`label[for="body-${CSS.escape(key)}"]`).textContent;

function put(key, { body, subject, isMachine }) {
  const panel = document.getElementById(`panel-${key}`);
  panel.querySelector("textarea").value = body;
  const line = panel.querySelector(".lang-subject");
  if (line && subject) line.value = subject;
  markMachine(panel, isMachine);
  tell(key, "");
}

// What follows the text of another channel: boxes in which nobody has written meanwhile.
when("followed", ({ sent, texts }) => {
  const plain = (body) => body?.replaceAll("\r\n", "\n");
  for (const { key, body, is_machine: isMachine } of texts) {
    const box = document.getElementById(`body-${key}`);
    if (box && plain(box.value) === plain(sent.get(box.name))) put(key, { body, isMachine });
  }
});

// Says in one panel what the leading channel says.
function sayTheSame({ same: key, lead }) {
  const isMachine = form().elements[`origin-${lead}`]?.value === "machine";
  put(key, { body: document.getElementById(`body-${lead}`).value, isMachine });
  document.getElementById(`body-${key}`).focus();
  emit("changed");
}

// Puts the machine's words into the panels of one channel. Each that it could not fill says why, and one line names them all.
async function translate(keys) {
  if (!keys.length || !(await save())) return;
  const [channel] = keys[0].split("-");
  const data = new FormData();
  data.append("channel", channel);
  for (const key of keys) data.append("language", key.slice(channel.length + 1));
  const answer = await post(`/announcements/${form().dataset.id}/translate`, data).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (!answer?.ok) {
    toast(said?.error?.message ?? words("failed"), { kind: "warn" });
    return;
  }
  const failed = [];
  for (const { language, body, subject, problem } of said.texts) {
    const key = `${channel}-${language}`;
    if (!problem) put(key, { body, subject, isMachine: true });
    else {
      tell(key, problem);
      failed.push(key);
    }
  }
  shown.set(channel, failed[0] ?? keys[0]);
  arrange();
  if (failed.length < keys.length) emit("changed");
  if (failed.length) toast(words("not-translated").replace("{languages}", failed.map(nameOf).join(", ")), { kind: "warn" });
}

// The words of one panel, also over the channels that say nothing in its language.
function share({ share: key, to }) {
  const [channel] = key.split("-");
  const from = document.getElementById(`panel-${key}`);
  const isMachine = form().elements[`origin-${key}`].value === "machine";
  for (const other of to.split(" ")) {
    const taker = key.replace(channel, other);
    if (document.getElementById(`body-${taker}`)?.value.trim() !== "") continue;
    put(taker, { body: from.querySelector("textarea").value, isMachine });
    shown.set(other, taker);
  }
  document.getElementById(`share-${key}`).replaceChildren();
  from.querySelector("textarea").focus();
  arrange();
  emit("changed");
}

// Where a text is missing: its panel, shown and ready to be written.
function write(id) {
  const panel = document.getElementById(id);
  if (!panel) return false;
  const key = panel.dataset.panel;
  shown.set(key.split("-")[0], key);
  arrange();
  const field = [...panel.querySelectorAll(".lang-subject, textarea")].find((one) => !one.value.trim()) ?? panel.querySelector("textarea");
  setTimeout(() => {
    field.focus(); // after a dialog gave the focus back
    panel.scrollIntoView({ block: "center" });
  });
  return true;
}

const empty = (channel) => panelsOf(channel).filter((panel) => !("original" in panel.dataset) && !panel.querySelector("textarea").value.trim());

function insert(token) {
  const visible = (box) => box?.isConnected && box.checkVisibility();
  const box = visible(lastBox) ? lastBox : form().querySelector(".lang-col[data-original] textarea");
  box.focus();
  box.setRangeText(token, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("textarea.rich, .lang-subject")) lastBox = event.target;
});
document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("[data-show]");
  const button = event.target.closest?.("[data-translate], [data-translate-all]");
  const token = event.target.closest?.("[data-insert]");
  const sharing = event.target.closest?.("[data-share]");
  const copying = event.target.closest?.("[data-same]");
  const gap = event.target.closest?.("[data-write]");
  if (gap && write(gap.dataset.write)) {
    event.preventDefault();
    gap.closest("dialog")?.close();
  } else if (sharing) {
    event.preventDefault();
    share(sharing.dataset);
  } else if (copying) {
    event.preventDefault();
    sayTheSame(copying.dataset);
  } else if (chip) {
    shown.set(chip.closest(".lang-tabs").id.replace("tabs-", ""), chip.dataset.show);
    arrange();
  } else if (button) {
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    const { translate: one, translateAll: channel } = button.dataset;
    translate(one ? [one] : empty(channel).map((panel) => panel.dataset.panel)).finally(() => button.removeAttribute("aria-busy"));
  } else if (token) insert(token.dataset.insert);
});
// A person who changes a machine's words has looked at them.
document.addEventListener("input", (event) => {
  const panel = event.target.closest?.(".lang-col");
  if (!panel || !event.isTrusted || !event.target.matches("textarea, .lang-subject")) return;
  tell(panel.dataset.panel, "");
  if (!("original" in panel.dataset)) markMachine(panel, false);
});
document.addEventListener("change", (event) => {
  if (event.target.name?.startsWith("checked-") && event.target.checked) markMachine(event.target.closest(".lang-col"), false);
  if (event.target.name === "channel") anew();
  if (event.target.name === "when") arrangeTime();
  if (event.target.name === "category") arrangeReason();
});

// Only emergencies have a reason.
function arrangeReason() {
  const reason = document.getElementById("emergency");
  if (reason) reason.hidden = form().elements.category.value !== "emergency";
}

// From the warning that it is night, also in the question before sending.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-emergency]");
  if (!button) return;
  button.closest("dialog")?.close();
  const { category, emergency_reason: reason } = form().elements;
  category.value = "emergency";
  category.dispatchEvent(new Event("input", { bubbles: true }));
  arrangeReason();
  setTimeout(() => {
    reason.focus(); // after the dialog gave the focus back
    reason.scrollIntoView({ block: "center" });
  });
});

function arrangeTime() {
  const later = document.getElementById("later");
  if (later) later.hidden = !document.getElementById("when-later").checked;
}

function arrangeAll() {
  arrange();
  arrangeTime();
  arrangeReason();
}

when("anew", arrangeAll);
arrangeAll();
if (location.hash.startsWith("#panel-")) write(location.hash.slice(1));
