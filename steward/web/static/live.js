// Parts of a page marked data-live are kept as they are on the server; what has the focus, or sounds, is left.
const LOOK_MS = 5000;

async function look() {
  if (document.visibilityState === "visible") await refresh();
  setTimeout(look, LOOK_MS);
}

async function refresh() {
  let fresh;
  try {
    // Not the act of a person: it does not keep a log-in from ending.
    const answer = await fetch(location.pathname + location.search, {
      headers: { Accept: "text/html", "Steward-Background": "1" },
    });
    if (!answer.ok) return;
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // the server is away; what is here stays
  }
  for (const part of document.querySelectorAll("[data-live]")) {
    const made = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    const sounding = [...part.querySelectorAll("audio")].some((audio) => !audio.paused);
    if (made && !sounding && !part.contains(document.activeElement) && made.outerHTML !== part.outerHTML) {
      part.replaceWith(made);
    }
  }
}

setTimeout(look, LOOK_MS);
