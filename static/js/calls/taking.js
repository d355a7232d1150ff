// Taking a call out of the office's line: one press, and this person's phone window picks it up by itself.
import { isAway } from "./away.js";
import { send } from "./phone_network.js";
import { sayNotSent, sayRefused } from "./refusals.js";

export async function take(address, button = null) {
  if (isAway()) {
    sayNotSent();
    return false;
  }
  if (button) button.disabled = true;
  const answer = await send(address);
  if (button?.isConnected) button.disabled = false;
  if (!answer?.ok) await sayRefused(answer);
  return Boolean(answer?.ok);
}
