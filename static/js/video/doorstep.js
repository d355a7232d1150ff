// A token behind the # of the address is sent as a form: so it stands in no server's log, and in no history.
const form = document.getElementById("doorstep");
const token = location.hash.slice(1);

if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
  document.getElementById("doorstep-ended").hidden = true;
  document.getElementById("doorstep-wait").hidden = false;
  form.elements.token.value = token;
  history.replaceState(null, "", location.pathname);
  form.submit();
}
