// Receipts and the player's own state, sent in order and again until they have arrived.
import { note } from "./log.js";
import { randomName, read, write } from "./store.js";

const KEY = "steward-player";
const AGAIN_MS = [500, 1000, 2000, 5000, 10000];
const MOST_WAITING = 500;
const TIMEOUT_MS = 10000;

function playerKey() {
  const kept = read(KEY);
  if (kept && /^[0-9a-z]{8,40}$/.test(kept)) return kept;
  const made = randomName(20);
  write(KEY, made);
  return made;
}

export class Reports {
  constructor(hallAddress) {
    this.hall = hallAddress;
    this.player = playerKey();
    this.waiting = [];
    this.sending = false;
    this.sound = null;
  }

  /** A receipt: fetched, started, clause, ended, interrupted, blocked or muted. */
  receipt(broadcastId, event, ordinal = null, detail = "") {
    const report = { player: this.player, broadcast_id: broadcastId, event, detail };
    if (ordinal !== null) report.ordinal = ordinal;
    note("receipt", { event, ordinal, broadcast: broadcastId });
    this.push("/receipts", report);
  }

  /** This player is here, and its sound is ready, blocked or muted. */
  presence(sound) {
    this.waiting = this.waiting.filter((one) => one.path !== "/players" || one.begun);
    this.push("/players", { player: this.player, sound });
  }

  push(path, report) {
    this.waiting.push({ path, report, begun: false });
    while (this.waiting.length > MOST_WAITING) this.waiting.splice(1, 1);
    this.send();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    let failures = 0;
    while (this.waiting.length) {
      const first = this.waiting[0];
      first.begun = true;
      if (await this.deliver(first)) {
        this.waiting.shift();
        failures = 0;
      } else {
        const wait = AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)];
        await new Promise((done) => setTimeout(done, wait));
      }
    }
    this.sending = false;
  }

  /** True when the server has it, or will never want it. */
  async deliver({ path, report }) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const answer = await fetch(this.hall + path, {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify(report), keepalive: true, signal: stop.signal,
      });
      if (!answer.ok) note("report-refused", { path, status: answer.status });
      return answer.ok || (answer.status >= 400 && answer.status < 500);
    } catch (error) {
      note("report-failed", { path, why: String(error) });
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
