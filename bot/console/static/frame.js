// What every page does: it keeps the session alive while somebody works in it. An open page alone does not.
const EVERY = 60_000; // milliseconds
const csrf = document.querySelector('meta[name="csrf"]').content;
let last = Date.now();

async function note() {
  if (Date.now() - last < EVERY) return;
  last = Date.now();
  try {
    await fetch("/presence", { method: "POST", headers: { "X-CSRF-Token": csrf, Accept: "application/json" } });
  } catch {
    // The line is down: the next movement tries again.
  }
}

for (const kind of ["pointerdown", "pointermove", "keydown"]) addEventListener(kind, note, { passive: true });
