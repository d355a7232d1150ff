// A recording from the microphone, and as a WAV file of a phone line's quality.
const RATE = 8000;
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

// Begins to record; rejects where there is no microphone. `stop` gives what was heard.
export async function record({ most, tick, full }) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const pieces = [];
  const began = performance.now();
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.start();
  const timer = setInterval(() => {
    const seconds = (performance.now() - began) / 1000;
    tick(clock(seconds));
    if (seconds > most - 1) full();
  }, 250);
  return {
    stop: () =>
      new Promise((done) => {
        clearInterval(timer);
        recorder.addEventListener("stop", () => {
          for (const track of stream.getTracks()) track.stop();
          done(new Blob(pieces, { type: recorder.mimeType }));
        });
        recorder.stop();
      }),
  };
}

export async function wavOf(blob) {
  const audio = new AudioContext();
  try {
    const sound = await audio.decodeAudioData(await blob.arrayBuffer());
    const line = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
    const source = line.createBufferSource();
    source.buffer = sound;
    source.connect(line.destination);
    source.start();
    return written((await line.startRendering()).getChannelData(0));
  } finally {
    audio.close();
  }
}

// 16 bits of each sample behind the head of a WAV file.
function written(samples) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const put = (at, letters) => [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, Math.max(-1, Math.min(1, sample)) * 0x7fff, true));
  return view.buffer;
}
