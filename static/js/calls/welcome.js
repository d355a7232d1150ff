// What people hear before they come in, in the language of each who is ticked: shown while it is written, and read aloud by the
// browser's own voices where it has them.
const canSpeak = "speechSynthesis" in window;
const shown = () => document.querySelectorAll("[data-welcome-shown]");

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-welcome]")) for (const place of shown()) place.textContent = event.target.value;
  if (event.target.closest?.("#start-call-form")) showWhoHears();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-listen]");
  if (!button || !canSpeak) return;
  speechSynthesis.cancel();
  const own = document.querySelector("[data-welcome]");
  for (const [text, lang] of [[button.dataset.listen, button.lang], [own?.value, shown()[0]?.lang]]) {
    if (!text) continue;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = lang;
    speechSynthesis.speak(words);
  }
});

function showWhoHears() {
  const form = document.getElementById("start-call-form");
  const picked = new Map([...(form?.querySelectorAll('[name="point"]:checked') ?? [])].map((point) => [point.value, point.closest("label").querySelector(".medium").textContent]));
  const hasGuests = [...(form?.querySelectorAll('[name="phone"]') ?? [])].some((phone) => phone.value.trim());
  const all = [...document.querySelectorAll("[data-hears]")];
  for (const one of all) {
    const theirs = one.dataset.hears.split(" ").filter((point) => picked.has(point));
    const names = one.querySelector("[data-hears-names]");
    if (names && theirs.length) names.textContent = [...new Set(theirs.map((point) => picked.get(point)))].join(", ");
    one.hidden = !(theirs.length || (hasGuests && one.dataset.hearsGuests !== undefined));
  }
  if (all.length && all.every((one) => one.hidden)) all[0].hidden = false;
}

export function offer() {
  if (canSpeak) for (const button of document.querySelectorAll("[data-listen]")) button.hidden = false;
  showWhoHears();
}
offer();
document.addEventListener("close", () => canSpeak && speechSynthesis.cancel(), true);
