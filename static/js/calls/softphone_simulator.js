// A phone on the simulated network. It is asked once a second how things stand; whoever asks is registered there.
const FAILED_BEFORE_TROUBLE = 3;

export function openSimulated(pass, tell) {
  let { token } = pass;
  let after = 0;
  let seen = null; // the call that this page knows
  let last = "";
  let connected = false;
  let failures = 0;
  let asking = false;
  let closed = false;
  let resting = false;

  const ask = (path, body) =>
    fetch(`${pass.address}/${path}`, {
      method: body ? "POST" : "GET",
      headers: { Authorization: `Bearer ${token}`, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
  const act = (what, body = {}) => (seen ? ask(`calls/${seen}/${what}`, body).then(tick, tick) : Promise.resolve());

  // Who calls out hears the network at once, and the other side only when that is connected.
  const stateOf = (call) => {
    if (call.state !== "talking" || call.is_inbound || connected) return call.state === "ringing" && !call.is_inbound ? "calling" : call.state;
    return "calling";
  };

  function show(call, lines) {
    if (!call || (call.sid !== seen && call.state === "over")) return;
    if (call.sid !== seen) {
      [seen, last, connected] = [call.sid, "", false];
      tell({ type: "new", sid: call.sid });
    }
    for (const line of lines) {
      if (line.kind === "connected") connected = true;
      tell({ type: "line", kind: line.kind, words: line.words, language: line.language });
    }
    const state = stateOf(call);
    if (state === last) return;
    last = state;
    tell({ type: "call", state, inbound: call.is_inbound, from: call.from, sid: call.sid });
    if (state === "over") seen = null;
  }

  async function tick() {
    if (asking || closed || (resting && !seen)) return;
    asking = true;
    try {
      const answer = await ask(`state?after=${after}`);
      if (answer.status === 401) tell({ type: "pass" });
      if (!answer.ok) throw new Error(String(answer.status));
      const news = await answer.json();
      ({ after } = news);
      if (failures >= FAILED_BEFORE_TROUBLE) tell({ type: "away", on: false });
      failures = 0;
      show(news.call, news.lines);
    } catch {
      failures += 1;
      if (failures === FAILED_BEFORE_TROUBLE) tell({ type: "away", on: true });
    } finally {
      asking = false;
    }
  }

  tell({ type: "ready" });
  tick();
  return {
    tick,
    async call(wishes, to) {
      const answer = await ask("calls", { to, wishes });
      if (!answer.ok) return tell({ type: "trouble", key: "lost" });
      const call = await answer.json();
      [seen, last, connected] = [call.sid, "", false];
      show(call, []);
    },
    answer: () => act("answer"),
    decline: () => act("decline"),
    hangUp: () => act("hang_up"),
    mute: () => {},
    press: (keys) => act("press", { keys }),
    speak: (words, language) => act("speak", { words, language }),
    rest: (on) => (resting = on),
    renew: (fresh) => ({ token } = fresh),
    close: () => (closed = true),
  };
}
