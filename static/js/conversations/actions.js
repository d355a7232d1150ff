// Buttons that change something: posted without leaving the page, answered with a word and, where it can be, a way back.
import { setText, settled, takeBack } from "./composer.js";
import { dropBubble, refreshBubble, refreshSchedule } from "./messages.js";
import { box, composer, debounced, elements, emit, isShown, openId, post, thread, toast, when, words } from "./page.js";
import { leave, openThread } from "./panes.js";

const UNDO_SECONDS = 8;
let wayBack = null;

const OURS = "#on-message, #state, [data-act], #bulk";

export async function act(address, data) {
  let answer;
  try {
    answer = await post(address, data);
  } catch {
    toast(words("offline"), { kind: "warn" });
    return null;
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  if (answer.status === 401) emit("signed-out", { asked: true });
  toast(Object.values(said.errors ?? {})[0] ?? (said.error?.message || words(answer.status === 403 ? "forbidden" : "failed")), { kind: "error" });
  return null;
}

export async function undoLast() {
  if (!wayBack) return false;
  const { undo, away, conversation } = wayBack;
  wayBack = null;
  away();
  const done = await act(undo.href, undo.fields);
  if (!done) return true;
  if (conversation && conversation !== openId()) openThread(conversation);
  else if (conversation) refreshHead();
  if (done.reload) emit("reload-list");
  return true;
}

function offer(done, conversation) {
  if (!done.said) return;
  if (!done.undo) {
    toast(done.said);
    return;
  }
  const away = toast(done.said, { action: { run: undoLast }, seconds: UNDO_SECONDS, onEnd: () => (wayBack = null) });
  wayBack = { undo: done.undo, away, conversation };
}

// Facts come in clusters: one look after the last of them, and no answer after a younger one.
let asked = 0;
const refreshHeadSoon = debounced(() => thread() && isShown(thread()) && refreshHead(), 80);

export async function refreshHead() {
  const id = openId();
  asked += 1;
  const mine = asked;
  const answer = await fetch(`/conversations/${id}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  const fresh = answer?.ok ? elements(await answer.text()).find((item) => item.id === "thread") : null;
  // Somebody may have gone on to another family while the answer was on its way: its buttons and its composer stay.
  if (!fresh || openId() !== id || mine !== asked) return;
  const old = thread().querySelector(".thread-acts");
  const { parentElement: head } = old;
  for (const dialog of head.querySelectorAll("dialog")) dialog.remove();
  const pieces = [fresh.querySelector(".thread-acts"), ...fresh.querySelectorAll(".thread-head dialog")];
  old.replaceWith(...pieces);
  for (const piece of pieces) window.htmx.process(piece);
  swapComposer(fresh);
}

// A composer that opened, locked or changed hands is replaced, and what is written in it stays. Otherwise only the line above
// it changes: nobody loses the caret.
function swapComposer(fresh) {
  const dock = document.getElementById("composer-dock");
  const now = fresh.querySelector("#composer-dock");
  if (!dock || !now) return;
  const kind = (place) => [".composer.is-locked", "#draft", "#composer-gate"].map((part) => Boolean(place.querySelector(part))).join();
  if (kind(dock) === kind(now)) {
    swapHint(dock, now);
    return;
  }
  const field = box();
  const kept = field && { text: field.value, from: field.selectionStart, to: field.selectionEnd, had: field === document.activeElement };
  const note = composer()?.elements.mode?.value === "note";
  const files = [...dock.querySelectorAll("#files > li")];
  dock.replaceWith(now);
  window.htmx.process(now);
  if (!box() || !kept) return;
  const gate = document.getElementById("composer-gate");
  if (gate && (kept.text || kept.had)) gate.open = true;
  setText(kept.text, { note: note || Boolean(composer().matches(".is-locked")) });
  document.getElementById("files").append(...files);
  if (kept.had) {
    box().focus();
    box().setSelectionRange(kept.from, kept.to);
  }
}

function swapHint(dock, now) {
  const place = (root) => [...root.querySelectorAll(".composer-hint")].find((line) => !line.closest("summary"));
  const [old, hint] = [place(dock), place(now)];
  if (old && hint) old.replaceWith(hint);
  else if (old) old.remove();
  else if (hint) composer()?.before(hint);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(OURS) || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const data = new FormData(form, button);
  const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const conversation = openId();
  button?.closest(".menu:popover-open")?.hidePopover();
  button?.closest("dialog")?.close();
  button?.setAttribute("aria-busy", "true");
  const done = await act(address, data);
  button?.removeAttribute("aria-busy");
  if (!done) return;
  offer(done, done.ids ? null : conversation);
  if (done.gone) {
    settled(done.id);
    dropBubble(done.id);
  } else if (done.changed) refreshBubble(done.id);
  if (done.scheduled) refreshSchedule({ own: true });
  if (done.body !== undefined) takeBack(conversation, done);
  if (done.go && done.go !== location.pathname) openThread(Number(done.go.split("/").pop()));
  if (done.leaves) leave(conversation);
  else if (done.refresh) refreshHead();
  if (done.ids) emit("reload-list");
  emit("row-changed", { id: conversation });
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-react]");
  if (!button) return;
  event.preventDefault(); // its form would react a second time, which takes the reaction back
  const id = Number(button.closest("[data-message], [data-for]")?.dataset.message ?? button.closest("[data-for]")?.dataset.for);
  button.closest("dialog")?.close();
  const done = await act(`/conversations/messages/${id}/react`, { emoji: button.dataset.react });
  if (done) refreshBubble(id);
});

when("thread-gone", ({ id }) => {
  toast(words("gone"), { kind: "warn" });
  leave(id);
});
when("refresh-head", refreshHeadSoon);
