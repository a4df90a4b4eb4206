// Words that lie on this device unsent while their supervision has been finished elsewhere: typed without signal, in two
// windows that differ, or in a question that nobody answered. Nobody is asked any more: all of it goes beside the record,
// from the room that is open still, or from the record's page. Server side: supervision/actions/late.py.
import { ask } from "./ask.js";
import * as device from "./device.js";
import { FORMS, tell } from "./finish.js";

const RETRY = 20000;
const OPEN_STILL = 30000; // the page where they are typed may be about to send them
const YOURS = "Words that you typed on this device are not in this record";
const SAYS = {
  "no signal": `${YOURS} yet. There is no signal: they are sent when there is.`,
  "signed out": `${YOURS} yet. You are signed out. They are sent when you have signed in again.`,
  refused: `${YOURS}, and could not be put beside it. They stay on this device.`,
  sent: "Words that you had typed on this device stand beside this record now. ",
};

// Sends what lies here of one supervision, for whoever is signed in. `place` is { about, finish, token, pages }, and
// `owner` where the page knows who typed; `typed` are words that a full device has not taken: { form: words }.
// Answers { outcome, address }: "nothing" (none is theirs), "said" (the record says all of it), "sent", "no signal",
// "signed out" or "refused". What has arrived goes from the device, and nothing else.
export async function putBeside(place, typed = {}) {
  const here = (await device.lying()).filter(({ form, about }) => about === place.about && Object.values(FORMS).includes(form));
  if (!here.length && !Object.keys(typed).length) return { outcome: "nothing" };
  try {
    const who = await ask(place.token);
    if (who.status !== 200) return { outcome: "signed out" };
    if (place.owner && place.owner !== who.body.owner) return { outcome: "nothing" };
    return await putTheirs(who.body, place, typed);
  } catch {
    return { outcome: "no signal" };
  }
}

async function putTheirs({ owner, token }, { about, finish, pages }, typed) {
  const [parts, stamps] = [{}, {}];
  for (const [part, form] of Object.entries(FORMS)) {
    const entry = await device.read(owner, form, about);
    const words = [...(entry && isUnsent(entry) ? device.allWords(entry) : []), ...(typed[form] ?? [])];
    parts[part] = words.length ? { words, revision: entry?.revision ?? 0 } : null;
    stamps[form] = entry?.stamp;
  }
  let answer = { outcome: "nothing" };
  if (parts.shared || parts.two) {
    const now = new Date().toISOString();
    const sent = await ask(finish, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ ...parts, owner, late: true, key: crypto.randomUUID(), started_at: now, finished_at: now }),
    });
    if (sent.status !== 200) return { outcome: sent.status === 401 ? "signed out" : "refused" };
    answer = { outcome: sent.body.beside ? "sent" : "said", address: sent.body.address };
  }
  for (const [form, stamp] of Object.entries(stamps)) await device.forget(owner, form, about, stamp);
  await device.forgetPages(owner, pages);
  return answer;
}

// On the page that somebody comes to first: where words of theirs lie that no page sends, until they open it.
export async function tellOfUnsent(authority) {
  const waiting = (await device.lying()).filter(isUnsent);
  if (!waiting.length) return localStorage.removeItem(device.UNSENT);
  const { status, body } = await ask(`${authority}drafts/token/`);
  if (status !== 200) return;
  await device.somebodyIsHere(authority, body.owner);
  const finished = (await device.finishes(body.owner)).map(({ about }) => about); // finish.js sends these, and tells of them
  const isTold = ({ owner, page, about, at }) =>
    owner === body.owner && page.startsWith(authority) && !finished.includes(about) && Date.now() - at > OPEN_STILL;
  const records = new Map(waiting.filter(isTold).map((each) => [each.about === "new" ? each.form : each.about, each]));
  for (const { page, at } of records.values()) {
    const day = new Date(at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
    tell(`Words that you typed on ${day} are still on this device, not yet sent. `, "Open them", page);
  }
}

const isUnsent = ({ sent, others }) => !sent || others?.length > 0;

function follow(page) {
  let [said, isBusy, line, retry] = ["", false];
  async function look() {
    if (isBusy) return;
    isBusy = true;
    clearTimeout(retry);
    const { outcome, address } = await putBeside(page.dataset).finally(() => (isBusy = false));
    if (outcome === "no signal") retry = setTimeout(look, RETRY);
    const says = SAYS[outcome] ?? "";
    if (says === said || (!says && !line)) return;
    said = says;
    line = tell(says, outcome === "sent" && "Show them", address, line); // the same page, drawn anew
  }
  const looks = () => look().catch(() => {}); // a browser that keeps nothing has no words
  addEventListener("online", looks);
  addEventListener("focus", looks);
  looks();
}

for (const page of document.querySelectorAll("[data-late]")) follow(page);
