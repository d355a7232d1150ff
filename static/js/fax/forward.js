// A fax is sent on in a dialog above the list. Without it the same link opens a page.
import { openDialog } from "../dialogs.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-forward]");
  const dialog = document.getElementById("forward-fax");
  if (!link || !dialog || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    toast(words(answer ? "failed" : "not-done"), { kind: "error" });
    return;
  }
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  dialog.replaceChildren(template.content);
  window.htmx.process(dialog);
  openDialog(dialog, link);
  dialog.querySelector("[autofocus], input:not([type=hidden]), textarea")?.focus();
});
