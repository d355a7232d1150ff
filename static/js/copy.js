// data-copy="id" copies the text of that element, and says so on the button.
import { words } from "./words.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    const label = button.lastChild;
    const before = label.textContent;
    label.textContent = words("copied");
    setTimeout(() => { label.textContent = before; }, 2000);
  } catch {
    getSelection().selectAllChildren(source); // no permission, or no https: the reader copies by hand
  }
});
