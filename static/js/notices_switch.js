// The switch in the profile that lets this device speak up about new texts.
import { areWanted, canTell, want } from "./notices_wanted.js";

const box = document.getElementById("device-notices");

function show(refused = false) {
  const input = box.querySelector("input");
  input.checked = areWanted();
  input.disabled = !canTell();
  box.querySelector("[data-refused]").hidden = canTell() && !refused && Notification.permission !== "denied";
}

if (box) {
  box.hidden = false;
  show();
  box.querySelector("input").addEventListener("change", async (event) => show(!(await want(event.target.checked))));
}
