// The pages of a fax: which one is in sight, how large they are, how each is turned, and what is written on them.
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";

const STEPS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const FULL_FROM = 1.25; // from here on the black and white original is sharper than the grey picture of a screen's width
const QUARTER = 90;
let pages = null;
let watcher = null;
let current = 1;
let zoom = 1;
let fits = false;

const papers = () => [...(pages?.querySelectorAll(".paper") ?? [])];
const paperOf = (number) => pages?.querySelector(`#p${number}`);
const bar = () => document.querySelector("#fax-one .fax-bar");

export function begin() {
  watcher?.disconnect();
  pages = document.getElementById("fax-pages");
  current = 1;
  fits = false;
  if (!pages) return;
  setZoom(1, { keep: false });
  watcher = new IntersectionObserver(look, { root: pages, threshold: [0, 0.25, 0.5, 0.75, 1] });
  for (const paper of papers()) watcher.observe(paper);
  const asked = Number(location.hash.match(/^#p(\d+)$/)?.[1]);
  const found = pages.querySelector(".paper-marks")?.closest(".paper"); // what was searched for stands there
  if (asked || found) goTo(asked || Number(found.dataset.page), { quick: true });
  else show(1);
  pages.addEventListener("pointerdown", drag);
  pages.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    step(event.deltaY < 0 ? 1 : -1);
  }, { passive: false });
}

// Pages that were drawn since: they are put in, and what is being looked at stays.
export function takePages(fresh) {
  const [now, thumbs] = [fresh.querySelector("#fax-pages"), fresh.querySelector(".fax-thumbs")];
  if (!pages || !now) return;
  const top = pages.scrollTop;
  const stage = document.querySelector("#fax-one .fax-stage");
  if (!stage.querySelector(".fax-thumbs") && thumbs) {
    stage.replaceWith(fresh.querySelector(".fax-stage"));
    begin();
    return;
  }
  const known = new Set(papers().map((paper) => paper.id));
  for (const rest of pages.querySelectorAll(":scope > .callout, :scope > p")) rest.remove();
  for (const each of [...now.children]) {
    const same = each.id && known.has(each.id) ? paperOf(each.dataset.page) : null;
    if (same) same.querySelector("img").alt = each.querySelector("img").alt;
    else if (each.dataset.wordsOf && pages.querySelector(`[data-words-of="${each.dataset.wordsOf}"]`)) pages.querySelector(`[data-words-of="${each.dataset.wordsOf}"]`).replaceWith(each);
    else pages.append(each);
    if (each.classList.contains("paper") && !same) watcher.observe(each);
  }
  const list = stage.querySelector(".fax-thumbs");
  if (list && thumbs) list.replaceChildren(...thumbs.children);
  pages.scrollTop = top;
  show(current);
}

const seen = new Map();
function look(entries) {
  for (const entry of entries) seen.set(entry.target, entry.intersectionRect.height);
  let best = null;
  for (const paper of papers()) if ((seen.get(paper) ?? 0) > (seen.get(best) ?? 0)) best = paper;
  if (best) show(Number(best.dataset.page));
}

function show(number) {
  current = number;
  const all = papers().length;
  const place = bar()?.querySelector("[data-page-of]");
  if (place && all) place.textContent = words("fax-page", { page: number, pages: all });
  for (const thumb of document.querySelectorAll("#fax-one [data-thumb]")) {
    if (Number(thumb.dataset.thumb) !== number) thumb.removeAttribute("aria-current");
    else if (!thumb.hasAttribute("aria-current")) {
      thumb.setAttribute("aria-current", "true");
      const nav = thumb.closest(".fax-thumbs-nav");
      nav.scrollTo({ top: thumb.offsetTop - nav.clientHeight / 2, left: thumb.offsetLeft - nav.clientWidth / 2, behavior: "instant" });
    }
  }
}

export function goTo(number, { quick = false } = {}) {
  const paper = paperOf(Math.min(Math.max(number, 1), papers().length));
  if (!paper) return;
  const calm = quick || matchMedia("(prefers-reduced-motion: reduce)").matches;
  pages.scrollTo({ top: paper.offsetTop - pages.offsetTop * (paper.offsetParent === pages ? 0 : 1) - 16, behavior: calm ? "instant" : "smooth" });
  show(Number(paper.dataset.page));
}

