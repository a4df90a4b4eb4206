// Everything works without this file. It makes the same pages quicker to use. What only some pages need is loaded there.
import { createAll, initAll } from "./govuk-frontend.min.js";
import { holdWithoutSignal } from "./signal.js";
import { tidyDevice } from "./tidy.js";

initAll();
holdWithoutSignal();
tidyDevice();

if (document.querySelector('[data-module="moj-sortable-table"]')) {
  const { SortableTable } = await import("./moj-sortable-table.js");
  createAll(SortableTable);
}

const runs = document.querySelectorAll("[data-progress]");
if (runs.length) {
  const { followProgress } = await import("./progress.js");
  runs.forEach(followProgress);
}

const words = document.querySelectorAll("[data-copy]");
if (words.length && navigator.clipboard) {
  const { copyWords } = await import("./copy.js");
  copyWords(words);
}

const lines = document.querySelectorAll("[data-aloud]");
if (lines.length) {
  const { readAloud } = await import("./aloud.js");
  readAloud(lines);
}

// Later, so that neither takes anything from the page that somebody came to read.
const { session, signIn, signOut, worker } = document.querySelector(".alongside-header").dataset;
if (session) {
  setTimeout(async () => {
    const { TimeOut } = await import("./time-out.js");
    new TimeOut({ session, signIn, signOut }).look();
  }, 30000);
}
const authority = worker?.replace(/sw\.js$/, "");
// What was finished without signal, and has no page any more that sends it (finish.js).
async function sendFinished() {
  if (!localStorage.getItem("alongside.finished")) return;
  const { sendWaiting } = await import("./finish.js");
  await sendWaiting(authority).catch(() => {}); // no signal: the next page, or the line that comes back
}
// What was typed and never sent, on the page that everybody comes to (late.js).
async function tellOfUnsent() {
  if (!location.pathname.startsWith(`${authority}home/`) || !localStorage.getItem("alongside.unsent")) return;
  const late = await import("./late.js");
  await late.tellOfUnsent(authority).catch(() => {});
}
if (session && worker) {
  sendFinished();
  tellOfUnsent();
  if (!document.querySelector("[data-room=two]")) addEventListener("online", sendFinished); // that page sends what it finished
}
if (worker && "serviceWorker" in navigator) setTimeout(() => navigator.serviceWorker.register(worker), 10000);
