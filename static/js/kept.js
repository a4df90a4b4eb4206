// On the page that says "No signal": the page that was asked for, where its reader took it along on this device.
import * as device from "./device.js";
import "./signal.js";

const shell = document.querySelector("[data-kept-shell]");
if (shell) show(shell);

async function show(shell) {
  const { authority } = shell.dataset;
  const owner = await device.whoIsHere(authority);
  const page = owner && (await device.readPage(owner, location.pathname));
  if (!page) {
    shell.dataset.keptShell = "nothing";
    return;
  }
  document.title = page.title;
  const main = document.querySelector("main");
  main.innerHTML = page.html; // our own page, as our server drew it
  for (const form of main.querySelectorAll("form[data-draft]")) form.dataset.taken = "";
  for (const each of main.querySelectorAll("[data-taken-at]")) {
    each.textContent = `No signal. This is the page as it was on ${new Date(page.at).toLocaleString("en-GB")}.`;
  }
  if (page.scripts.includes("room")) await import("./room.js");
  else if (page.scripts.includes("drafts")) await import("./drafts.js");
}
