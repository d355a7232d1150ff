// What people hear before they come in: shown while it is written, and read aloud by the browser's own voice where it has one.
const shown = () => document.querySelector("[data-welcome-shown]");
const listen = () => document.querySelector("[data-listen]");
const canSpeak = "speechSynthesis" in window;

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-welcome]") && shown()) shown().textContent = event.target.value;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-listen]");
  if (!button || !canSpeak) return;
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(`${button.dataset.listen} ${shown()?.textContent ?? ""}`);
  words.lang = button.lang;
  speechSynthesis.speak(words);
});

export function offer() {
  if (canSpeak && listen()) listen().hidden = false;
}
offer();
document.addEventListener("close", () => canSpeak && speechSynthesis.cancel(), true);
