// Starts the app, keeps the worker, and says in words when either fails.
//
// The page, this script, the glue and the wasm module each carry the id of the build they belong to. They are compared
// before anything runs: a mixed set must say so, not fail somewhere inside with the orders of the day.
//
// Between the app and the worker, so that the app need not know workers:
//   <html data-offline="ready">   the whole build is on the device
//   <html data-update="ready">    another build is on the device and waits; also said by the event "mercuriale:update"
//   event "mercuriale:apply-update" on window, from the app: switch now and reload, once

const BUILD = "__BUILD__";
const GLUE = "__GLUE__";
const WASM = "__WASM__";
const STAMP = "mercuriale.build";
const LANGUAGE = "mercuriale.language";
const HOUR_MS = 3_600_000;

start().catch(explain).finally(() => keepWorker().catch(console.warn));

async function start() {
  expectBuild("page", document.documentElement.dataset.build);
  const parts = Promise.all([import(GLUE), WebAssembly.compileStreaming(fetch(WASM))]);
  greet();
  const [glue, module] = await parts;
  expectBuild("glue", glue.build);
  const [stamp] = WebAssembly.Module.customSections(module, STAMP);
  expectBuild("wasm", stamp && new TextDecoder().decode(stamp));
  await glue.default({ module_or_path: module });
}

// What one waits before, in the language this device remembers. A cold browser takes milliseconds to find what it stores:
// they pass while the module compiles, and the app finds it at once.
function greet() {
  try {
    if (localStorage.getItem(LANGUAGE) !== "en") return;
  } catch {
    return; // nothing may be stored here: French
  }
  const words = document.getElementById("boot-words");
  words.lang = "en";
  words.textContent = "Loading…";
}

function expectBuild(part, found) {
  if (found !== BUILD) throw new Error(`MIXED_BUILD: ${part} ${found}, boot ${BUILD}`);
}

// The app did not start: what happened, what is safe, what to do.
function explain(error) {
  console.error(error);
  const boot = document.getElementById("boot");
  boot.className = "failed";
  const words = document.getElementById("boot-words");
  words.setAttribute("role", "alert");
  words.lang = "fr";
  words.replaceChildren(
    line("h1", "Mercuriale n’a pas pu démarrer."),
    line("p", "Ce qui est enregistré sur cet appareil n’est pas touché, vos commandes non plus."),
    line("p", "Mercuriale could not start. What is saved on this device is safe, your orders too.", "en"),
    link("Réessayer · Try again", location.href, "primary"),
    link("Réparer l’application · Repair", "/recover"),
    line("pre", String(error)),
  );
}

function line(tag, text, lang) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (lang) element.lang = lang;
  return element;
}

function link(text, href, kind = "") {
  const element = line("a", text);
  element.href = href;
  element.className = `boot-act ${kind}`;
  return element;
}

// The worker: kept up to date, never switched under a form.
async function keepWorker() {
  const workers = navigator.serviceWorker;
  if (!workers) return; // plain http elsewhere than on this machine, or a private window
  const root = document.documentElement;
  workers.ready.then(() => (root.dataset.offline = "ready"));

  const registration = await workers.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const announce = () => {
    root.dataset.update = "ready";
    window.dispatchEvent(new Event("mercuriale:update"));
  };
  if (registration.waiting && workers.controller) announce();
  registration.addEventListener("updatefound", () => {
    const incoming = registration.installing;
    incoming?.addEventListener("statechange", () => {
      if (incoming.state === "installed" && workers.controller) announce();
    });
  });

  let applying = false;
  window.addEventListener("mercuriale:apply-update", () => {
    if (applying) return;
    applying = true;
    if (registration.waiting) registration.waiting.postMessage("SKIP_WAITING");
    else location.reload(); // another tab already switched: this page is the old one
  });
  workers.addEventListener("controllerchange", () => {
    if (applying) location.reload();
  });

  const look = () => registration.update().catch(() => {}); // without network: the next look will do
  setInterval(look, HOUR_MS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
}
