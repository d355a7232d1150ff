// The session ended while a page was open: ask for the password above it, so that what is being written stays.
import { openDialog } from "./dialogs.js";
import { toast } from "./toasts.js";

const FORM = "/sign-in/again";
let asking = false;

function place() {
  let box = document.getElementById("sign-in-again");
  if (!box) {
    box = document.createElement("div");
    box.id = "sign-in-again";
    document.body.append(box);
  }
  return box;
}

function show() {
  const dialog = document.getElementById("sign-in-dialog");
  if (!dialog || dialog.open) return;
  openDialog(dialog);
  const fields = [...dialog.querySelectorAll("input:not([type=hidden])")];
  (fields.find((field) => field.getAttribute("aria-invalid") === "true") ?? fields.find((field) => !field.value))?.focus();
}

async function ask() {
  if (asking || document.getElementById("sign-in-dialog")?.open) return;
  asking = true;
  try {
    const answer = await fetch(FORM, { credentials: "same-origin", headers: { "Homeroom-Background": "1" } });
    if (!answer.ok) return;
    const box = place();
    box.innerHTML = await answer.text();
    window.htmx?.process(box);
    show();
  } finally {
    asking = false;
  }
}

function takeToken(token) {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta) meta.content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
}

document.addEventListener("homeroom:signed-out", ask);

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
  document.getElementById("sign-in-dialog")?.close();
  place().replaceChildren();
  toast(message);
  document.dispatchEvent(new CustomEvent("homeroom:session-renewed"));
});
