// What the phone asks of the school's server: a pass for the network, who is on the line, how a call stands.
const RENEW_BEFORE = 300;
const headers = { Accept: "application/json", "Homeroom-Background": "1", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
let expires = Infinity;

export const send = (url, more = {}) => fetch(url, { method: "POST", headers, credentials: "same-origin", ...more }).catch(() => null);

export async function ask(url) {
  const answer = await fetch(url, { headers, credentials: "same-origin" }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer : null;
}

export const askJson = async (url) => (await ask(url))?.json() ?? null;

export async function fetchPass() {
  expires = Infinity; // asked for once
  const answer = await send("/calls/phone/pass");
  if (!answer?.ok || answer.redirected) return null;
  const pass = await answer.json();
  expires = Date.parse(pass.expires_at) / 1000;
  return pass;
}

export const isPassOld = () => Date.now() / 1000 > expires - RENEW_BEFORE;
