// The player of a recording: waveform, seeking by range, speed, skipped silence, keys, and words that follow the sound.
import "./translated.js";

const RENEW_TRIES = 3;
const SILENT = 4; // of 100
const LEAST_SILENCE = 1; // seconds
const REMEMBERED = "homeroom.player";

const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
};

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    return {};
  }
}

// Brings one player to life. `heard` is called when it first plays, `ended` when it came to its end.
export function begin(box, { heard = () => {}, ended = () => {} } = {}) {
  const audio = box.querySelector("audio");
  const find = (name) => box.querySelector(`[data-${name}]`);
  const seek = find("seek");
  const button = find("play");
  const bars = [...box.querySelectorAll(".wave rect")];
  const levels = bars.map((bar) => (Number(bar.getAttribute("height")) / 62) * 100);
  let lines = [];
  const length = () => (Number.isFinite(audio.duration) && audio.duration) || Number(box.dataset.seconds);
  const wishes = { speed: "1", silence: false, ...remembered() };
  let wasHeard = false;
  let renewed = 0;
  let skips = wishes.silence;

  audio.removeAttribute("controls");
  audio.hidden = true;
  find("player-body").hidden = false;

  function draw() {
    const at = audio.currentTime;
    const part = length() ? at / length() : 0;
    find("elapsed").textContent = clock(at);
    if (document.activeElement !== seek || !seek.matches(":active")) seek.value = at;
    seek.setAttribute("aria-valuetext", `${clock(at)} / ${clock(length())}`);
    bars.forEach((bar, place) => bar.classList.toggle("on", place < part * bars.length));
    for (const line of lines) {
      const isNow = !audio.ended && at > 0 && at >= Number(line.dataset.from) && at < Number(line.dataset.to);
      if (isNow === line.classList.contains("is-now")) continue;
      line.classList.toggle("is-now", isNow);
      if (isNow) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
      if (isNow && !audio.paused) line.scrollIntoView({ block: "nearest" });
    }
  }

  function show() {
    const isPlaying = !audio.paused;
    button.setAttribute("aria-label", isPlaying ? button.dataset.labelPause : button.dataset.labelPlay);
    find("icon-play").hidden = isPlaying;
    find("icon-pause").hidden = !isPlaying;
  }

  async function play() {
    find("player-trouble").hidden = true;
    try {
      await audio.play();
    } catch (error) {
      if (error.name !== "AbortError" && !(await renew())) find("player-trouble").hidden = false;
    }
  }

  const toggle = () => (audio.paused ? play() : audio.pause());
  const go = (to) => {
    audio.currentTime = Math.max(0, Math.min(length() - 0.05, to));
    draw();
  };

  // A link ends after twelve hours; a page may be open for longer.
  async function renew() {
    if (renewed >= RENEW_TRIES) return false;
    renewed += 1;
    const at = audio.currentTime;
    const answer = await fetch(`/recordings/${box.dataset.player}/link`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return false;
    audio.src = (await answer.json()).url;
    audio.addEventListener("loadedmetadata", () => go(at), { once: true });
    setSpeed(wishes.speed);
    return audio.play().then(() => true, () => false);
  }

  function setSpeed(speed) {
    wishes.speed = speed;
    audio.defaultPlaybackRate = audio.playbackRate = Number(speed);
    for (const one of box.querySelectorAll("[data-speed]")) one.setAttribute("aria-pressed", String(one.dataset.speed === speed));
    keep();
  }

  function keep() {
    try {
      localStorage.setItem(REMEMBERED, JSON.stringify(wishes));
    } catch {
      // A browser that remembers nothing plays all the same.
    }
  }

  const faster = (step) => {
    const all = [...box.querySelectorAll("[data-speed]")].map((one) => one.dataset.speed);
    setSpeed(all[Math.max(0, Math.min(all.length - 1, all.indexOf(wishes.speed) + step))]);
  };

  function leaveOutSilence() {
    if (!skips || audio.paused || !bars.length) return;
    const each = length() / bars.length;
    let place = Math.floor(audio.currentTime / each);
    const from = place;
    while (place < levels.length && levels[place] <= SILENT + 2) place += 1;
    if ((place - from) * each >= LEAST_SILENCE && place < levels.length) go(place * each - 0.1);
  }

  audio.addEventListener("timeupdate", () => {
    leaveOutSilence();
    draw();
  });
  audio.addEventListener("seeked", draw);
  audio.addEventListener("loadedmetadata", () => {
    seek.max = length();
    draw();
  });
  audio.addEventListener("play", show);
  audio.addEventListener("pause", show);
  audio.addEventListener("playing", () => {
    renewed = 0;
    if (wasHeard) return;
    wasHeard = true;
    heard();
  });
  audio.addEventListener("ended", () => {
    show();
    draw();
    ended();
  });
  button.addEventListener("click", toggle);
  seek.addEventListener("input", () => go(Number(seek.value)));
  for (const one of box.querySelectorAll("[data-skip]")) one.addEventListener("click", () => go(audio.currentTime + Number(one.dataset.skip)));
  for (const one of box.querySelectorAll("[data-speed]")) one.addEventListener("click", () => setSpeed(one.dataset.speed));
  // The words may come, or come anew, while it plays.
  function readWords() {
    lines = [...document.querySelectorAll("[data-transcript] > li")];
    for (const line of lines)
      line.onclick = (event) => {
        if (event.target.closest("button, a") || !getSelection().isCollapsed) return; // pressed, or marked to be copied
        go(Number(line.dataset.from));
        play();
      };
    for (const one of document.querySelectorAll("[data-jump]"))
      one.onclick = () => {
        go(Number(one.dataset.jump));
        play();
      };
  }
  const silence = find("skip-silence");
  silence.checked = skips;
  silence.addEventListener("change", () => {
    wishes.silence = skips = silence.checked;
    keep();
  });
  setSpeed(wishes.speed);
  readWords();
  draw();
  return {
    play,
    readWords,
    key(name) {
      const acts = { " ": toggle, k: toggle, ArrowLeft: () => go(audio.currentTime - 5), ArrowRight: () => go(audio.currentTime + 5), "[": () => faster(-1), "]": () => faster(1) };
      acts[name]?.();
      return name in acts;
    },
    stop: () => audio.pause(),
  };
}

const WRITING = "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]";

// Space, arrows and brackets, unless somebody writes, chooses, or presses a button by key.
export function listenForKeys(player) {
  document.addEventListener("keydown", (event) => {
    const one = player();
    if (!one || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(WRITING) || document.querySelector("dialog[open]")) return;
    const isButton = event.target.closest?.("button:not([data-speed][aria-pressed=true]), a, summary, label, input");
    if (event.key === " " && isButton) return;
    if (event.key.startsWith("Arrow") && event.target.closest?.("[data-seek], [role=menu]")) return;
    if (one.key(event.key)) event.preventDefault();
  });
}
