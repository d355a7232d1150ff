// A token behind the # of the address is sent as a form: so it stands in no server's log, and in no history. This tab keeps it, so that
// its page can be loaded again.
import { KEPT } from "./seat.js";

const form = document.getElementById("doorstep");
const token = location.hash.slice(1) || sessionStorage.getItem(KEPT) || "";

if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
  document.getElementById("doorstep-ended").hidden = true;
  document.getElementById("doorstep-wait").hidden = false;
  form.elements.token.value = token;
  form.action = location.pathname + location.search; // where the reader chose a language
  sessionStorage.setItem(KEPT, token);
  history.replaceState(null, "", location.pathname);
  form.submit();
}
