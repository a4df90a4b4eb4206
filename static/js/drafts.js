// Long forms keep what is typed: on the device first, encrypted, then on the server as soon as it can be reached. The
// line under the title says where the words are, and never more than is true. Server side: teams/views/drafts.py.
import { ask } from "./ask.js";
import { NOT_WORDS, inWords, isText, isTyped, labelOf, together, valuesOf } from "./boxes.js";
import * as device from "./device.js";

const PAUSE = 300; // milliseconds after a key, also while somebody types on: with the writing, half a second is all that a dead battery takes
const SOONEST = 2000;
const LATEST = 60000;
const LONGEST_SETTLING = 3000;
const SEND_EVERY = 1500; // at most, while somebody types on

const SAVED = "Saved";
const ON_DEVICE = "Saved on this device, not yet sent";
const FULL = "Not saved: this device is full. Copy your words somewhere safe before you close this page";
const HERE = "in another window on this device";
const CHANGED = "Not saved: these words were changed in two places. Choose below which to keep.";

class KeptForm {
  constructor(form) {
    this.form = form;
    Object.assign(this, {
      kind: form.dataset.draft,
      about: form.dataset.about,
      owner: form.dataset.owner,
      authority: form.dataset.authority,
      revision: Number(form.dataset.revision || 0),
      stamp: null, // of the last write of this window
      tab: crypto.randomUUID(),
      typed: 0, // keys and choices so far, and how many of them the device has
      keptUpTo: 0,
      known: new Set(), // stamps of what has been seen in this window
      wait: SOONEST,
      isSending: false,
      isAsking: false,
      isReleased: false,
      isStopped: false,
      isFull: false,
      isPressed: false,
      lastSend: 0,
    });
    this.drawn = this.asDrawn();
    this.line = document.getElementById("saved-line");
    this.conflict = document.getElementById("draft-conflict");
    if (form.dataset.taken !== undefined) this.conflict.hidden = true; // it may have been taken along with a question on it
  }

  async start() {
    try {
      await this.begin();
    } catch {
      this.say("unsaved", "Not saved: this browser keeps nothing on the device. Send the form before you leave this page.");
    }
  }

  async begin() {
    await device.forgetOld();
    if (this.form.dataset.offline !== undefined && !(await this.becomeKnown())) return;
    await device.somebodyIsHere(this.authority, this.owner);
    const entry = await device.read(this.owner, this.kind, this.about);
    const early = this.typedSinceDrawn();
    this.listen(); // what was typed before this line is in `early`, and what comes after it is heard
    const isTouched = !device.same(this.words(), this.drawn);
    if (entry) await this.restore(entry, early);
    if (early.length || (isTouched && !entry)) await this.keep();
  }

  // A page without signal knows neither record nor person: the device knows who was here last, and what they typed.
  async becomeKnown() {
    this.owner = await device.whoIsHere(this.authority);
    const entry = this.owner && (await device.readAt(this.owner, location.pathname));
    if (!entry) {
      this.say("unsaved", "Not saved: there are no words of yours for this page on this device. Open it again with signal.");
      for (const box of this.form.elements) box.disabled = true;
      return false;
    }
    Object.assign(this, { kind: entry.form, about: entry.about, revision: entry.revision });
    return true;
  }

