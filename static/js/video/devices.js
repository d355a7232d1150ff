// The camera, the microphone and the screen of this page: asked for, chosen, switched; and in words why one is not there.
const IDEAL = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };

export const own = { audio: null, camera: null, screen: null };
export const wanted = { audio: "", camera: "" };

export const tracks = () => [own.audio, own.camera, own.screen];

export const canShare = () => Boolean(navigator.mediaDevices?.getDisplayMedia);

export const isAble = () => Boolean(window.RTCPeerConnection && navigator.mediaDevices?.getUserMedia && window.io);

const soundOf = () => ({ echoCancellation: true, noiseSuppression: true, ...(wanted.audio ? { deviceId: { exact: wanted.audio } } : {}) });
const pictureOf = () => ({ ...IDEAL, ...(wanted.camera ? { deviceId: { exact: wanted.camera } } : { facingMode: "user" }) });

function reason(error) {
  if (["NotAllowedError", "SecurityError"].includes(error.name)) return "blocked";
  if (["NotReadableError", "AbortError"].includes(error.name)) return "busy";
  return "missing";
}

async function open(kind) {
  const constraints = kind === "audio" ? { audio: soundOf() } : { video: pictureOf() };
  const stream = await navigator.mediaDevices.getUserMedia(constraints);
  return stream.getTracks()[0];
}

export function close(kind) {
  own[kind]?.stop();
  own[kind] = null;
}

// Opens one; returns why that failed, or nothing.
export async function take(kind) {
  close(kind);
  try {
    own[kind] = await open(kind);
    return "";
  } catch (error) {
    if (error.name === "OverconstrainedError" && wanted[kind]) {
      wanted[kind] = ""; // what was chosen is gone: any other will do
      return take(kind);
    }
    return reason(error);
  }
}

// Both at once, so that people are asked once; each alone where that fails. Returns the reasons of what is not there.
export async function takeBoth() {
  close("audio");
  close("camera");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: soundOf(), video: pictureOf() });
    own.audio = stream.getAudioTracks()[0] ?? null;
    own.camera = stream.getVideoTracks()[0] ?? null;
    return { audio: "", camera: "" };
  } catch {
    return { audio: await take("audio"), camera: await take("camera") };
  }
}

export async function takeScreen(ended) {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false }).catch(() => null);
  own.screen = stream?.getVideoTracks()[0] ?? null;
  own.screen?.addEventListener("ended", ended);
  return Boolean(own.screen);
}

export async function listed() {
  const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const named = (kind) => found.filter((device) => device.kind === kind && device.deviceId);
  return { audio: named("audioinput"), camera: named("videoinput") };
}
