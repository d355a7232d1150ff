// How loud this page's own microphone is, from 0 to 1.
let context = null;
let analyser = null;
let source = null;
let samples = null;

export function listenToOwn(track) {
  source?.disconnect();
  source = null;
  if (!track || !window.AudioContext) return;
  context ??= new AudioContext();
  context.resume().catch(() => {}); // before a press of the reader it may stay silent
  analyser ??= context.createAnalyser();
  analyser.fftSize = 512;
  samples ??= new Float32Array(analyser.fftSize);
  source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
}

export function ownLevel() {
  if (!source) return 0;
  analyser.getFloatTimeDomainData(samples);
  return Math.min(1, Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length) * 4);
}
