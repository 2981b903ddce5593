// The sound of an announcement: comes in as it is made, plays one clause after another.
const LOOK_MS = 1000;
document.documentElement.classList.add("plays");

function place() {
  return document.querySelector("[data-sound]");
}

async function look() {
  const here = place();
  if (!here || here.dataset.making !== "true") return;
  try {
    const answer = await fetch(here.dataset.sound, { headers: { "Steward-Background": "1" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      merge(here, page.querySelector("[data-sound]"));
    }
  } catch {
    // the server is away; what is here stays
  }
  setTimeout(look, LOOK_MS);
}

/** Puts in what is new; a clause that plays is left alone. */
function merge(here, fresh) {
  if (!fresh) return;
  here.dataset.making = fresh.dataset.making;
  here.querySelector("[data-progress]").replaceWith(fresh.querySelector("[data-progress]"));
  for (const row of here.querySelectorAll("[data-clause]")) {
    const made = fresh.querySelector(`[data-clause="${row.dataset.clause}"]`);
    if (made && made.dataset.made !== row.dataset.made) row.replaceWith(made);
  }
}

function sounds() {
  return [...document.querySelectorAll("[data-sound] audio")];
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-play-all]")) return;
  const [first] = sounds();
  if (!first) return;
  document.documentElement.dataset.playing = "all";
  first.currentTime = 0;
  first.play();
});
document.addEventListener("play", (event) => {
  for (const other of sounds()) {
    if (other !== event.target) other.pause();
    other.closest("li").toggleAttribute("data-playing", other === event.target);
  }
}, true);
document.addEventListener("ended", (event) => {
  event.target.closest("li")?.removeAttribute("data-playing");
  if (document.documentElement.dataset.playing !== "all") return;
  const next = sounds()[sounds().indexOf(event.target) + 1];
  if (next) next.play();
  else delete document.documentElement.dataset.playing;
}, true);
// A form that acts is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-once]");
  if (!form) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-once]")) delete form.dataset.sent;
});
look();
