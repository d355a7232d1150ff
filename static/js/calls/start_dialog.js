// A call starts in a dialog above the thread. Without it the same link opens a page.
import { openDialog } from "../dialogs.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { offer } from "./welcome.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.('a[href^="/calls/new"]');
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const dialog = document.getElementById("start-call");
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
  offer();
  dialog.querySelector("[autofocus], .input")?.focus();
});
document.addEventListener("htmx:afterSwap", (event) => event.target.closest?.("#start-call") && offer());
