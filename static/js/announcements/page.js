// What the modules of the composer share.
export const form = () => document.getElementById("announcement");

export function elements(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

export async function text(address, signal) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal }).catch(() => null);
  return answer?.ok ? answer.text().catch(() => null) : null;
}

export function debounced(run, wait) {
  let timer = null;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
}

export const emit = (name, detail = {}) => document.dispatchEvent(new CustomEvent(`announce:${name}`, { detail }));
export const when = (name, run) => document.addEventListener(`announce:${name}`, (event) => run(event.detail));
