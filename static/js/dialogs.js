// Native dialogs: data-open="id" shows one, data-close hides it, and the focus goes back to where it came from.
const openers = new WeakMap();

export function openDialog(dialog, opener = document.activeElement) {
  if (!dialog || dialog.open) return;
  openers.set(dialog, opener);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener) openDialog(document.getElementById(opener.dataset.open), opener);
  event.target.closest?.("[data-close]")?.closest("dialog")?.close();
  if (event.target.matches?.("dialog.dialog")) event.target.close();
});

document.addEventListener(
  "close",
  (event) => {
    const opener = openers.get(event.target);
    if (opener?.isConnected) opener.focus();
  },
  true,
);
