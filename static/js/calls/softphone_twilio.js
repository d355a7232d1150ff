// A phone on Twilio's network, by its Voice JS SDK.
const NO_MICROPHONE = 31401;
const MICROPHONE_ERRORS = [NO_MICROPHONE, 31402];

export function openTwilio(pass, tell) {
  const device = new window.Twilio.Device(pass.token, { appName: "Homeroom", closeProtection: true, codecPreferences: ["opus", "pcmu"] });
  let current = null;

  function follow(call, inbound) {
    current = call;
    const state = (name) => tell({ type: "call", state: name, inbound, from: call.parameters?.From ?? "", sid: call.parameters?.CallSid ?? "" });
    const over = () => {
      if (current !== call) return;
      current = null;
      state("over");
    };
    call.on("accept", () => state("talking"));
    for (const end of ["disconnect", "cancel", "reject"]) call.on(end, over);
    call.on("error", (error) => {
      tell({ type: "trouble", key: MICROPHONE_ERRORS.includes(error?.code) ? "no-microphone" : "lost" });
      over();
    });
    state(inbound ? "ringing" : "calling");
  }

  device.on("registered", () => tell({ type: "ready" }));
  device.on("incoming", (call) => (current ? call.ignore() : follow(call, true)));
  device.on("tokenWillExpire", () => tell({ type: "pass" }));
  device.on("error", (error) => tell({ type: "trouble", key: MICROPHONE_ERRORS.includes(error?.code) ? "no-microphone" : "lost" }));
  device.register().catch(() => tell({ type: "trouble", key: "lost" }));
  return {
    tick: () => {},
    call: async (wishes, to) => follow(await device.connect({ params: { ...wishes, To: to } }), false),
    answer: async () => current?.accept(),
    decline: async () => current?.reject(),
    hangUp: async () => current?.disconnect(),
    mute: (on) => current?.mute(on),
    press: async (keys) => current?.sendDigits(keys),
    speak: async () => {},
    rest: (on) => (on ? device.unregister() : device.register()).catch(() => {}),
    renew: (fresh) => device.updateToken(fresh.token),
    close: () => device.destroy(),
  };
}
