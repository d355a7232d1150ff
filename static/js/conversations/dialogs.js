// Dialogs whose inside comes from the server: a new message, and what is known about one message.
import { openDialog } from "../dialogs.js";
import { clone, emit, fragment, toast, words } from "./page.js";

async function fill(dialog, address, opener) {
  const found = await fragment(address);
  if (!found) {
    toast(words(found === null ? "gone" : "failed"), { kind: "error" });
    return;
  }
  dialog.replaceChildren(...found);
  window.htmx.process(dialog);
  openDialog(dialog, opener);
}

// Whoever presses C begins to write the name at once: the dialog opens before its inside is there, and keeps the letters.
async function begin(address, opener) {
  const dialog = document.getElementById("new-message");
  if (dialog.open) return;
  const early = clone("new-message-opening");
  if (address.includes("into=")) early.querySelector("h2").textContent = opener.textContent;
  dialog.replaceChildren(early);
  openDialog(dialog, opener);
  early.querySelector("input").focus();
  const found = await fragment(address);
  if (!dialog.open || !early.isConnected) return; // closed meanwhile
  const { value, selectionStart, selectionEnd } = early.querySelector("input");
  if (!found) {
    dialog.close();
    toast(words(found === null ? "gone" : "failed"), { kind: "error" });
    return;
  }
  dialog.replaceChildren(...found);
  window.htmx.process(dialog);
  showKinds();
  const field = dialog.querySelector("#who");
  field.focus();
  if (!value) return;
  field.value = value;
  field.setSelectionRange(selectionStart, selectionEnd);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest?.("a[data-new-message], a[data-message-menu]");
  if (!link) return;
  event.preventDefault();
  if (link.matches("[data-new-message]")) begin(link.getAttribute("href"), link);
  else fill(document.getElementById("message-details"), link.getAttribute("href"), link);
});

// Copying and the like inside the dialog about one message.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy).catch(() => {});
  button.closest("dialog")?.close();
  toast(words("copied"));
});

// Recipients: chosen ones stay chosen while the search goes on.
document.addEventListener("change", (event) => {
  const check = event.target.closest?.("#recipients-found input[type=checkbox]");
  const picked = document.getElementById("picked");
  if (!check || !picked) return;
  const old = picked.querySelector(`[data-point="${check.value}"]`);
  if (!check.checked) old?.remove();
  else if (!old) {
    const tag = document.createElement("label");
    tag.className = "tag";
    tag.dataset.point = check.value;
    const input = document.createElement("input");
    input.type = "checkbox";
    input.name = "contact_point";
    input.value = check.value;
    input.checked = true;
    tag.append(input, check.dataset.name);
    picked.append(tag);
  }
  if (!check.checked || old) emit("picked", {});
  showKinds();
});
document.addEventListener("change", (event) => {
  const tag = event.target.closest?.("#picked .tag");
  if (!tag || event.target.checked) return;
  const check = document.querySelector(`#recipients-found input[value="${tag.dataset.point}"]`);
  if (check) check.checked = false;
  tag.remove();
  showKinds();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "recipients-found") return;
  for (const tag of document.querySelectorAll("#picked .tag")) {
    const check = event.target.querySelector(`input[value="${tag.dataset.point}"]`);
    if (check) check.checked = true;
  }
});

function showKinds() {
  const kinds = document.getElementById("group-kind");
  if (kinds) kinds.hidden = document.querySelectorAll("#picked .tag").length < 2 && !document.querySelector("#audience")?.value;
}
document.addEventListener("change", (event) => event.target.id === "audience" && showKinds());
