// Buttons of the report: what nobody can carry out just now is refused on the page, which is not left for an error of the browser.
import { isAway } from "../calls/away.js";
import { isConnected } from "../live.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { text } from "./page.js";

const STEERS = /\/acts\/(pause|resume|halt|cancel)$/;
const ours = (form) => form instanceof HTMLFormElement && form.method === "post" && new URL(form.action).pathname.startsWith("/announcements/");

// `redraw` puts the answer of what steers into the page; `probe` is an address that answers while the server is there.
export function refuseWithoutServer(probe, redraw) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !ours(form)) return;
    if (!STEERS.test(form.action) && isConnected()) return; // on to another page, which will be there
    event.preventDefault();
    const button = event.submitter;
    if (button?.getAttribute("aria-busy") === "true") return;
    button?.setAttribute("aria-busy", "true");
    const done = isAway() ? false : await carryOut(form, probe, redraw);
    button?.removeAttribute("aria-busy");
    if (!done) toast(words("not-done"), { kind: "warn" });
  });
}

async function carryOut(form, probe, redraw) {
  if (!STEERS.test(form.action)) {
    if ((await text(probe)) === null) return false;
    form.submit();
    return true;
  }
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" }).catch(() => null);
  if (answer === null || answer.status >= 500) return false;
  if (!answer.headers.get("content-type")?.startsWith("text/html") || new URL(answer.url).pathname.startsWith("/sign-in")) location.reload();
  else redraw(await answer.text());
  return true;
}
