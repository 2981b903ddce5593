// One broadcast being played: chime, clauses, chime, each at an exact time of one clock.
// With a loudspeaker that clock is the AudioContext's; without one (sound blocked, another window
// speaks) the same course runs on the page's clock and only the captions move.
import { note } from "./log.js";
import { serverNow } from "./clock.js";

const LEAD_S = 0.03; // scheduled this long before it is heard
const FRESH_S = 6; // put on the air less than this ago: begin at the beginning
const TICK_MS = 40;
const PATIENCE_S = 15; // for a clip that is still being made
const LOOK_AGAIN_MS = 1000;

/** Seconds in which a person reads a text aloud. */
export function readingTime(text) {
  return Math.max(1.5, text.length * 0.24);
}

function clauseTime(clause) {
  return clause.duration_ms === null ? readingTime(clause.written) : clause.duration_ms / 1000;
}

/** Where to begin: {ordinal, chime}; null when the broadcast is over by now. */
export function beginning(broadcast, chimeS) {
  const first = broadcast.from_ordinal;
  const gone = broadcast.playing_since
    ? (serverNow() - Date.parse(broadcast.playing_since)) / 1000 : 0;
  if (gone < FRESH_S) return { ordinal: first, chime: true };
  let end = chimeS;
  for (const clause of broadcast.clauses.slice(first)) {
    end += clauseTime(clause) + clause.pause_ms / 1000;
    if (gone < end) return { ordinal: clause.ordinal, chime: false };
  }
  return null;
}

export class Playback {
  /**
   * `sound` is null for captions only; `volume` is percent. `hear` has begun(), clause(ordinal) and finished();
   * `refresh()` fetches the broadcast anew, for clips that were not ready.
   */
  constructor(broadcast, sound, volume, hear, refresh) {
    this.broadcast = broadcast;
    this.sound = sound;
    this.channel = sound && sound.channel(volume);
    this.hear = hear;
    this.refresh = refresh;
    this.course = []; // {what: "chime" | "clause", ordinal, start, end} in seconds
    this.current = null;
    this.late = 0;
    this.begun = false;
    this.stopped = false;
    this.complete = false;
  }

  get id() { return this.broadcast.id; }

  /** The clock that sounds are scheduled on, in seconds. */
  clock() {
    return this.sound ? this.sound.context.currentTime : performance.now() / 1000;
  }

  heard() {
    return this.sound ? this.sound.heardAt() : this.clock();
  }

  async play({ ordinal, chime }) {
    note("play", { broadcast: this.id, ordinal, chime, sounding: this.sound !== null });
    this.timer = setInterval(() => this.tick(), TICK_MS);
    let cursor = this.clock() + LEAD_S;
    if (chime) cursor = await this.chime(this.broadcast.chime.before, cursor);
    for (let at = ordinal; at < this.broadcast.clauses.length && !this.stopped; at++) {
      cursor = await this.clause(at, cursor);
    }
    if (!this.stopped) await this.chime(this.broadcast.chime.after, cursor);
    this.complete = true;
  }

  async chime(address, cursor) {
    const buffer = this.sound && address ? await this.sound.load(address) : null;
    if (buffer === null || this.stopped) return cursor;
    return this.place({ what: "chime", ordinal: null }, buffer, buffer.duration, cursor);
  }

  async clause(ordinal, cursor) {
    const buffer = this.sound ? await this.clip(ordinal, cursor) : null;
    if (this.stopped) return cursor;
    const clause = this.broadcast.clauses[ordinal];
    const lasts = buffer ? buffer.duration : clauseTime(clause);
    const end = this.place({ what: "clause", ordinal }, buffer, lasts, cursor);
    return end + clause.pause_ms / 1000;
  }

  place(step, buffer, lasts, cursor) {
    const earliest = this.clock() + LEAD_S / 2;
    if (cursor < earliest) {
      if (this.course.length) {
        this.late++;
        note("gap", { ordinal: step.ordinal, seconds: earliest - cursor });
      }
      cursor = earliest;
    }
    if (buffer) this.channel.playAt(buffer, cursor);
    this.course.push({ ...step, start: cursor, end: cursor + lasts });
    return cursor + lasts;
  }

  /** The clause's sound; null when it has none even some time after its turn has come. */
  async clip(ordinal, cursor) {
    for (;;) {
      const address = this.broadcast.clauses[ordinal].clip;
      const buffer = address ? await this.sound.load(address) : null;
      if (buffer !== null || this.stopped) return buffer;
      if (this.broadcast.clauses[ordinal].mute || this.clock() > cursor + PATIENCE_S) {
        note("unvoiced", { ordinal });
        return null;
      }
      await new Promise((done) => {
        this.wake = done;
        setTimeout(done, LOOK_AGAIN_MS);
      });
      const news = await this.refresh();
      if (news) this.broadcast = news;
    }
  }

  setVolume(percent) {
    if (this.channel) this.channel.setVolume(percent);
  }

  /** Whether no voice could say a clause. */
  isMute(ordinal) {
    return this.broadcast.clauses[ordinal].mute;
  }

  /** A clip was made: whoever waits for it looks again. */
  look() {
    if (this.wake) this.wake();
  }

  tick() {
    const now = this.heard();
    const reached = this.course.filter((step) => step.start <= now);
    const step = reached.at(-1);
    if (!step) return;
    if (!this.begun) {
      this.begun = true;
      this.hear.begun();
    }
    if (step !== this.current) {
      this.current = step;
      if (step.what === "clause") this.hear.clause(step.ordinal);
    }
    if (this.complete && reached.length === this.course.length && now >= step.end) {
      this.halt();
      this.hear.finished();
    }
  }

  /** The clause heard now, or the last one heard; null before the first. */
  get ordinal() {
    const now = this.heard();
    const heard = this.course.filter((step) => step.what === "clause" && step.start <= now);
    return heard.length ? heard.at(-1).ordinal : null;
  }

  halt() {
    clearInterval(this.timer);
    this.stopped = true;
    this.look();
    if (this.channel) this.channel.close();
  }
}
