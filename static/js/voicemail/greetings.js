// Record a greeting in the browser, hear it, and only then save it.
import "../app.js";
import { record as hear } from "../calls/microphone.js";
import { phoneWav } from "../phone_wav.js";

const page = document.querySelector("[data-greetings]");
const MOST_SECONDS = 60;

for (const form of document.querySelectorAll("[data-greeting]")) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const file = form.querySelector('input[type="file"]');
  let running = null;
  if (window.MediaRecorder && navigator.mediaDevices) find("record").hidden = false;

  const show = (isRecording) => {
    find("record").hidden = isRecording;
    find("recording").hidden = !isRecording;
    find("save").hidden = isRecording;
  };

  // What is chosen or was recorded, before anybody else hears it.
  function preview() {
    const [sound] = file.files;
    const audio = find("sound");
    if (audio.src) URL.revokeObjectURL(audio.src);
    audio.removeAttribute("src");
    if (sound?.size) audio.src = URL.createObjectURL(sound);
    find("preview").hidden = !sound?.size;
  }

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
    const wav = await phoneWav(blob).catch(() => null);
    if (!wav) {
      find("trouble").textContent = page.dataset.noSound;
      return;
    }
    const files = new DataTransfer();
    files.items.add(new File([wav.data], "greeting.wav", { type: "audio/wav" }));
    file.files = files.files;
    preview();
    find("sound").focus();
  }

  find("stop").addEventListener("click", () => finish(true));
  find("cancel").addEventListener("click", () => finish(false));
  find("drop").addEventListener("click", () => {
    file.value = "";
    preview();
    find("record").focus();
  });
  file.addEventListener("change", preview);
  form.addEventListener("keydown", (event) => event.key === "Escape" && finish(false));
}
