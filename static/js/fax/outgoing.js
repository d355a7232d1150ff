// A fax that goes out: how far it is changes in place, and so long as it can be taken back the seconds are told.
const place = () => document.getElementById("fax-state");
let ticking = null;

function tick() {
  clearTimeout(ticking);
  const box = place()?.querySelector("[data-leaves-at]");
  const line = box?.querySelector("[data-countdown]");
  if (!line) return;
  const left = Math.ceil((new Date(box.dataset.leavesAt) - Date.now()) / 1000);
  if (left <= 0) {
    line.textContent = line.dataset.gone;
    return;
  }
  line.textContent = line.dataset.countdown.replace("{seconds}", left);
  ticking = setTimeout(tick, 250);
}

const isWritten = (form) => [...form.elements].some((field) => (field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));

// The newest state comes in whole, unless somebody writes there.
export function takeState(fresh) {
  const now = fresh.querySelector("#fax-state");
  const old = place();
  if (!now || !old) return;
  const form = old.querySelector("#retry-form");
  if (form && (isWritten(form) || form.contains(document.activeElement))) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const top = old.scrollTop;
  old.replaceWith(now);
  now.scrollTop = top;
  if (focused) (document.getElementById(focused) ?? now).focus({ preventScroll: true });
  tick();
}

export const beginOutgoing = tick;
