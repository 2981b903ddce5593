// Receipts and the player's own state, sent in order and again until they have arrived.
import { Identity } from "./identity.js";
import { note } from "./log.js";

const AGAIN_MS = [500, 1000, 2000, 5000, 10000];
const MOST_WAITING = 500;
const TIMEOUT_MS = 10000;

export class Reports {
  /** `told(answer)` is given what the server says to this player's presence. */
  constructor(hallAddress, told) {
    this.hall = hallAddress;
    this.told = told;
    this.identity = new Identity(decodeURIComponent(hallAddress.split("/").pop()));
    this.waiting = [];
    this.sending = false;
    this.sound = null;
  }

  /** A receipt: fetched, started, clause, ended, interrupted, blocked or muted. */
  receipt(broadcastId, event, ordinal = null, detail = "") {
    const report = { broadcast_id: broadcastId, event, detail };
    if (ordinal !== null) report.ordinal = ordinal;
    note("receipt", { event, ordinal, broadcast: broadcastId });
    this.push("/receipts", report);
  }

  /** This player is here: its sound (ready, blocked or muted), version and volume. */
  presence(report) {
    this.waiting = this.waiting.filter((one) => one.path !== "/players" || one.begun);
    this.push("/players", report);
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
    const { key, secret } = this.identity;
    const whole = { ...report, player: key };
    if (secret) whole.secret = secret;
    if (path === "/players") whole.clock = Date.now();
    try {
      const answer = await fetch(this.hall + path, {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify(whole), keepalive: true, signal: stop.signal,
      });
      if (!answer.ok) note("report-refused", { path, status: answer.status });
      if (answer.status === 403 && (await answer.json()).place === "secret") {
        // Not believed. Another window may have been given a newer secret meanwhile.
        if (this.identity.secret === secret) this.identity.renew();
        return false;
      }
      if (answer.ok && path === "/players") this.told(await answer.json());
      return answer.ok || (answer.status >= 400 && answer.status < 500);
    } catch (error) {
      note("report-failed", { path, why: String(error) });
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
