// What is typed, on this device, and the pages that somebody took along. One entry for each person, form and record,
// encrypted with a key of that person which never leaves the browser. Entries go when their words have arrived, or after
// 14 days; so do pages. A supervision that was finished without signal stays, with its words, until the server has it:
// nobody has it but this device. What the server has refused goes 14 days after that, for its writer has been told.
import { openDB } from "./idb.js";

const FOURTEEN_DAYS = 14 * 24 * 60 * 60 * 1000;

// There may be something that has not been sent: pages without a form need not open the device to know (app.js).
export const UNSENT = "alongside.unsent";

const SEALED = ["entries", "pages", "finishes"];

const opened = openDB("alongside", 2, {
  upgrade(database, from) {
    if (from < 1) {
      database.createObjectStore("entries", { keyPath: "id" });
      database.createObjectStore("keys");
      database.createObjectStore("here"); // who is signed in, by authority: the owner's id, and nothing else about them
    }
    database.createObjectStore("pages", { keyPath: "id" });
    database.createObjectStore("finishes", { keyPath: "id" });
  },
  blocking: (current, next, event) => event.target.close(), // an older window does not keep a newer one waiting
});

const idOf = (owner, form, about) => [owner, form, about].join("|");

export async function whoIsHere(authority) {
  return (await opened).get("here", authority);
}

// Called from every page with a long form, and so whenever somebody has signed in and gone back to one.
export async function somebodyIsHere(authority, owner) {
  await (await opened).put("here", owner, authority);
}

// Called from the pages that sign in and out: without signal nobody's words are shown from now on.
export async function nobodyIsHere() {
  await (await opened).clear("here");
}

// The words of an entry, or undefined: { words, others, revision, stamp, sent, about }. `others` are the words of other
// windows that differ and that this one's writer has not seen: [{ words, stamp }].
export async function read(owner, form, about) {
  const entry = await (await opened).get("entries", idOf(owner, form, about));
  return entry && open(entry);
}

// What all windows of an entry hold, each box as often as it differs.
export function allWords({ words, others }) {
  const typed = [words, ...others.map((each) => each.words)].flat().filter(([, value]) => value);
  return typed.filter((pair, place) => place === typed.findIndex((each) => same(each, pair)));
}

// Everybody's entries, without their words: { owner, form, about, page, at, sent, others }.
export async function lying() {
  return (await opened).getAll("entries");
}

// The same without knowing the record, by the address of its page.
export async function readAt(owner, page) {
  const entries = await (await opened).getAll("entries");
  const mine = entries.filter((entry) => entry.owner === owner && entry.page === page);
  mine.sort((one, two) => two.at - one.at);
  return mine.length ? { ...(await open(mine[0])), form: mine[0].form } : undefined;
}

// Keeps words under a new `stamp` of this window (`tab`); `known` are the stamps of what somebody has seen in it. Where other
// windows have written since and their words have not arrived yet, all are kept, and those of the last are returned:
// { words, stamp }.
export async function write({ owner, form, about, page, revision, stamp, tab, known }, words) {
  const database = await opened;
  const sealed = await seal(await keyOf(owner), words); // before the transaction: it closes while we encrypt
  const fresh = { id: idOf(owner, form, about), owner, form, about, page, revision, stamp, tab, sealed };
  fresh.at = Date.now();
  fresh.sent = false;
  const transaction = database.transaction("entries", "readwrite");
  const there = await transaction.store.get(fresh.id);
  const last = there && !there.sent ? [{ ...there.sealed, stamp: there.stamp, tab: there.tab }] : [];
  const earlier = (there?.others ?? []).filter((each) => each.tab !== there.tab);
  fresh.others = [...last, ...earlier].filter((each) => each.tab !== tab && !known.has(each.stamp));
  await transaction.store.put(fresh);
  await transaction.done;
  localStorage.setItem(UNSENT, "1");
  return (await open(fresh)).others[0];
}

// The server has these words: they stay here until the form is sent, so that they are there without signal too.
export async function arrived(owner, form, about, stamp, revision) {
  const transaction = (await opened).transaction("entries", "readwrite");
  const there = await transaction.store.get(idOf(owner, form, about));
  if (there && there.stamp === stamp) await transaction.store.put({ ...there, revision, sent: true, others: [] });
  await transaction.done;
}

