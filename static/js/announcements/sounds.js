// Sounds of calls: chosen or recorded, and turned into what a phone line carries (8 kHz, mono) before they travel.
import { phoneWav } from "../phone_wav.js";
import { words } from "../words.js";
import { refusal, upload } from "./attached.js";
import { form, when } from "./page.js";

const MOST_SECONDS = 180;
const MP3 = ["audio/mpeg", "audio/mp3"];
let recording = null;

const boxOf = (element) => element.closest?.(".sound");
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

function say(box, problem) {
  if (box.isConnected) box.querySelector("[data-trouble]").textContent = problem ?? "";
}

// What the browser can read becomes a WAV; the rest travels as it is, and the server judges it.
async function plain(blob, name) {
  try {
    const { seconds, data } = await phoneWav(blob, { most: MOST_SECONDS });
    if (!data) return { problem: words("too-long", { length: clock(seconds), most: words("longest-sound") }) };
    return { file: new File([data], `${name.replace(/\.\w+$/, "")}.wav`, { type: "audio/wav" }) };
  } catch {
    return { file: blob };
  }
}

async function take(box, file, name = file.name) {
  say(box, "");
  box.dataset.busy = "";
  box.setAttribute("aria-busy", "true");
  let problem = refusal(file);
  if (!problem) {
    const made = MP3.includes(file.type) ? { file } : await plain(file, name);
    problem = made.problem ?? (await upload(made.file, { kind: "sound", language: box.dataset.sound }));
  }
  delete box.dataset.busy;
  box.removeAttribute("aria-busy");
  say(box, problem);
}

function show(box, isRecording) {
  box.querySelector("[data-idle]").hidden = isRecording;
  box.querySelector("[data-recording]").hidden = !isRecording;
}

async function record(box) {
  say(box, "");
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
  if (!stream) {
    say(box, words("no-microphone"));
    return;
  }
  const audio = new AudioContext();
  const meter = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(meter);
  const pieces = [];
  const recorder = new MediaRecorder(stream);
  const mine = { box, recorder, began: performance.now(), isWanted: false };
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.addEventListener("stop", () => {
    for (const track of stream.getTracks()) track.stop();
    audio.close();
    recording = null;
    delete box.dataset.busy;
    show(box, false);
    if (mine.isWanted) take(box, new File(pieces, words("recorded"), { type: recorder.mimeType }));
    box.querySelector("[data-record]")?.focus();
  });
  recording = mine;
  box.dataset.busy = "";
  show(box, true);
  box.querySelector("[data-stop]").focus();
  recorder.start();
  follow(mine, meter);
}

// The level and the time, while it records; at the longest it ends by itself.
function follow(mine, meter) {
  const heard = new Float32Array(meter.fftSize);
  const step = () => {
    if (recording !== mine) return;
    meter.getFloatTimeDomainData(heard);
    const loud = Math.sqrt(heard.reduce((sum, sample) => sum + sample * sample, 0) / heard.length);
    const seconds = (performance.now() - mine.began) / 1000;
    mine.box.querySelector("meter").value = Math.min(1, loud * 3);
    mine.box.querySelector("[data-clock]").textContent = clock(seconds);
    if (seconds > MOST_SECONDS - 1) stop(true);
    else requestAnimationFrame(step);
  };
  step();
}

function stop(isWanted) {
  if (!recording) return;
  recording.isWanted = isWanted;
  recording.recorder.stop();
}

function offer() {
  if (!window.MediaRecorder || !navigator.mediaDevices) return;
  for (const button of form().querySelectorAll("[data-record]")) button.hidden = false;
}

document.addEventListener("change", (event) => {
  const box = event.target.type === "file" && boxOf(event.target);
  if (!box) return;
  const [file] = event.target.files;
  event.target.value = "";
  if (file) take(box, file);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-record], [data-stop], [data-cancel]");
  if (!button || !boxOf(button)) return;
  if ("record" in button.dataset) {
    stop(false);
    record(boxOf(button));
  } else stop("stop" in button.dataset);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && recording) stop(false);
});
when("counted", offer);
when("anew", offer);
offer();
