// Taking a call out of the office's line: one press, and this person's phone window picks it up by itself.
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { send } from "./phone_network.js";

export async function take(address, button = null) {
  if (button) button.disabled = true;
  const answer = await send(address);
  if (button?.isConnected) button.disabled = false;
  if (!answer?.ok) toast((await answer?.json().catch(() => null))?.error?.message ?? words(answer ? "failed" : "not-done"), { kind: "error" });
  return Boolean(answer?.ok);
}
