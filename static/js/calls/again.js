// The same call once more, in this window. Until it is written down, the button waits.
import { isAway } from "./away.js";
import { send } from "./phone_network.js";
import { sayNotSent, sayRefused } from "./refusals.js";

export async function callAgain(id, button) {
  if (isAway()) return sayNotSent();
  button.disabled = true;
  const answer = await send(`/calls/${id}/again`);
  button.disabled = false;
  if (!answer?.ok || answer.redirected) return sayRefused(answer);
  location.assign((await answer.json()).address);
}
