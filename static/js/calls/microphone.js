// A recording from the microphone.
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
