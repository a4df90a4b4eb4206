// "Take with me": pages are kept on this device as they are drawn, encrypted with the key of whoever took them.
import * as device from "./device.js";

// The whole pages at these addresses. Answers those that could not be kept.
export async function take(owner, addresses) {
  const failed = [];
  for (const address of addresses) {
    try {
      await takeOne(owner, address);
    } catch {
      failed.push(address);
    }
  }
  return failed;
}

async function takeOne(owner, address) {
  const answer = await fetch(address, { cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  await keep(owner, address, new DOMParser().parseFromString(await answer.text(), "text/html"));
}

// This page, as it came.
export async function keep(owner, path, page) {
  const scripts = [...page.querySelectorAll("script[type=module][src]")];
  const names = scripts.map(({ src }) => new URL(src, location.href).pathname.split("/").pop().split(".")[0]);
  const html = page.querySelector("main").innerHTML;
  await device.keepPage(owner, new URL(path, location.href).pathname, { title: page.title, html, scripts: names });
}

for (const block of document.querySelectorAll("[data-take-with-me]")) offer(block);

function offer(block) {
  const { owner, authority, worker, pages } = block.dataset;
  const button = block.querySelector("button");
  const line = block.querySelector("[role=status]");
  block.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    line.textContent = "Taking it along ...";
    try {
      await navigator.serviceWorker.register(worker);
      await navigator.serviceWorker.ready;
      await device.somebodyIsHere(authority, owner);
      const failed = await take(owner, JSON.parse(pages));
      if (failed.length) throw new Error("not all");
      const until = new Date(Date.now() + 14 * 24 * 60 * 60 * 1000);
      const day = until.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
      line.textContent = `It is on this device. You can work without signal until ${day}.`;
    } catch {
      line.textContent = "It could not be taken along: there is no signal, or this device is full. Try again.";
      button.disabled = false;
    }
  });
}
