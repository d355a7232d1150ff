// The pages for paper: once all pictures are there, the browser's own dialog opens.
import "../app.js";

const pictures = [...document.querySelectorAll(".fax-print image")];
const there = (picture) => new Promise((go) => {
  const same = new Image(); // parts of a drawing do not tell whether they are there
  same.addEventListener("load", go, { once: true });
  same.addEventListener("error", go, { once: true });
  same.src = picture.getAttribute("href");
});

Promise.all(pictures.map(there)).then(() => {
  document.documentElement.dataset.ready = "";
  if (pictures.length) window.print();
});
