// One connection to one other browser, by the pattern of perfect negotiation: one side is polite and takes back its own offer
// when both make one at once. Three lines are agreed on from the start (sound, camera, screen), so that switching them later needs no
// new agreement. The impolite side lays them; the polite one takes them up.
const KINDS = ["audio", "video", "video"];
const SOUND = 0;
const CAMERA = 1;
// What a camera's picture may take to each other person: each of them gets one of their own, and a family's uplink is narrow.
const SHARES = [
  { upTo: 1, maxBitrate: 1500000, scaleResolutionDownBy: 1 },
  { upTo: 3, maxBitrate: 600000, scaleResolutionDownBy: 2 },
  { upTo: Infinity, maxBitrate: 300000, scaleResolutionDownBy: 3 },
];

export class Peer {
  constructor({ id, page, attempt, isPolite, ice, own, send, changed }) {
    Object.assign(this, { id, page, attempt, isPolite, own, send, changed, wasUp: false });
    this.making = false;
    this.ignoring = false;
    this.tracks = [null, null, null];
    this.queue = Promise.resolve();
    const pc = new RTCPeerConnection({ iceServers: ice });
    this.pc = pc;
    pc.onnegotiationneeded = () => this.offer();
    pc.onicecandidate = ({ candidate }) => this.send({ candidate });
    pc.ontrack = ({ track, transceiver }) => {
      this.tracks[this.lines().indexOf(transceiver)] = track;
      track.onmute = track.onunmute = () => this.changed(this);
      this.changed(this);
    };
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === "connected") this.wasUp = true;
      if (pc.connectionState === "failed") pc.restartIce();
      this.changed(this);
    };
    if (!isPolite) {
      for (const [index, kind] of KINDS.entries()) this.fill(pc.addTransceiver(kind, { direction: "sendrecv" }), index);
    }
  }

  lines() {
    return this.pc.getTransceivers();
  }

  fill(line, index) {
    line.sender.replaceTrack(this.own()[index]).catch(() => {}); // the track ended meanwhile: the next switch sets another
  }

  // What this page sends changed.
  refill() {
    for (const [index, line] of this.lines().entries()) this.fill(line, index);
  }

  // Once the lines are laid; before that there is nothing to set.
  async share(others) {
    const sender = this.lines()[CAMERA]?.sender;
    const settings = sender?.getParameters();
    if (!settings?.encodings?.length) return;
    const { maxBitrate, scaleResolutionDownBy } = SHARES.find((each) => others <= each.upTo);
    if (settings.encodings[0].maxBitrate === maxBitrate) return;
    Object.assign(settings.encodings[0], { maxBitrate, scaleResolutionDownBy });
    await sender.setParameters(settings).catch(() => {}); // agreed upon anew meanwhile: the next change sets it
  }

  async offer() {
    try {
      this.making = true;
      await this.pc.setLocalDescription();
      this.send({ description: this.pc.localDescription });
    } catch {
      this.changed(this); // closed meanwhile
    } finally {
      this.making = false;
    }
  }

  // One after the other, as they came.
  take(data) {
    this.queue = this.queue.then(() => this.understand(data)).catch(() => this.changed(this));
    return this.queue;
  }

  async understand({ description, candidate }) {
    const pc = this.pc;
    if (description) {
      const collides = description.type === "offer" && (this.making || pc.signalingState !== "stable");
      this.ignoring = !this.isPolite && collides;
      if (this.ignoring) return;
      await pc.setRemoteDescription(description);
      if (description.type !== "offer") return;
      for (const [index, line] of this.lines().entries()) {
        line.direction = "sendrecv";
        this.fill(line, index);
      }
      await pc.setLocalDescription();
      this.send({ description: pc.localDescription });
    } else if (candidate !== undefined) {
      try {
        await pc.addIceCandidate(candidate ?? undefined);
      } catch (error) {
        if (!this.ignoring) throw error;
      }
    }
  }

  get isUp() {
    return this.pc.connectionState === "connected";
  }

  get level() {
    const line = this.lines()[SOUND];
    return line?.receiver.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
  }

  close() {
    for (const event of ["negotiationneeded", "icecandidate", "track", "connectionstatechange"]) this.pc[`on${event}`] = null;
    this.pc.close();
  }
}
