// The files of a fax: chosen or dropped, each is sent at once and judged by the server; put in order by buttons or by dragging.
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { changed, form, look, save } from "./saving.js";

const hint = () => document.getElementById("files-hint");
const list = () => document.getElementById("doc-list");
const zone = () => document.getElementById("dropzone");
let dragged = null;

async function upload(file) {
  if (!file.size) return words("empty-file", { name: file.name });
  const data = new FormData();
  data.append("file", file, file.name);
  const answer = await post(`/fax/${form().dataset.id}/parts`, data).catch(() => null);
  if (answer?.ok) return "";
  const said = await answer?.json().catch(() => null);
  return said?.error?.message ?? words("failed");
}

// Below the files: what is wrong with them, or the usual advice.
function tell(problem) {
  hint().textContent = problem || hint().dataset.plain;
  hint().className = problem ? "error-text" : "hint";
}

async function add(files) {
  if (!form().dataset.id) changed(); // the row that files belong to
  if (!(await save())) return;
  const problems = [];
  for (const file of files) {
    tell("");
    hint().textContent = words("uploading", { name: file.name });
    const problem = await upload(file);
    if (problem) problems.push(problem);
    look();
  }
  tell(problems.join(" "));
}

async function change(part, fields) {
  if (!(await save())) return false;
  const answer = await post(`/fax/${form().dataset.id}/parts/${part}`, fields).catch(() => null);
  if (answer?.ok) {
    await look();
    return true;
  }
  const said = await answer?.json().catch(() => null);
  toast(said?.error?.message ?? words("failed"), { kind: "warn" });
  return false;
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "files") return;
  const files = [...event.target.files];
  event.target.value = "";
  add(files);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#doc-list button");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("[data-part]");
  const name = row.querySelector(".medium").textContent;
  const { part } = row.dataset;
  const direction = button.value.startsWith("place") ? (Number(button.dataset.place) < [...list().children].indexOf(row) ? "first" : "last") : "";
  const fields = button.dataset.place === undefined ? { act: "remove" } : { place: button.dataset.place };
  if (!(await change(part, fields))) return;
  if (!direction) {
    document.getElementById("files").focus();
    return;
  }
  const there = document.getElementById(`part-${part}`);
  const buttons = [...there.querySelectorAll("[data-place]")];
  (direction === "first" ? buttons[0] : buttons.at(-1))?.focus();
  document.getElementById("announcer").textContent = words("moved", { name, place: [...list().children].indexOf(there) + 1 });
});

// Why sending was refused is over once every file can be sent.
document.addEventListener("homeroom:fax-looked", () => {
  if (!hint().matches("[data-refused]") || list().matches("[data-waiting]") || list().querySelector(".is-broken")) return;
  delete hint().dataset.refused;
  tell("");
});

// Dragging a row by its grip.
document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.(".grip")?.closest("[data-part]");
  if (!row) return;
  dragged = row;
  list().dataset.busy = "";
  row.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", row.dataset.part);
  event.dataTransfer.setDragImage(row, 12, 12);
});
document.addEventListener("dragover", (event) => {
  if (dragged) {
    const over = event.target.closest?.("[data-part]");
    if (!event.target.closest?.("#doc-list")) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    over[event.clientY > top + height / 2 ? "after" : "before"](dragged);
  } else if ([...event.dataTransfer.types].includes("Files")) {
    event.preventDefault();
    zone()?.classList.add("is-over");
  }
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone()?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (dragged) {
    event.preventDefault();
    return;
  }
  zone()?.classList.remove("is-over");
  if (!form() || !event.dataTransfer.files.length) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
});
document.addEventListener("dragend", async () => {
  if (!dragged) return;
  const row = dragged;
  dragged = null;
  row.classList.remove("is-dragged");
  delete list().dataset.busy;
  await change(row.dataset.part, { place: [...list().children].indexOf(row) });
});
