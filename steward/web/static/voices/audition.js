// An audition's page: rows fill as the engine makes them, and one sound plays at a time.
const LOOK_MS = 1500;

function progress(page) {
  return page.querySelector("[data-progress]");
}

async function look() {
  let fresh;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return later();
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return later(); // the server is away; what is here stays
  }
  for (const row of document.querySelectorAll("[data-take][data-settled=false]")) {
    const made = fresh.querySelector(`[data-take="${row.dataset.take}"][data-settled=true]`);
    if (made) row.replaceWith(made);
  }
  progress(document).replaceWith(progress(fresh));
  later();
}

function later() {
  if (progress(document).dataset.done === "false") setTimeout(look, LOOK_MS);
}

document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
later();
