// Who else looks at the thread, and who is replying. Both fade when nothing more is heard.
import { on, say } from "../live.js";
import { box, composer, me, openId, when, words } from "./page.js";

const FADES = 6000;
const SAY_EVERY = 3000;
const names = new Map();
const typing = new Map();
let saidAt = -Infinity;

async function learn(id) {
  const answer = await fetch(`/conversations/${id}/people`, { headers: { Accept: "application/json", "Homeroom-Background": "1" } });
  if (answer.ok) for (const { id: number, name } of await answer.json()) names.set(number, name);
}

on("presence", async ({ conversation_id: id, looking }) => {
  if (id !== openId()) return;
  const others = looking.filter((number) => number !== me());
  if (others.some((number) => !names.has(number))) await learn(id);
  const place = document.getElementById("presence");
  const known = others.map((number) => names.get(number)).filter(Boolean);
  if (place && id === openId()) place.textContent = known.length ? words(known.length > 1 ? "looking-many" : "looking", { names: known.join(", ") }) : "";
});

function show() {
  const place = document.getElementById("typing");
  if (!place) return;
  const now = performance.now();
  for (const [name, { until }] of typing) if (until < now) typing.delete(name);
  place.textContent = [...typing].map(([name, { note }]) => words(note ? "noting" : "typing", { name })).join(" · ");
}
setInterval(show, 1000);

on("typing", ({ conversation_id: id, name, note }) => {
  if (id !== openId()) return;
  typing.set(name, { note, until: performance.now() + FADES });
  show();
});
on("message:new", ({ conversation_id: id }) => {
  if (id !== openId()) return;
  typing.clear();
  show();
});
when("thread", () => {
  typing.clear();
  show();
});

document.addEventListener("input", (event) => {
  if (event.target !== box() || performance.now() - saidAt < SAY_EVERY || !event.target.value.trim()) return;
  saidAt = performance.now();
  say("typing", { conversation: openId(), note: composer().elements.mode.value === "note" });
});
