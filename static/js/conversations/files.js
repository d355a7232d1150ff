// Files beside a message: chosen, dropped or pasted; each is sent at once, judged by the server, and shown with its progress.
import { box, composer, emit, glyph, openId, post, when, words } from "./page.js";

const MOST = 10;
const list = () => document.getElementById("files");

function line(name) {
  const item = document.createElement("li");
  item.className = "file";
  item.setAttribute("aria-busy", "true");
  const text = document.createElement("span");
  text.className = "file-text";
  const title = document.createElement("span");
  title.className = "truncate medium";
  title.dir = "auto";
  title.textContent = name;
  const small = document.createElement("small");
  small.textContent = words("uploading", { name });
  const progress = document.createElement("progress");
  progress.max = 100;
  progress.setAttribute("aria-label", words("uploading", { name }));
  text.append(title, small, progress);
  item.append(glyph("file"), text, remover(name));
  return item;
}

function remover(name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-ghost btn-icon btn-sm";
  button.setAttribute("aria-label", words("remove-file", { name }));
  button.title = words("remove-file", { name });
  button.dataset.removeFile = "";
  button.append(glyph("x"));
  return button;
}

document.addEventListener("click", (event) => {
  const item = event.target.closest?.("[data-remove-file]")?.closest("li");
  if (!item) return;
  event.preventDefault();
  item.request?.abort();
  if (item.dataset.uuid) post(`/conversations/attachments/${item.dataset.uuid}/remove`).catch(() => {});
  item.remove();
  box()?.focus();
});

function send(id, file, item) {
  const request = new XMLHttpRequest();
  item.request = request;
  const data = new FormData();
  data.append("file", file);
  request.open("POST", `/conversations/${id}/attachments`);
  request.setRequestHeader("X-CSRFToken", document.querySelector('meta[name="csrf-token"]').content);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) item.querySelector("progress").value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => (request.status === 201 ? taken(item, request.response) : refused(item, request)));
  request.addEventListener("error", () => refused(item, request));
  request.send(data);
}

function taken(item, file) {
  item.removeAttribute("aria-busy");
  item.dataset.uuid = file.uuid;
  item.querySelector("progress").remove();
  item.querySelector(".file-text > span").textContent = file.name;
  item.querySelector("small").textContent = [file.meta, file.advice].filter(Boolean).join(". ");
  if (file.is_picture && file.source) {
    const picture = document.createElement("img");
    picture.src = file.source;
    picture.alt = "";
    picture.className = "file-picture";
    item.querySelector(".i")?.replaceWith(picture);
  }
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = "attachment";
  hidden.value = file.id;
  item.prepend(hidden);
  emit("file-ready", {});
}

function refused(item, request) {
  item.removeAttribute("aria-busy");
  item.classList.add("is-refused");
  item.querySelector("progress")?.remove();
  const said = request.response?.errors?.files ?? request.response?.error?.message;
  item.querySelector("small").textContent = said || words(request.status === 413 ? "too-large" : "failed");
  item.querySelector("small").setAttribute("role", "alert");
}

function add(files) {
  const form = composer();
  if (!form || form.classList.contains("is-locked") || form.elements.mode.value === "note") return;
  for (const file of [...files].slice(0, MOST - list().children.length)) {
    const item = line(file.name || "image.png");
    list().append(item);
    send(openId(), file, item);
  }
}

// Files stay beside their own text: they wait while another thread is open, also what is on its way or was refused.
const apart = new Map();

export function putBack(id, items) {
  if (!items.length) return;
  if (openId() === id && list()) {
    for (const item of items) if (item.dataset.uuid) list().querySelector(`[data-uuid="${item.dataset.uuid}"]`)?.remove();
    list().append(...items); // the server may have brought them already
  }
  else apart.set(id, [...(apart.get(id) ?? []), ...items]);
}

// As the server tells them after something was taken back.
export const drawn = (files) =>
  files.map((file) => {
    const item = line(file.name);
    taken(item, file);
    return item;
  });

when("leaving", ({ id }) => {
  const items = [...(list()?.children ?? [])];
  if (items.length) apart.set(id, items);
  else apart.delete(id);
});
when("thread", ({ id }) => {
  const items = apart.get(id) ?? [];
  if (!list()) return;
  apart.delete(id);
  putBack(id, items);
});
when("stayed", () => apart.delete(openId()));

document.addEventListener("change", (event) => {
  if (event.target.id !== "file-input") return;
  add(event.target.files);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  if (event.target !== box() || !event.clipboardData?.files.length) return;
  event.preventDefault();
  add(event.clipboardData.files);
});

const isFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!isFiles(event) || !event.target.closest?.("#thread")) return;
  event.preventDefault();
  composer()?.classList.add("is-dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget || !event.relatedTarget.closest?.("#thread")) composer()?.classList.remove("is-dropping");
});
document.addEventListener("drop", (event) => {
  if (!isFiles(event) || !event.target.closest?.("#thread")) return;
  event.preventDefault();
  composer()?.classList.remove("is-dropping");
  add(event.dataTransfer.files);
});
