// Arrow keys in popover menus; everything else is the browser's own.
function items(menu) {
  return [...menu.querySelectorAll(".menu-item:not([disabled])")];
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open");
  if (!menu) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (goal === undefined || all.length === 0) return;
  event.preventDefault();
  all[(goal + all.length) % all.length].focus();
});

document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.(".menu")) return;
    const opener = document.querySelector(`[popovertarget="${event.target.id}"]`);
    opener?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") items(event.target)[0]?.focus({ preventScroll: true });
  },
  true,
);

// Choosing closes the menu.
document.addEventListener("click", (event) => {
  event.target.closest?.(".menu-item")?.closest(".menu:popover-open")?.hidePopover();
});
