// Everything works without this file. It makes the same pages quicker to use. What only some pages need is loaded there.
import { createAll, initAll } from "./govuk-frontend.min.js";
import { tidyDevice } from "./tidy.js";

// On a slow line somebody has gone to a box already, or chosen a file: the keys stay there, and the file is named.
initAll({ errorSummary: { disableAutoFocus: document.activeElement !== document.body } });
for (const box of document.querySelectorAll("input[type=file]")) {
  if (box.files.length) box.dispatchEvent(new Event("change"));
}
tidyDevice();

// Each by itself: one that never comes, for the line was gone, takes nothing else with it.
async function bring(wanted, script, use) {
  const found = [...document.querySelectorAll(wanted)];
  if (found.length) await script().then((came) => use(came, found), () => {});
}
bring('[data-module="moj-sortable-table"]', () => import("./moj-sortable-table.js"), ({ SortableTable }) => createAll(SortableTable));
bring("[data-progress]", () => import("./progress.js"), ({ followProgress }, runs) => runs.forEach((run) => followProgress(run)));
if (navigator.clipboard) bring("[data-copy]", () => import("./copy.js"), ({ copyWords }, words) => copyWords(words));
bring("[data-aloud]", () => import("./aloud.js"), ({ readAloud }, lines) => readAloud(lines));

// Later, so that neither takes anything from the page that somebody came to read.
const { session, signIn, signOut, worker } = document.querySelector(".alongside-header").dataset;
const A_WHILE = 30000;
function watchTime() {
  import("./time-out.js").then(
    ({ TimeOut }) => new TimeOut({ session, signIn, signOut }).look(),
    () => setTimeout(watchTime, A_WHILE), // no signal now: a page that nobody watched would stay uncovered
  );
}
if (session) setTimeout(watchTime, A_WHILE);
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
