// The pages for paper: once all pictures are there, the browser's own dialog opens.
import "../app.js";

const pictures = [...document.querySelectorAll(".fax-print img")];
const there = (picture) => (picture.complete ? null : new Promise((go) => {
  picture.addEventListener("load", go, { once: true });
  picture.addEventListener("error", go, { once: true });
}));

Promise.all(pictures.map(there)).then(() => {
  document.documentElement.dataset.ready = "";
  if (pictures.length) window.print();
});