  listen() {
    this.form.addEventListener("input", () => {
      this.typed += 1;
      this.say("device", "Saving");
      this.pause ??= setTimeout(() => this.keep(), PAUSE);
    });
    this.form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("online", () => this.sendNow());
    addEventListener("focus", () => this.sendNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.pause) this.keep();
    });
  }

  // `early` was typed before this script had come, or the device had answered.
  async restore(entry, early) {
    this.stamp = entry.stamp;
    this.known.add(entry.stamp);
    const isOffline = this.form.dataset.offline !== undefined || this.form.dataset.taken !== undefined;
    if (isOffline) this.setRevision(entry.revision);
    if (entry.others.length) {
      this.fill(entry.words, early);
      this.setRevision(entry.revision); // what came elsewhere since is asked about next
      this.ask(entry.others[0].words, HERE, entry.others[0].stamp);
    } else if (entry.sent && !isOffline) {
      if (entry.revision <= this.revision || !this.revision) return; // the page came with these words or newer ones
      this.fill(entry.words, early); // it was drawn before they had arrived
      this.setRevision(entry.revision);
    } else if (isOffline || entry.revision === this.revision) {
      this.fill(entry.words, early);
      if (early.length) return;
      this.say("device", ON_DEVICE);
      await this.send();
    } else if (!device.same(entry.words, this.drawn)) {
      this.fill(entry.words, early);
      // Until somebody has chosen, these words stand on what they were typed on: asked again, wherever they are opened.
      this.theirs = this.revision;
      this.setRevision(entry.revision);
      this.ask(this.drawn, "somewhere else since");
    } else {
      await device.arrived(this.owner, this.kind, this.about, entry.stamp, this.revision); // and nobody had heard of it
    }
  }

  typedSinceDrawn() {
    const drawn = new Set(this.drawn.map((pair) => JSON.stringify(pair)));
    return this.words().filter((pair) => pair[1] && !drawn.has(JSON.stringify(pair)));
  }

  // On this device. Returns false when even that is not possible.
  async keep() {
    clearTimeout(this.pause);
    this.pause = null;
    if (this.isStopped) return false;
    const { owner, kind: form, about, revision, tab, known, typed } = this;
    const stamp = crypto.randomUUID();
    known.add(stamp);
    try {
      const other = await device.write({ owner, form, about, page: location.pathname, revision, stamp, tab, known }, this.words());
      Object.assign(this, { stamp, keptUpTo: typed });
      if (other) {
        this.ask(other.words, HERE, other.stamp);
        return true;
      }
      this.isFull = false;
      if (this.isAsking) this.say("unsaved", CHANGED);
      else if (this.hasAll()) this.say("device", ON_DEVICE);
    } catch {
      Object.assign(this, { isFull: true, keptUpTo: typed });
      this.say("unsaved", `${FULL}.`);
    }
    this.sendSoon();
    return true;
  }

  // Up to the last key. Until then no line says that it does, whatever an answer says of the words before.
  hasAll() {
    return this.keptUpTo === this.typed;
  }

  sendSoon() {
    const wait = this.lastSend + SEND_EVERY - Date.now();
    if (wait <= 0) this.send();
    else this.soon ??= setTimeout(() => this.send(), wait);
  }

  // Kept here on top of all that the server has answered, and nothing on its way; a line may hang, so it waits a few
  // seconds at most. Returns false where two typings wait to be chosen from.
  async settled() {
    const end = Date.now() + LONGEST_SETTLING;
    let known;
    do {
      known = this.revision;
      await this.keep();
      while (this.isSending && Date.now() < end) await new Promise((go) => setTimeout(go, 50));
    } while (this.revision !== known && Date.now() < end);
    return !this.isAsking;
  }

  // To the server, when it can be. Answers "sent", or why not.
  async send() {
    if (this.isSending || this.isStopped || this.isAsking) return "busy";
    this.isSending = true;
    this.lastSend = Date.now();
    clearTimeout(this.retry);
    clearTimeout(this.soon);
    this.soon = null;
    try {
      return await this.trySending();
    } catch {
      this.later();
      return "no signal";
    } finally {
      this.isSending = false;
    }
  }

  async trySending() {
    const entry = this.isFull
      ? { words: this.words(), stamp: this.stamp, others: [] }
      : await device.read(this.owner, this.kind, this.about);
    if (!entry || entry.sent) return "sent";
    // Another window's has not seen what this one sent last, and would take its place.
    const isElsewhere = !this.known.has(entry.stamp) && !device.same(entry.words, this.words());
    const other = isElsewhere ? entry : entry.others[0];
    if (other && !this.isFull) {
      this.ask(other.words, HERE, other.stamp);
      return "conflict";
    }
    const who = await ask(this.form.dataset.token);
    if (who.status === 401) return this.signedOut();
    if (who.body.owner !== this.owner) return this.somebodyElse();
    const answer = await ask(`${this.form.dataset.drafts}${this.kind}/${this.about}/`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": who.body.token },
      body: JSON.stringify({ owner: this.owner, revision: this.revision, words: entry.words }),
    });
    if (answer.status === 401) return this.signedOut();
    if (answer.status === 403) return this.somebodyElse();
    if (answer.status === 409) {
      this.theirs = answer.body.revision;
      this.ask(answer.body.words, "somewhere else since");
      return "conflict";
    }
    if (answer.status === 404 || answer.status === 400) {
      this.say("unsaved", "Not saved: this form has been sent or changed. Copy your words and load the page again.");
      await this.whenGone?.();
      return "gone";
    }
    this.setRevision(answer.body.revision);
    this.refreshToken(who.body.token);
    if (!this.isFull) await device.arrived(this.owner, this.kind, this.about, entry.stamp, this.revision);
    this.wait = SOONEST;
    if (this.stamp === entry.stamp && this.hasAll()) this.say("saved", SAVED);
    else setTimeout(() => this.send(), 50);
    return "sent";
  }

  // Something has changed: signal, or somebody has come back to this window, perhaps from signing in.
  sendNow() {
    this.wait = SOONEST;
    this.send();
  }

  later() {
    this.retry = setTimeout(() => this.send(), this.wait);
    this.wait = Math.min(this.wait * 2, LATEST);
  }

  signedOut() {
    const then = this.isPressed ? ", then press again" : "";
    const way = {
      text: `Sign in again in a new tab${then}`,
      href: `${this.form.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`,
    };
    if (this.isFull) this.say("unsaved", `${FULL}. You are signed out. `, way);
    else if (this.hasAll()) this.say("device", `${ON_DEVICE}. You are signed out. `, way);
    this.later();
    return "signed out";
  }

  // Their words lie encrypted on this device until they come back. Whoever sits here now does not see them.
  somebodyElse() {
    this.isStopped = true;
    for (const box of this.form.elements) {
      if (isTyped(box)) box.value = "";
      box.disabled = true;
    }
    this.say("device", "Somebody else has signed in. What was typed here is kept for the person who typed it.");
    return "somebody else";
  }

  async submit(event) {
    if (this.isReleased) return;
    event.preventDefault();
    const { submitter } = event;
    await this.keep();
    while (this.isSending) await new Promise((go) => setTimeout(go, 50));
    this.isPressed = true;
    const outcome = await this.send();
    if (outcome === "no signal" && !this.isFull) {
      this.say("device", `${ON_DEVICE}. There is no signal: press again when there is.`);
    } else if (outcome === "sent" || this.isFull) {
      this.isReleased = true;
      this.form.requestSubmit(submitter);
    }
  }

  // Two typings of one form: both in full, and nothing is decided until somebody does. `stamp` is the other's on this device.
  ask(other, where, stamp) {
    this.isAsking = true;
    this.say("unsaved", CHANGED);
    const mine = valuesOf(this.words());
    const theirs = valuesOf(other);
    const template = this.conflict.querySelector("template");
    const rows = this.conflict.querySelector("[data-rows]");
    rows.replaceChildren();
    for (const name of new Set([...mine.keys(), ...theirs.keys()])) {
      const boxes = this.boxesOf(name);
      if (!boxes.length || device.same(mine.get(name) ?? [], theirs.get(name) ?? [])) continue;
      const row = template.content.cloneNode(true);
      row.querySelector("[data-label]").textContent = labelOf(boxes);
      row.querySelector("[data-mine]").textContent = inWords(boxes, mine.get(name)) || "Nothing";
      row.querySelector("[data-other]").textContent = inWords(boxes, theirs.get(name)) || "Nothing";
      rows.append(row);
    }
    this.conflict.querySelector("[data-where]").textContent = where;
    this.conflict.hidden = false;
    for (const button of this.conflict.querySelectorAll("button")) {
      button.onclick = () => this.settle(button.value, other, stamp);
    }
  }

  async settle(choice, other, stamp) {
    if (stamp) this.known.add(stamp); // and what the server has is another question
    else this.setRevision(this.theirs);
    if (choice === "other") this.fill(other);
    if (choice === "both") this.fill(this.joined(other));
    this.isAsking = false;
    this.conflict.hidden = true;
    await this.keep();
    this.form.querySelector("textarea, input:not([type=hidden])").focus();
  }

  boxesOf(name) {
    return [...this.form.elements].filter((box) => box.name === name && isTyped(box));
  }

  // Both: of words one behind the other, of ticks all, and of a choice or a day mine, for there is one only.
  joined(other) {
    const mine = valuesOf(this.words());
    const theirs = valuesOf(other);
    const both = [];
    for (const name of new Set([...mine.keys(), ...theirs.keys()])) {
      const [ours, more] = [mine.get(name) ?? [], theirs.get(name) ?? []];
      const box = this.boxesOf(name)[0];
      if (box?.type === "checkbox") both.push(...[...new Set([...ours, ...more])].map((value) => [name, value]));
      else if (!box || !isText(box)) both.push([name, ours[0] ?? more[0]]);
      else both.push([name, [...new Set([...ours, ...more])].join(box.type === "textarea" ? "\n\n" : " ")]);
    }
    return both;
  }

  // What the page itself says: on a slow line somebody types before this script has come.
  asDrawn() {
    const plain = this.form.cloneNode(true);
    plain.reset();
    return this.words(plain);
  }

  words(form = this.form) {
    return [...new FormData(form)]
      .filter(([name, value]) => !NOT_WORDS.has(name) && typeof value === "string")
      .map(([name, value]) => [name, value.replace(/\r\n?/g, "\n")]);
  }

  // `early` was typed meanwhile: it stays, behind what was there.
  fill(words, early = []) {
    for (const box of this.form.elements) {
      if (!box.name || NOT_WORDS.has(box.name) || box.type === "submit") continue;
      const of = (pairs) => pairs.filter(([name]) => name === box.name).map(([, value]) => value);
      const [typed, values] = [of(early), of(words)];
      if (box.type === "checkbox") box.checked = [...typed, ...values].includes(box.value);
      else if (box.type === "radio") box.checked = (typed[0] ?? values[0]) === box.value;
      else if (values.length) box.value = typed.length && isText(box) ? together(values[0], typed[0]) : (typed[0] ?? values[0]);
      box.dispatchEvent(new Event("keyup")); // the count of letters left follows
    }
  }

  setRevision(revision) {
    this.revision = revision;
    const hidden = this.form.elements.draft_revision;
    if (hidden) hidden.value = revision;
  }

  // A sign-in in another window has changed the token: the form is sent with the new one.
  refreshToken(token) {
    const hidden = this.form.elements.csrfmiddlewaretoken;
    if (hidden) hidden.value = token;
  }

  say(state, text, link) {
    this.line.dataset.state = state;
    if (this.line.textContent !== text + (link?.text ?? "")) {
      this.line.textContent = text;
      if (link) {
        const way = document.createElement("a");
        Object.assign(way, { className: "govuk-link", href: link.href, target: "_blank", textContent: link.text });
        this.line.append(way);
      }
    }
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const kept = new KeptForm(form);
  form.kept = kept; // for the scripts of single pages
  form.isReady = kept.start();
  if (form.dataset.worker && "serviceWorker" in navigator) navigator.serviceWorker.register(form.dataset.worker);
}
