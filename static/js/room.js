// In the room: who is there, what is said, reading it back; then just the two of us, and finishing. Each step is here on
// the page, so that none needs signal. Server side: supervision/views/room.py.
import "./drafts.js";
import * as device from "./device.js";
import { FORMS, finish, sendFinished } from "./finish.js";
import { putBeside } from "./late.js";
import { keep, take } from "./take.js";

const RETRY = 20000;

const room = document.querySelector("[data-room]");
const form = room.querySelector("form[data-draft]");
const { kept } = form;
const shared = room.dataset.page.replace(/two\/$/, ""); // the address of the part that the school sees
kept.whenGone = sendLate;
const early = holdPresses();
await form.isReady;

if (form.dataset.taken === undefined) takeAlong();
if (room.dataset.room === "shared") new Shared(room, form);
else new Two(room, form);
room.dataset.ready = "";
early.pressAgain();

// These buttons do something else here than without scripts: one that is pressed too soon is pressed again when it can.
function holdPresses() {
  let pressed = null;
  function hold(event) {
    if (!["read", "left", "finish"].includes(event.submitter?.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = event.submitter;
  }
  form.addEventListener("submit", hold, true);
  function pressAgain() {
    form.removeEventListener("submit", hold, true);
    pressed?.click();
  }
  return { pressAgain };
}

// The page of an open draft is on the device from the start: a reload without signal finds it.
async function takeAlong() {
  try {
    await keep(kept.owner, location.pathname, document);
    if (room.dataset.two) await take(kept.owner, [room.dataset.two]);
  } catch {
    // A browser that keeps nothing: the line under the title says so already.
  }
}

function show(element, isShown) {
  if (element) element.hidden = !isShown;
}

// Somebody who is about to type there keeps the box.
function hasCursor(element) {
  return element.contains(document.activeElement);
}

function Actions(room, form) {
  const rows = [...room.querySelectorAll("[data-room-row]")];
  const text = (row) => row.querySelector("input[type=text], input:not([type])");
  const isEmpty = (row) => !text(row).value.trim();
  const lastFilled = rows.findLastIndex((row) => !isEmpty(row));
  rows.forEach((row, place) => show(row, place <= Math.max(lastFilled, 0) || hasCursor(row)));
  for (const button of room.querySelectorAll("[data-room-action]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const row = rows.find((each) => isEmpty(each)) ?? rows.at(-1);
      show(row, true);
      text(row).focus();
    });
  }
}

function Shared(room, form) {
  const steps = Object.fromEntries([...room.querySelectorAll("[data-room-step]")].map((e) => [e.dataset.roomStep, e]));
  const start = room.querySelector("[data-room-start]");
  const hasBegun = hasCursor(steps.talk) || kept.words().some(([name, value]) => name !== "school-person" && /^(young|service|action|promise|sort|said)/.test(name) && value && !/-(due|until)$/.test(name));

  function step(name) {
    show(steps.who, name === "who");
    show(steps.talk, name === "talk");
    show(steps.read, name === "read");
    show(start, name === "who");
    room.dataset.step = name;
  }

  start.addEventListener("click", () => {
    sessionStorage.setItem(`room ${kept.about}`, new Date().toISOString());
    step("talk");
    steps.talk.querySelector("h2").scrollIntoView();
  });
  Actions(room, form);
  const sorts = [...room.querySelectorAll("[data-room-sort]")];
  const filled = () => sorts.findLastIndex((line) => line.querySelector("input[type=text], input:not([type])")?.value.trim());
  const showSorts = () => sorts.forEach((line, place) => show(line, place <= filled() + 1 || hasCursor(line)));
  form.addEventListener("input", showSorts);
  showSorts();

  const here = room.querySelector("[data-room-here]");
  show(here, true);
  here.querySelector("button").addEventListener("click", () => step("who"));
  const readButton = form.querySelector("button[value=read]");
  readButton.type = "button";
  readButton.addEventListener("click", async () => {
    await kept.keep();
    fillReading(room, form);
    step("read");
    steps.read.querySelector("h2").focus();
    scrollTo(0, 0);
  });
  room.querySelector("[data-room-back]").addEventListener("click", () => step("talk"));
  const left = room.querySelector("[data-room-left]");
  left.type = "button";
  left.addEventListener("click", async () => {
    if (await kept.settled()) return location.assign(room.dataset.two);
    step("talk");
    kept.conflict.scrollIntoView(); // two typings of these words: choose first
  });
  const nameSchool = () => {
    const chosen = form.querySelector("input[name=school-person]:checked");
    const typed = form.elements["school-name"]?.value.trim();
    const label = chosen && form.querySelector(`label[for="${chosen.id}"]`)?.textContent.trim().split(",")[0];
    const name = chosen?.value === "other" ? typed || "Somebody else" : label;
    const isHere = chosen?.value !== "none";
    const others = [...room.querySelectorAll(".alongside-room__people li")].map((each) => each.firstChild.textContent.trim());
    here.querySelector("span").textContent = [...others, isHere ? name : "nobody for the school"].filter(Boolean).join(", ");
    if (name && isHere) left.textContent = `${name} has left the room`;
    if (!isHere) left.textContent = "Go on, just the two of us";
    for (const box of form.querySelectorAll("input[type=radio][value=school]")) {
      const words = form.querySelector(`label[for="${box.id}"]`);
      if (words && name && isHere) words.textContent = name;
      box.closest(".govuk-radios__item").hidden = !isHere;
    }
    show(room.querySelector("[data-room-part=school]"), isHere);
    const tick = form.querySelector("label[for$=said-school]");
    if (tick && name && isHere) tick.textContent = `${name}: that is what we said`;
  };
  form.addEventListener("change", nameSchool);
  nameSchool();
  step(hasBegun ? "talk" : "who");
}

// What stands in the boxes, in large type, in the order of the page.
function fillReading(room, form) {
  const words = room.querySelector("[data-room-words]");
  words.replaceChildren();
  const add = (tag, text, className = "") => words.append(Object.assign(document.createElement(tag), { textContent: text, className }));
  for (const part of room.querySelectorAll("[data-room-step=talk] > section")) {
    const lines = linesOf(part, form);
    if (lines.length) {
      add("h3", part.querySelector("h2").textContent, "govuk-heading-m");
      for (const line of lines) add("p", line, "govuk-body-l");
    }
  }
  if (!words.children.length) add("p", "Nothing has been typed yet.", "govuk-body-l");
}

function linesOf(part, form) {
  const lines = [];
  const groups = part.querySelectorAll(".alongside-room__line, details, [data-room-sort], [data-room-row]");
  for (const group of groups.length ? groups : [part]) {
    const said = [];
    for (const box of group.querySelectorAll("input, textarea, select")) {
      const label = form.querySelector(`label[for="${box.id}"]`)?.textContent.trim() ?? "";
      if (box.type === "radio" || box.type === "checkbox") {
        if (box.checked) said.push(label);
      } else if (box.type === "date") {
        const isMeant = group.querySelector("input[type=text]")?.value.trim() || said.some((line) => line.startsWith("Not yet"));
        if (box.value && isMeant) said.push([said.pop(), `by ${new Date(box.value).toLocaleDateString("en-GB", { day: "numeric", month: "long" })}`].filter(Boolean).join(", "));
      } else if (box.value.trim()) {
        said.push(box.tagName === "TEXTAREA" ? `${label}: ${box.value.trim()}` : box.tagName === "SELECT" ? `${box.value} of 10` : box.value.trim());
      }
    }
    if (said.length) {
      const about = group.querySelector(".alongside-room__said, summary strong")?.textContent.trim().replace(/\s+/g, " ");
      lines.push([about, said.join(". ")].filter(Boolean).join(": "));
    }
  }
  return lines;
}

// What a finish sends: both parts as they lie on this device. Nothing where two windows of it differ: a finish would take
// one of them, and nobody has said which.
async function factsOf(key) {
  const parts = {};
  for (const [part, draft] of Object.entries(FORMS)) {
    const entry = await device.read(kept.owner, draft, kept.about);
    if (entry?.others.length) return undecided(draft === kept.kind);
    parts[part] = entry ? { words: entry.words, revision: entry.revision } : null;
    if (kept.isFull && draft === kept.kind) parts[part] = { words: kept.words(), revision: kept.revision };
  }
  const now = new Date().toISOString();
  return {
    address: room.dataset.finish,
    authority: kept.authority,
    token: form.dataset.token,
    pages: shared,
    body: { ...parts, owner: kept.owner, key, started_at: sessionStorage.getItem(`room ${kept.about}`) ?? now, finished_at: now },
  };
}

function undecided(isHere) {
  for (const button of form.querySelectorAll("button:disabled")) button.disabled = false;
  if (isHere) return kept.say("unsaved", "Not finished: these words were changed in two windows on this device. Choose below which to keep.");
  kept.say("unsaved", "Not finished: the other part was changed in two windows on this device. ", { text: "Choose which to keep, then finish again", href: shared });
}

// Finished on another device meanwhile: these words go beside its record.
async function sendLate() {
  const place = { owner: kept.owner, about: kept.about, finish: room.dataset.finish, token: form.dataset.token, pages: shared };
  const { outcome, address } = await putBeside(place, kept.isFull ? { [kept.kind]: kept.words() } : {});
  if (outcome === "no signal") throw new Error(outcome); // drafts.js tries again
  if (outcome !== "sent" && outcome !== "said") return;
  kept.isStopped = true;
  for (const box of form.elements) box.disabled = true;
  const where = outcome === "sent" ? "Your words stand beside its record. " : "Your words are in its record. ";
  kept.say("saved", `This supervision has been finished already. ${where}`, { text: "Open the record", href: address });
}

function Two(room, form) {
  const begun = `room ${kept.about}`; // between two it begins here
  if (!sessionStorage.getItem(begun)) sessionStorage.setItem(begun, new Date().toISOString());
  Actions(room, form);
  const button = form.querySelector("button[value=finish]");
  button.type = "button";
  button.addEventListener("click", async () => {
    button.disabled = true;
    await kept.settled();
    const facts = await factsOf(form.elements.key.value);
    if (!facts) return;
    try {
      await finish(kept.owner, kept.about, facts);
    } catch {
      button.disabled = false;
      return kept.say("unsaved", "Not finished: this device is full. Copy your words somewhere safe before you close this page.");
    }
    kept.isStopped = true;
    for (const box of form.elements) box.disabled = true;
    send();
  });
  addEventListener("online", () => button.disabled && send());

  async function send() {
    kept.say("device", "Finished on this device. Sending ...");
    const mine = (await sendFinished(kept.authority, kept.owner)).find(({ about }) => about === kept.about);
    if (mine?.outcome === "sent") return location.assign(mine.address);
    if (mine?.outcome === "conflict") return conflict(mine.answer);
    if (mine?.outcome === "refused") {
      for (const box of form.elements) box.disabled = false;
      const why = mine.answer.sentence ?? "this supervision is not yours to write any more. Ring whoever has it now.";
      return kept.say("unsaved", `Not finished: ${why} Your words stay on this device: copy them somewhere safe.`);
    }
    if (mine?.outcome === "signed out") {
      kept.say("device", "Finished on this device, not yet sent. You are signed out. ", {
        text: "Sign in again in a new tab, then come back here",
        href: `${form.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`,
      });
    } else if (mine?.outcome === "somebody else") {
      return kept.say("device", "Finished on this device. It is sent when the person who finished it signs in here.");
    } else {
      kept.say("device", "Finished on this device, not yet sent. It sends itself when there is signal, and stays here until then. You may close it.");
    }
    setTimeout(send, RETRY);
  }

  // Typed on another device meanwhile: nothing is finished until somebody has seen both.
  async function conflict({ form: which, words, revision }) {
    await device.dropFinish(kept.owner, kept.about);
    for (const box of form.elements) box.disabled = false;
    kept.isStopped = false;
    button.disabled = false;
    if (which === FORMS.two) {
      kept.theirs = revision;
      kept.ask(words, "on another device since");
    } else {
      kept.say("unsaved", "Not finished: what all three said was changed on another device. ", {
        text: "See both, then finish again",
        href: shared,
      });
    }
  }
}
