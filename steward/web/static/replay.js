// Writes beneath a player what is being said: browsers draw captions over pictures only.
for (const place of document.querySelectorAll("[data-said]")) {
  const audio = place.parentElement.querySelector("audio");
  const { track } = audio.querySelector("track");
  track.addEventListener("cuechange", () => {
    const cues = [...track.activeCues];
    if (cues.length) place.textContent = cues.map((cue) => cue.getCueAsHTML().textContent).join("");
  });
  audio.addEventListener("play", () => { place.hidden = false; });
  audio.addEventListener("ended", () => { place.hidden = true; });
}
