// The worker: one build of the app on the device, whole or not at all.
//
//   install    every file of this build goes into this build's own cache, each checked against its SHA-256. One wrong
//              or missing byte, and the installation fails: the build before it stays, complete.
//   waiting    until every page of the former build is closed, or a person says "update" (boot.js sends SKIP_WAITING).
//              Never by itself under a form.
//   activate   only now do the caches of former builds go.
//   fetch      a place inside the app → this build's page; a file of this build → its copy. Nothing else is touched:
//              the API, the synchronization and anything that is not a GET go to the network as if no worker existed.
//
// Cache Storage may hold other things than ours under other names; only "shell-…" is managed here. Data lives in
// IndexedDB, which this script never opens.

const BUILD = "__BUILD__";
const CACHE = `shell-${BUILD}`;

// [address, SHA-256 of its bytes], from the build's manifest.
const PRECACHE = "__PRECACHE__";
const KEPT = new Set(PRECACHE.map(([url]) => url));

// Always the network's: an answer from yesterday would be a lie.
const LIVE = new Set(["api", "sync", "health", "build.json", "sw.js"]);

// For the day when the copies are wrong: the network's if it answers.
const RECOVERY = new Set(["/recover", "/recover.js", "/boot.css"]);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (LIVE.has(url.pathname.split("/")[1])) return;
  if (KEPT.has(url.pathname)) {
    event.respondWith(RECOVERY.has(url.pathname) ? fresh(url.pathname, request) : kept(url.pathname, request));
  } else if (request.mode === "navigate" && !url.pathname.includes(".")) {
    event.respondWith(kept("/", request));
  }
});

async function install() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(PRECACHE.map(([url, sha256]) => keep(cache, url, sha256)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

// "no-cache" asks the server whether our HTTP copy is still right, so that the first visit does not download twice.
async function keep(cache, url, sha256) {
  const response = await fetch(new Request(url, { cache: "no-cache" }));
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  const body = await response.arrayBuffer();
  const found = hex(await crypto.subtle.digest("SHA-256", body));
  if (found !== sha256) throw new Error(`${url}: ${found} instead of ${sha256}`);

  // The body is decoded and complete: the headers must not say otherwise.
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  await cache.put(url, new Response(body, { headers }));
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function activate() {
  const names = await caches.keys();
  const former = names.filter((name) => name.startsWith("shell-") && name !== CACHE);
  await Promise.all(former.map((name) => caches.delete(name)));
  // The page of a first visit was opened without a worker: take it now, so that a reload already works offline.
  await self.clients.claim();
}

// This build's copy; the network only if the browser took the copy away.
async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

async function fresh(path, request) {
  try {
    return await fetch(request);
  } catch {
    return kept(path, request);
  }
}
