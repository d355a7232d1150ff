// Record a greeting in the browser. What the microphone heard becomes what a phone line carries: 8 kHz, mono.
import "../app.js";
import { record as hear, wavOf } from "../calls/microphone.js";

const page = document.querySelector("[data-greetings]");
const MOST_SECONDS = 60;

for (const form of document.querySelectorAll("[data-greeting]")) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  let running = null;
  if (window.MediaRecorder && navigator.mediaDevices) find("record").hidden = false;

  const show = (isRecording) => {
    find("record").hidden = isRecording;
    find("recording").hidden = !isRecording;
  };

  find("record").addEventListener("click", async () => {
    find("trouble").textContent = "";
    running = await hear({ most: MOST_SECONDS, tick: (clock) => (find("clock").textContent = clock), full: () => finish(true) }).catch(() => null);
    if (!running) {
      find("trouble").textContent = page.dataset.noMicrophone;
      return;
    }
    show(true);
    find("stop").focus();
  });

  async function finish(isWanted) {
    if (!running) return;
    const mine = running;
    running = null;
    const blob = await mine.stop();
    show(false);
    find("record").focus();
    if (!isWanted) return;
    const files = new DataTransfer();
    files.items.add(new File([await wavOf(blob)], "greeting.wav", { type: "audio/wav" }));
    form.querySelector('input[type="file"]').files = files.files;
    form.requestSubmit();
  }

  find("stop").addEventListener("click", () => finish(true));
  find("cancel").addEventListener("click", () => finish(false));
  form.addEventListener("keydown", (event) => event.key === "Escape" && finish(false));
}
