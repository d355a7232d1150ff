// The call by keyboard: arrows lead through the toolbar, M and V switch.
import { SWITCHES } from "./switches.js";
import { state } from "./state.js";

const bar = document.getElementById("v-bar");

bar.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const from = event.target.closest("button");
  if (!step || !from) return;
  const buttons = [...bar.querySelectorAll("button:not([hidden])")];
  const forward = document.documentElement.dir === "rtl" ? -step : step;
  buttons[(buttons.indexOf(from) + forward + buttons.length) % buttons.length].focus();
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (state.stage !== "in" || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest?.("select, input, textarea, dialog")) return;
  if (event.key === "m") SWITCHES.mute();
  if (event.key === "v") SWITCHES.camera();
});
