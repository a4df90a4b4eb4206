// What other pages do for words kept on this device: forget what has arrived and what is old, and who was here when
// somebody signs in or out. Loads the rest only when there is something to do.
const A_DAY = 24 * 60 * 60 * 1000;

export async function tidyDevice() {
  const done = document.cookie.match(/(?:^|; )draft_done=([\w-]+)\.([\w-]+)/);
  // Signing in and out; and the questions of whom this device was handed to, whom nothing of the worker's may be shown.
  const isDoor = /^\/accounts\/(login|logout)\/|^\/[^/]+\/q\//.test(location.pathname);
  if (!done && !isDoor && Date.now() - Number(localStorage.getItem("tidied")) < A_DAY) return;
  const device = await import("./device.js").catch(() => null);
  if (!device) return; // the signal went before it came: the next page tidies
  if (isDoor) await device.nobodyIsHere();
  if (done) {
    await device.forgetRecord(done[1], done[2]);
    document.cookie = `draft_done=; max-age=0; path=/${location.pathname.split("/")[1]}/`;
  }
  await device.forgetOld();
  localStorage.setItem("tidied", Date.now());
}
