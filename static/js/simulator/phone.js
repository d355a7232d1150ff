// The handset's small manners: the latest text stays in sight, a sent text leaves the field, the clock tells the time.
const texts = document.getElementById("texts");
const reply = document.getElementById("reply");
const NEAR = 80;

function isAtEnd() {
  return texts.scrollHeight - texts.scrollTop - texts.clientHeight < NEAR;
}

function toEnd() {
  texts.scrollTop = texts.scrollHeight;
}

function keepLatestInSight() {
  toEnd();
  let wasAtEnd = true;
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target === texts) wasAtEnd = isAtEnd();
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target === texts && wasAtEnd) toEnd();
  });
  // A picture gets its height late.
  texts.addEventListener("load", () => wasAtEnd && toEnd(), true);
}

function showChosenFiles() {
  const line = reply.querySelector("[data-chosen]");
  const names = [...reply.elements.photo.files].map((file) => file.name);
  line.textContent = names.join(", ");
  line.hidden = names.length === 0;
}

// A text that was written leaves the field; a quick one leaves alone what is being written.
function clearWhatWasSent() {
  reply.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Trigger")) return;
    reply.reset();
    showChosenFiles();
    reply.elements.body.focus();
  });
  reply.elements.photo.addEventListener("change", showChosenFiles);
}

function tellTheTime() {
  const clock = document.querySelector("[data-clock]");
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: clock.dataset.clock });
  const show = () => {
    clock.textContent = format.format(new Date()).replace(/\s?[AP]M$/i, "");
  };
  show();
  setInterval(show, 10_000);
}

// How long somebody has been on the line, and the last thing heard in sight.
function followCall() {
  const caption = document.getElementById("caption");
  const timer = document.querySelector("[data-since]");
  const show = () => {
    const seconds = Math.max(0, Math.floor(Date.now() / 1000 - Number(timer.dataset.since)));
    timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  if (timer) {
    show();
    setInterval(show, 1000);
  }
  caption.scrollTop = caption.scrollHeight;
  document.addEventListener("htmx:oobAfterSwap", () => {
    caption.scrollTop = caption.scrollHeight;
  });
}

// What was said leaves the field.
function clearWhatWasSaid() {
  const say = document.querySelector("[data-say]");
  say?.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) say.reset();
  });
  say?.elements.sound.addEventListener("change", () => say.requestSubmit(say.elements.act));
}

if (texts) keepLatestInSight();
if (reply) clearWhatWasSent();
if (document.getElementById("caption")) followCall();
clearWhatWasSaid();
tellTheTime();
