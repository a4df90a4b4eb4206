// Follows a run: asks for the same page again and puts its progress in place of the old, so that nobody has to reload
// and the keyboard stays where it was. Stops when the run is finished, and asks less often when the line is bad.
const EVERY = 2000;
const SELDOM = 30000;

export function followProgress(run) {
  if (run.dataset.progress === "finished") return;
  let wait = EVERY;

  async function ask() {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
        if (!answer.ok) throw new Error(`${answer.status}`);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(run.id);
        if (!fresh) return;
        replace(run, fresh);
        if (fresh.dataset.progress === "finished") {
          location.reload(); // the rest of the page has more to say now: failures, the print pack
          return;
        }
        wait = EVERY;
      } catch {
        wait = Math.min(wait * 2, SELDOM);
      }
    }
    setTimeout(ask, wait);
  }

  setTimeout(ask, wait);
}

// Only what changed is touched: the line with role=status is read out when its words change, and only then.
function replace(run, fresh) {
  for (const part of run.querySelectorAll("[data-part]")) {
    const now = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!now) continue;
    if (part instanceof HTMLProgressElement) {
      part.value = now.value;
      part.max = now.max;
    } else if (part.textContent !== now.textContent) {
      part.textContent = now.textContent;
    }
  }
}
