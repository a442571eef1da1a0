// The way out of a broken installation. Plain JavaScript on purpose: it must work when the app does not.
// It forgets the worker and the app's files; it reads IndexedDB, and never writes or deletes there.

const OUTBOX = "outbox";

document.getElementById("repair").addEventListener("click", () => repair().catch(said));
showPending().catch(() => (document.getElementById("pending").textContent = ""));

async function repair() {
  const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(registrations.map((registration) => registration.unregister()));
  // Only the app's files: other entries may be second copies of orders.
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  await Promise.all(shells.map((name) => caches.delete(name)));
  said("C’est fait : l’application sera téléchargée à la prochaine ouverture. · Done.");
}

function said(words) {
  document.getElementById("outcome").textContent = String(words);
}

async function showPending() {
  const commands = await readOutboxes();
  const pending = document.getElementById("pending");
  if (commands.length === 0) {
    pending.textContent = "Aucun envoi en attente sur cet appareil. · Nothing waits to be sent.";
    return;
  }
  pending.textContent = `${commands.length} envoi(s) en attente sur cet appareil. · ${commands.length} waiting to be sent.`;
  const link = document.getElementById("export");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(commands, null, 1)], { type: "application/json" }));
  link.download = `mercuriale-envois-en-attente-${new Date().toISOString().slice(0, 10)}.json`;
  link.hidden = false;
}

// Every command of every outbox on the device, as it was written.
async function readOutboxes() {
  const known = (await indexedDB.databases?.()) ?? [{ name: OUTBOX }];
  const names = known.map(({ name }) => name).filter((name) => name.startsWith(OUTBOX));
  return (await Promise.all(names.map(readOutbox))).flat();
}

function readOutbox(name) {
  return new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction.abort(); // it did not exist: do not create it
    opening.onerror = () => resolve([]);
    opening.onsuccess = () => {
      const database = opening.result;
      const stores = [...database.objectStoreNames].filter((store) => store === "cmd");
      if (stores.length === 0) return resolve([]);
      const reading = database.transaction(stores).objectStore("cmd").getAll();
      reading.onsuccess = () => resolve(reading.result);
      reading.transaction.oncomplete = () => database.close();
      reading.onerror = () => resolve([]);
    };
  });
}
