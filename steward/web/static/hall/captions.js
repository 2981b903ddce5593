// The band of words: the whole script, the clause being spoken lit and kept in sight.
export class Captions {
  constructor(band) {
    this.band = band;
    this.title = band.querySelector("[data-caption-title]");
    this.words = band.querySelector("[data-caption-words]");
    this.progress = band.querySelector("[data-caption-progress]");
    this.note = band.querySelector("[data-caption-note]");
    this.shown = null;
  }

  show(broadcast) {
    this.title.textContent = broadcast.title;
    if (this.shown !== broadcast.id) {
      this.words.replaceChildren(...broadcast.clauses.map((clause) => {
        const words = document.createElement("span");
        words.textContent = clause.written;
        words.className = "clause";
        return words;
      }));
      this.words.scrollTop = 0;
      this.progress.textContent = "";
    }
    this.shown = broadcast.id;
    this.note.hidden = true;
    this.band.hidden = false;
  }

  light(ordinal) {
    const clauses = this.words.children;
    for (let at = 0; at < clauses.length; at++) {
      clauses[at].classList.toggle("spoken", at < ordinal);
      clauses[at].classList.toggle("speaking", at === ordinal);
    }
    const lit = clauses[ordinal];
    this.progress.textContent = `${ordinal + 1}/${clauses.length}`;
    // The lit words begin in the second line at the latest, with what was just said above them.
    const line = parseFloat(getComputedStyle(this.words).lineHeight);
    const top = Math.round(lit.offsetTop / line) * line;
    if (top > this.words.scrollTop + 1.5 * line || top < this.words.scrollTop) {
      this.words.scrollTo({ top: Math.max(0, top - line), behavior: "smooth" });
    }
    return lit.textContent;
  }

  /** Whether the lit words have no sound. */
  mute(mute) {
    this.note.hidden = !mute;
  }

  hide() {
    this.band.hidden = true;
    this.shown = null;
  }
}
