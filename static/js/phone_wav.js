// A sound as phone lines carry it: WAV, 8 kHz, mono.
const RATE = 8000;

// What the browser can read, as such a file; only its length where it lasts longer than `most` seconds. Rejects where it cannot be read.
export async function phoneWav(blob, { most = Infinity } = {}) {
  const audio = new AudioContext();
  try {
    const sound = await audio.decodeAudioData(await blob.arrayBuffer());
    if (sound.duration > most) return { seconds: sound.duration, data: null };
    const line = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
    const source = line.createBufferSource();
    source.buffer = sound;
    source.connect(line.destination);
    source.start();
    return { seconds: sound.duration, data: written((await line.startRendering()).getChannelData(0)) };
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
