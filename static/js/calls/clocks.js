// Clocks on the page go on from what they show, and stand while nobody knows how it is.
let standing = false;

export const stand = (on) => (standing = on);

export function tickClocks() {
  if (standing) return;
  for (const clock of document.querySelectorAll("[data-ticks]")) {
    if (clock.dataset.shown !== clock.dataset.ticks) {
      clock.dataset.shown = clock.dataset.ticks;
      clock.started = performance.now() - Number(clock.dataset.ticks) * 1000;
    }
    const seconds = Math.floor((performance.now() - clock.started) / 1000);
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, "0")];
    const text = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
    if (clock.textContent !== text) clock.textContent = text;
  }
}
