// The machine's small manners: what lies in the feeder is named, pages may be dropped there, and what was sent is taken out.
const feeder = document.getElementById("feeder");

function nameWhatLiesIn() {
  const line = feeder.querySelector("[data-chosen]");
  line.dataset.empty ??= line.textContent;
  const names = [...feeder.elements.documents.files].map((file) => file.name);
  line.textContent = names.join(", ") || line.dataset.empty;
}

function takeDrops() {
  const slot = feeder.querySelector(".faxer-feeder");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    slot.addEventListener(kind, (event) => {
      event.preventDefault();
      slot.classList.toggle("is-over", kind === "dragover");
    });
  }
  slot.addEventListener("drop", (event) => {
    feeder.elements.documents.files = event.dataTransfer.files;
    nameWhatLiesIn();
  });
}

// How to send stays as it was chosen; only the pages are taken out, and not those a sample went before.
function emptyWhatWasSent() {
  let wasSample = false;
  feeder.addEventListener("submit", (event) => {
    wasSample = event.submitter?.name === "sample";
  });
  feeder.addEventListener("htmx:afterRequest", (event) => {
    if (wasSample || !event.detail.xhr.getResponseHeader("HX-Trigger")) return;
    feeder.elements.documents.value = "";
    nameWhatLiesIn();
  });
}

if (feeder) {
  feeder.elements.documents.addEventListener("change", nameWhatLiesIn);
  takeDrops();
  emptyWhatWasSent();
}