// Unless something has been written since `stamp`.
export async function forget(owner, form, about, stamp) {
  const transaction = (await opened).transaction("entries", "readwrite");
  const there = await transaction.store.get(idOf(owner, form, about));
  if (there?.stamp === stamp) await transaction.store.delete(idOf(owner, form, about));
  await transaction.done;
}

// A page as it was drawn, for when it cannot be reached: { title, html, scripts }.
export async function keepPage(owner, path, page) {
  const sealed = await seal(await keyOf(owner), page);
  await (await opened).put("pages", { id: `${owner}|${path}`, owner, path, sealed, at: Date.now() });
}

export async function readPage(owner, path) {
  const kept = await (await opened).get("pages", `${owner}|${path}`);
  return kept && { ...(await unseal(await keyOf(owner), kept.sealed)), at: kept.at };
}

export async function forgetPages(owner, start) {
  const database = await opened;
  for (const { id, owner: whose, path } of await database.getAll("pages")) {
    if (whose === owner && path.startsWith(start)) await database.delete("pages", id);
  }
}

// Something that was finished on this device and has not arrived: { address, token, authority, body }.
export async function keepFinish(owner, about, finish) {
  const sealed = await seal(await keyOf(owner), finish);
  await (await opened).put("finishes", { id: `${owner}|${about}`, owner, about, sealed, at: Date.now() });
}

export async function finishes(owner) {
  const mine = (await (await opened).getAll("finishes")).filter((each) => each.owner === owner);
  const key = mine.length && (await keyOf(owner));
  return Promise.all(mine.map(async ({ about, sealed }) => ({ about, ...(await unseal(key, sealed)) })));
}

// It has reached the server, and was not taken.
export async function noteRefused(owner, about) {
  const transaction = (await opened).transaction("finishes", "readwrite");
  const there = await transaction.store.get(`${owner}|${about}`);
  if (there && !there.refused) await transaction.store.put({ ...there, refused: Date.now() });
  await transaction.done;
}

// Somebody's, whoever is here.
export async function anythingFinished() {
  return (await (await opened).count("finishes")) > 0;
}

export async function dropFinish(owner, about) {
  await (await opened).delete("finishes", `${owner}|${about}`);
}

// Everybody's entries of one record: whoever is signed in, the record has these words now.
export async function forgetRecord(form, about) {
  await forgetWhere((entry) => entry.form === form && entry.about === about);
}

export async function forgetOld() {
  await forgetWhere((entry, waiting) => isOld(entry.at) && !waiting.has(recordOf(entry)));
}

export function same(one, two) {
  return JSON.stringify(one) === JSON.stringify(two);
}

const isOld = (at) => Date.now() - at > FOURTEEN_DAYS;
const recordOf = ({ owner, about }) => `${owner}|${about}`;

// `gone` is asked of each with the records whose finish waits still.
async function forgetWhere(gone) {
  const transaction = (await opened).transaction([...SEALED, "keys"], "readwrite");
  const finished = await transaction.objectStore("finishes").getAll();
  const waiting = new Set(finished.filter(({ refused }) => !refused || !isOld(refused)).map(recordOf));
  const owners = new Set();
  for (const name of SEALED) {
    const store = transaction.objectStore(name);
    for (const entry of await store.getAll()) {
      if (gone(entry, waiting)) await store.delete(entry.id);
      else owners.add(entry.owner);
    }
  }
  const keys = transaction.objectStore("keys");
  for (const owner of await keys.getAllKeys()) {
    if (!owners.has(owner)) await keys.delete(owner);
  }
  await transaction.done;
}

async function open({ owner, sealed, others = [], about, revision, stamp, sent }) {
  const key = await keyOf(owner);
  const words = await unseal(key, sealed);
  const typed = await Promise.all(others.map(async (each) => ({ words: await unseal(key, each), stamp: each.stamp })));
  return { words, others: typed.filter((each) => !same(each.words, words)), about, revision, stamp, sent };
}

// Made here, kept as an object that encrypts and decrypts and cannot be read out. Of two windows the first one's stands.
async function keyOf(owner) {
  const database = await opened;
  const known = await database.get("keys", owner);
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const transaction = database.transaction("keys", "readwrite");
  const first = await transaction.store.get(owner);
  if (!first) await transaction.store.put(made, owner);
  await transaction.done;
  return first ?? made;
}

async function seal(key, words) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(words));
  return { iv, cipher: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
}

async function unseal(key, { iv, cipher }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, cipher);
  return JSON.parse(new TextDecoder().decode(plain));
}
