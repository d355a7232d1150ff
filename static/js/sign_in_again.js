// The session ended while a page was open: ask for the password above it, so that what is being written stays. Who is typing
// at that moment is told, and asked when they choose: their next letters must not land in a field for passwords.
import { openDialog } from "./dialogs.js";
import { toast } from "./toasts.js";
import { words } from "./words.js";

const FORM = "/sign-in/again";
const WRITING = "textarea, [contenteditable=true], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
const UNTIL_ANSWERED = 24 * 3600;
let asking = false;
let takeNews = null;
let writing = null;

function place() {
  let box = document.getElementById("sign-in-again");
  if (!box) {
    box = document.createElement("div");
    box.id = "sign-in-again";
    document.body.append(box);
  }
  return box;
}

const isOpen = () => document.getElementById("sign-in-dialog")?.open;

function show() {
  const dialog = document.getElementById("sign-in-dialog");
  if (!dialog || dialog.open) return;
  openDialog(dialog, writing ?? document.activeElement);
  const fields = [...dialog.querySelectorAll("input:not([type=hidden])")];
  (fields.find((field) => field.getAttribute("aria-invalid") === "true") ?? fields.find((field) => !field.value))?.focus();
}

async function ask() {
  if (asking || isOpen()) return;
  asking = true;
  try {
    const answer = await fetch(FORM, { credentials: "same-origin", headers: { "Homeroom-Background": "1" } });
    if (!answer.ok) return;
    const box = place();
    box.innerHTML = await answer.text();
    window.htmx?.process(box);
    dropNews();
    show();
  } finally {
    asking = false;
  }
}

function dropNews() {
  takeNews?.();
  takeNews = null;
}

function tell() {
  takeNews ??= toast(words("signed-out"), { kind: "warn", action: { label: words("sign-in"), run: ask }, seconds: UNTIL_ANSWERED });
}

// `asked`: the person just did something that needs the session, so nobody is in the middle of a word.
function signedOut({ detail }) {
  const field = document.activeElement;
  const isWriting = field?.matches?.(WRITING) && !field.closest("#sign-in-again");
  if (isWriting) writing = field;
  if (isWriting && !detail?.asked) tell();
  else ask();
}

function takeToken(token) {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta) meta.content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
}

document.addEventListener("homeroom:signed-out", signedOut);

// A refused try comes back as a new dialog, closed: show it again.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "sign-in-again") show();
});

document.addEventListener("homeroom:signed-in", (event) => {
  const { csrf, staff, message } = event.detail;
  const before = document.querySelector('meta[name="staff"]')?.content;
  if (before && String(staff) !== before) {
    window.location.reload(); // somebody else: nothing of this page is theirs
    return;
  }
  takeToken(csrf);
  dropNews();
  document.getElementById("sign-in-dialog")?.close();
  place().replaceChildren();
  writing = null;
  toast(message);
  document.dispatchEvent(new CustomEvent("homeroom:session-renewed"));
});
