// What a phone that rings sounds like, and what its window's title says meanwhile. Nothing is fetched.
const TONES = [440, 480];
const RING = 1.2;
const EVERY = 3000;

let context = null;
let timer = null;
const usual = document.title;

function sound() {
  context ??= window.AudioContext ? new AudioContext() : null;
  if (!context || context.state === "closed") return;
  context.resume?.().catch(() => {});
  const gain = context.createGain();
  gain.gain.setValueAtTime(0.06, context.currentTime);
  gain.gain.linearRampToValueAtTime(0, context.currentTime + RING);
  gain.connect(context.destination);
  for (const pitch of TONES) {
    const tone = context.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain);
    tone.start();
    tone.stop(context.currentTime + RING);
  }
}

export function ring(title) {
  document.title = title;
  if (timer) return;
  sound();
  timer = setInterval(sound, EVERY);
}

export function hush() {
  clearInterval(timer);
  timer = null;
  document.title = usual;
}
