// A supervision that is finished: on the device first, then sent under the key of its press, as often as it takes.
import { ask } from "./ask.js";
import * as device from "./device.js";

export const FORMS = { shared: "supervision-shared", two: "supervision-two" }; // the kinds of draft that one finish takes
const REFUSALS = [400, 404, 409];
const FLAG = "alongside.finished"; // there is something to send: app.js need not open the device to know

export async function finish(owner, about, facts) {
  await device.keepFinish(owner, about, facts);
  localStorage.setItem(FLAG, "1");
}

// Sends what waits of `owner`: of who was here last, where no page knows who finished. Answers, for each, { about, outcome,
// address, answer }; outcome is "sent", "no signal", "signed out", "somebody else", "conflict" or "refused".
export async function sendFinished(authority, owner) {
  owner ??= await device.whoIsHere(authority);
  const waiting = owner ? await device.finishes(owner) : [];
  const outcomes = [];
  for (const each of waiting) {
    if (each.authority === authority) outcomes.push({ about: each.about, pages: each.pages, ...(await sendOne(owner, each)) });
  }
  if (!(await device.anythingFinished())) localStorage.removeItem(FLAG);
  return outcomes;
}

// From whichever page somebody is on: what was finished without signal goes, and they are told.
export async function sendWaiting(authority) {
  const who = await ask(`${authority}drafts/token/`);
  if (who.status !== 200) return;
  await device.somebodyIsHere(authority, who.body.owner);
  for (const { outcome, address, pages } of await sendFinished(authority)) {
    if (outcome === "sent") tell("A supervision that you finished without signal has been sent. ", "Open the record", address);
    else if (outcome !== "no signal") tell("A supervision that you finished without signal is still on this device, and stays until it is sent. ", "Open it", `${pages}two/`);
  }
}

// Above everything else on the page; in `line`, where it has been said before.
export function tell(text, more, address, line = document.createElement("p")) {
  line.className = "govuk-inset-text";
  line.setAttribute("role", "status");
  line.hidden = !text;
  if (!line.isConnected) document.querySelector("main").prepend(line);
  setTimeout(() => { // words that change are read out, words that were there are not
    line.textContent = text;
    if (more) line.append(Object.assign(document.createElement("a"), { className: "govuk-link", href: address, textContent: more }));
  }, 100);
  return line;
}

async function sendOne(owner, waiting) {
  const { about, address, token, body, pages } = waiting;
  try {
    const who = await ask(token);
    if (who.status === 401) return { outcome: "signed out" };
    if (who.body.owner !== owner) return { outcome: "somebody else" };
    const sent = await ask(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": who.body.token },
      body: JSON.stringify(body),
    });
    if (sent.status === 401) return { outcome: "signed out" };
    if (sent.status === 409 && sent.body.error === "conflict") return { outcome: "conflict", answer: sent.body };
    if (sent.status !== 200) {
      if (REFUSALS.includes(sent.status)) await device.noteRefused(owner, about); // a fault on the way is no answer
      return { outcome: "refused", answer: sent.body };
    }
    const { more, stamps } = await typedSince(owner, waiting);
    if (more) {
      await device.keepFinish(owner, about, more); // before it is sent, as every finish
      return sendOne(owner, more);
    }
    await device.dropFinish(owner, about);
    for (const [form, stamp] of Object.entries(stamps)) await device.forget(owner, form, about, stamp);
    await device.forgetPages(owner, pages);
    return { outcome: "sent", address: sent.body.address };
  } catch {
    return { outcome: "no signal" };
  }
}

// What was typed in another window after somebody had finished is a press of its own, which stands beside the record.
async function typedSince(owner, waiting) {
  const sent = { ...waiting.sent };
  const [words, stamps] = [{}, {}];
  for (const [part, form] of Object.entries(FORMS)) {
    const known = [...(sent[part] ?? []), ...(waiting.body[part]?.words ?? [])];
    const entry = await device.read(owner, form, waiting.about);
    const more = (entry ? device.allWords(entry) : []).filter((pair) => !known.some((each) => device.same(each, pair)));
    words[part] = more.length ? { words: more, revision: entry.revision } : null;
    sent[part] = known;
    stamps[form] = entry?.stamp;
  }
  if (!words.shared && !words.two) return { stamps };
  return { stamps, more: { ...waiting, sent, body: { ...waiting.body, ...words, key: crypto.randomUUID() } } };
}
