// The token of one's place. A guest's page brings it; a colleague takes a place only when they press the button.
import { own } from "./state.js";

// Of a token that came behind the # of an address, for this tab: so the page can be loaded again.
export const KEPT = "homeroom-video";

// Gives { token }, or { why }: "over", "signed_out", "failed" or "lost".
export async function takeSeat() {
  if (own.token) return { token: own.token };
  const headers = { Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
  const answer = await fetch(own.join, { method: "POST", headers, credentials: "same-origin" }).catch(() => null);
  if (!answer || answer.status >= 500) return { why: "lost" };
  if (answer.redirected || answer.status === 401) return { why: "signed_out" };
  if (!answer.ok) return { why: [404, 409].includes(answer.status) ? "over" : "failed" };
  return { token: (await answer.json()).token };
}

export function forgetSeat() {
  sessionStorage.removeItem(KEPT);
}
