// Pictures and papers: chosen or dropped, each is sent at once and judged by the server; the list comes back with the counts.
import { post } from "../htmx_rules.js";
import { toast } from "../toasts.js";
import { words } from "../words.js";
import { form } from "./page.js";
import { change } from "./saving.js";

const MOST = 20 * 1024 * 1024;
const hint = () => document.getElementById("attach-hint");
export const megabytes = (size) => `${(size / 1024 / 1024).toFixed(1)} MB`;

// What is wrong with a file before it travels; nothing if nothing is.
export function refusal(file) {
  if (!file.size) return words("empty-file", { name: file.name });
  return file.size > MOST ? words("too-large", { name: file.name, size: megabytes(file.size) }) : "";
}

export function upload(file, fields = {}) {
  return change((id, version) => {
    const data = new FormData();
    for (const [name, value] of Object.entries({ ...fields, version })) data.append(name, value);
    data.append("file", file, file.name);
    return post(`/announcements/${id}/files`, data);
  });
}

async function add(files) {
  const before = hint().textContent;
  const problems = [];
  for (const file of files) {
    hint().textContent = words("uploading", { name: file.name });
    const problem = refusal(file) || (await upload(file));
    if (problem) problems.push(problem);
  }
  hint().textContent = problems.join(" ") || before;
  hint().classList.toggle("error-text", problems.length > 0);
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "files-chosen") return;
  const files = [...event.target.files];
  event.target.value = "";
  add(files);
});
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("#announcement") && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!event.target.closest?.("#announcement") || !event.dataTransfer.files.length) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-file]");
  if (!button || button.form !== form()) return;
  event.preventDefault();
  button.setAttribute("aria-busy", "true");
  const { file, act } = button.dataset;
  const problem = await change((id, version) => post(`/announcements/${id}/files/${file}`, { act, version }));
  button.removeAttribute("aria-busy");
  if (problem) toast(problem, { kind: "warn" });
  else if (act === "remove") document.getElementById("files-chosen").focus();
});
