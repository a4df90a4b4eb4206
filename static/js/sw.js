// Opens the long forms of one authority without signal, with nobody's words in them; drafts.js then puts in what lies on
// the device. In place of every other page it says that there is no signal. Keeps no page about a record and nothing of
// a person. `self.KEPT` stands before this in the answer of teams/views/offline.py:
// { version, shell: addresses, pages: [{ pattern, shell }], noSignal: address }.
const SCOPE = new URL(self.registration.scope).pathname;
const CACHE = `alongside ${SCOPE} ${self.KEPT.version}`;
const PAGES = self.KEPT.pages.map(({ pattern, shell }) => ({ pattern: new RegExp(pattern), shell }));

self.addEventListener("install", (event) => {
  event.waitUntil(fillCache().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldCaches().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    const page = PAGES.find(({ pattern }) => pattern.test(address.pathname.slice(SCOPE.length)));
    event.respondWith(fetch(request).catch(() => kept(page?.shell ?? self.KEPT.noSignal)));
  } else if (self.KEPT.shell.includes(address.pathname)) {
    event.respondWith(fetch(request).catch(() => kept(address.pathname)));
  }
});

async function fillCache() {
  const cache = await caches.open(CACHE);
  const addresses = [...self.KEPT.shell, ...PAGES.map(({ shell }) => shell), self.KEPT.noSignal];
  await cache.addAll(addresses.map((address) => new Request(address, { cache: "reload", redirect: "error" })));
}

// Those of this authority alone: another one on the same device has a worker of its own.
async function dropOldCaches() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(`alongside ${SCOPE} `) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function kept(address) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? Response.error();
}
