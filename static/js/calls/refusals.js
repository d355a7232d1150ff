// What is said of a button that did not do what it says: that nothing was done only where nothing was sent.
import { toast } from "../toasts.js";
import { words } from "../words.js";

const error = { kind: "error" };

export const sayNotSent = () => toast(words("not-done"), error);

// An answer that never came, or that a server on the way gave in our place, leaves open whether it was carried out.
export async function sayRefused(answer) {
  const told = await answer?.json().catch(() => null);
  const isOpen = !answer || answer.status >= 500;
  toast(told?.error?.message ?? words(isOpen ? "no-answer" : "failed"), error);
}