// --- Size ---------------------------------------------------------------------
function setZoom(size, { keep = true } = {}) {
  const middle = pages.scrollTop + pages.clientHeight / 2;
  const ratio = size / zoom;
  zoom = size;
  pages.style.setProperty("--zoom", String(size));
  const place = bar()?.querySelector("[data-zoom]");
  if (place) place.textContent = `${Math.round(size * 100)}%`;
  if (keep) {
    if (pages.scrollTop) pages.scrollTop = middle * ratio - pages.clientHeight / 2;
    pages.scrollLeft = (pages.scrollWidth - pages.clientWidth) / 2;
  }
  if (size >= FULL_FROM) sharpen();
}

function sharpen() {
  for (const paper of papers()) {
    const picture = paper.querySelector("img");
    if (picture.src.endsWith(paper.dataset.full)) continue;
    picture.src = paper.dataset.full;
  }
}

export function step(direction) {
  const next = direction > 0 ? STEPS.find((each) => each > zoom + 0.01) : [...STEPS].reverse().find((each) => each < zoom - 0.01);
  fits = false;
  if (next) setZoom(next);
}

export function asItIs() {
  fits = false;
  setZoom(1);
}

export function fit() {
  const first = paperOf(current);
  if (!first) return;
  fits = !fits;
  const style = getComputedStyle(pages);
  const room = pages.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  setZoom(fits ? Math.max(0.1, (room / first.clientWidth) * zoom) : 1);
}

function drag(event) {
  if (event.button || event.pointerType !== "mouse" || event.target.closest(".paper-words, a, button")) return;
  const [x, y, left, top] = [event.clientX, event.clientY, pages.scrollLeft, pages.scrollTop];
  const move = (moved) => {
    pages.dataset.drag = "";
    pages.scrollLeft = left - (moved.clientX - x);
    pages.scrollTop = top - (moved.clientY - y);
  };
  const end = () => {
    delete pages.dataset.drag;
    removeEventListener("pointermove", move);
  };
  event.preventDefault();
  pages.focus({ preventScroll: true });
  addEventListener("pointermove", move);
  addEventListener("pointerup", end, { once: true });
}

// --- Turning --------------------------------------------------------------------
function draw(holder, turn) {
  const box = holder.querySelector(".paper-box");
  const picture = holder.querySelector("img");
  const [width, height] = [picture.getAttribute("width"), picture.getAttribute("height")];
  holder.dataset.turn = turn;
  box.setAttribute("viewBox", turn % 180 ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
}

function turnTo(number, turn) {
  draw(paperOf(number), turn);
  const thumb = document.querySelector(`#fax-one [data-thumb="${number}"] .paper-thumb`);
  if (thumb) draw(thumb, turn);
}

let turning = Promise.resolve();
export function turn(by) {
  const paper = paperOf(current);
  if (!paper?.dataset.turnAt || bar()?.dataset.readonly !== undefined) return;
  const number = current;
  const before = Number(paper.dataset.turn);
  const after = (before + by * QUARTER + 360) % 360;
  turnTo(number, after);
  turning = turning.then(() => keep(paper, number, before, after)); // one after the other, so that the last one stays
}

async function keep(paper, number, before, after) {
  const answer = await post(paper.dataset.turnAt, { turn: after }).catch(() => null);
  if (answer?.ok) return;
  const told = await answer?.json().catch(() => null);
  if (paper.isConnected) turnTo(number, before);
  toast(told?.error?.message ?? words(answer ? "failed" : "offline"), { kind: "error" });
}

// --- Words ----------------------------------------------------------------------
export function toggleWords() {
  const button = bar()?.querySelector('[data-do="words"]');
  const shown = pages.toggleAttribute("data-words");
  button?.setAttribute("aria-pressed", String(shown));
  if (shown) pages.querySelector(`[data-words-of="${current}"]`)?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

const DOES = {
  previous: () => goTo(current - 1),
  next: () => goTo(current + 1),
  smaller: () => step(-1),
  larger: () => step(1),
  fit,
  "turn-left": () => turn(-1),
  "turn-right": () => turn(1),
  words: toggleWords,
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#fax-one [data-do]");
  if (button) DOES[button.dataset.do]?.();
  const thumb = event.target.closest?.("#fax-one [data-thumb]");
  if (!thumb || event.metaKey || event.ctrlKey) return;
  event.preventDefault(); // the browser's own jump would push the whole page up as well
  goTo(Number(thumb.dataset.thumb));
});

export const press = (does) => DOES[does]?.();
