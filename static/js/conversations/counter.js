// How many texts a draft takes: guessed at once, then counted by the code that bills. Silent while one is enough.
import { box, composer, debounced, openId, post, when, words } from "./page.js";

const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/;
const WIDE = /[\f^{}\\[~\]|€]/g;

const output = () => document.getElementById("draft-count");
const advice = () => document.getElementById("advice");
const marks = () => document.getElementById("marks");
let counted = null;

function guess(text) {
  const gsm = GSM.test(text);
  const units = gsm ? text.length + (text.match(WIDE)?.length ?? 0) : text.length;
  const [alone, joined] = gsm ? [160, 153] : [70, 67];
  return units <= alone ? Math.min(1, units) : Math.ceil(units / joined);
}

const asText = (number) => (number === 1 ? words("one-text") : words("texts", { count: number }));

function show(text) {
  const place = output();
  if (place && place.textContent !== text) place.textContent = text;
}

const countOnServer = debounced(async (id, text) => {
  let found;
  try {
    const answer = await post(`/conversations/${id}/measure`, { body: text });
    found = answer.ok ? await answer.json() : null;
  } catch {
    return;
  }
  if (!found || openId() !== id || box()?.value !== text) return;
  counted = found;
  show(counted.words);
  showMarks(text, counted.offenders);
  showAdvice();
}, 350);

function showMarks(text, offenders) {
  const place = marks();
  if (!place) return;
  const letters = [...text];
  const wrong = new Set(offenders.map((each) => each.position));
  const pieces = letters.map((letter, at) => {
    if (!wrong.has(at)) return letter;
    const mark = document.createElement("mark");
    mark.textContent = letter;
    return mark;
  });
  place.replaceChildren(...pieces);
  place.scrollTop = box().scrollTop;
}

function button(text, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-link btn-sm";
  made.textContent = text;
  made.addEventListener("click", run);
  return made;
}

function showAdvice() {
  const place = advice();
  if (!place) return;
  const lines = [];
  const mms = document.getElementById("as-mms");
  if (counted?.straight) {
    const characters = [...new Set(counted.offenders.map((each) => each.character))].slice(0, 6).join(" ");
    lines.push(words("offenders", { characters }), button(words("straighten"), straighten));
  }
  if (counted?.segments > 1 && mms && !counted.straight) {
    if (mms.checked) lines.push(button(words("use-parts", { count: counted.segments }), () => choose(false)));
    else if (counted.fits_mms) lines.push(words("as-mms", { count: counted.segments }), button(words("use-mms"), () => choose(true)));
  }
  place.hidden = lines.length === 0;
  place.replaceChildren(...lines);
}

function choose(asMms) {
  document.getElementById("as-mms").checked = asMms;
  show(asMms ? counted.mms_words : counted.words);
  showAdvice();
  box().focus();
}

function straighten() {
  const field = box();
  field.value = counted.straight;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function clear() {
  countOnServer.cancel();
  counted = null;
  show("");
  marks()?.replaceChildren();
  showAdvice();
}

function count() {
  const field = box();
  const text = field.value;
  if (!text.trim() || composer().elements.mode.value === "note") {
    clear();
    return;
  }
  const number = guess(text);
  const plain = GSM.test(text) && !text.includes("$");
  if (plain && number <= 1) {
    clear();
    return;
  }
  if (!counted || counted.segments !== number) show(number > 1 ? asText(number) : "");
  countOnServer(openId(), text);
}

document.addEventListener("input", (event) => event.target === box() && count());
document.addEventListener("change", (event) => event.target.name === "mode" && event.target.form === composer() && count());
document.addEventListener("scroll", (event) => {
  if (event.target === box() && marks()) marks().scrollTop = box().scrollTop;
}, { capture: true, passive: true });
when("thread", () => box()?.value && count());
