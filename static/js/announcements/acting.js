// Buttons of the report: what nobody can carry out just now is refused on the page, which is not left for an error of the browser.
import { isAway } from "../calls/away.js";
import { isConnected } from "../live.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { text } from "./page.js";

const STEERS = /\/acts\/(pause|resume|halt|cancel)$/;
const ours = (form) => form instanceof HTMLFormElement && form.method === "post" && new URL(form.action).pathname.startsWith("/announcements/");

// `redraw` puts the answer of what steers into the page, `look` asks how it stands; `probe` is an address that answers while the server is there.
export function refuseWithoutServer(probe, redraw, look) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !ours(form)) return;
    if (!STEERS.test(form.action) && isConnected()) return; // on to another page, which will be there
    event.preventDefault();
    const button = event.submitter;
    if (button?.getAttribute("aria-busy") === "true") return;
    button?.setAttribute("aria-busy", "true");
    const failed = isAway() ? "not-done" : await carryOut(form, probe, redraw);
    button?.removeAttribute("aria-busy");
    if (!failed) return;
    form.closest(":popover-open")?.hidePopover(); // what stays open is not drawn anew
    toast(words(failed), { kind: "warn" });
    if (failed === "no-answer") look();
  });
}

// That nothing was done is said only of what was never sent: what nobody answered may have been carried out.
async function carryOut(form, probe, redraw) {
  if (!STEERS.test(form.action)) {
    if ((await text(probe)) === null) return "not-done";
    form.submit();
    return null;
  }
  const sent = { method: "POST", body: new FormData(form), credentials: "same-origin" };
  const answer = await fetch(form.action, sent).catch(() => null);
  const html = answer === null || answer.status >= 500 ? null : await answer.text().catch(() => null);
  if (html === null) return "no-answer";
  if (!answer.headers.get("content-type")?.startsWith("text/html") || new URL(answer.url).pathname.startsWith("/sign-in")) location.reload();
  else redraw(html);
  return null;
}
