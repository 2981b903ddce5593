// One window of a browser speaks for a hall: a lease in the browser's memory.
import { read, randomName, remove, write } from "./store.js";
import { note } from "./log.js";

const RENEW_MS = 1000;
const LEASE_MS = 4000;
const CONFIRM_MS = 200;

export class Leader {
  /** `changed(leads)` is called when this window begins or ceases to lead. */
  constructor(hall, changed) {
    this.name = `steward-leader-${hall}`;
    this.own = randomName(16);
    this.leads = false;
    this.changed = changed;
    this.claimed = false;
  }

  start() {
    addEventListener("pagehide", () => this.resign());
    addEventListener("pageshow", (event) => { if (event.persisted) this.turn(); });
    // Another window's going is told by the memory itself.
    addEventListener("storage", (event) => {
      if (event.key === this.name && event.newValue === null) this.turn();
    });
    setInterval(() => this.turn(), RENEW_MS);
    this.turn();
  }

  resign() {
    if (this.leads && this.holder() === this.own) remove(this.name);
    this.become(false);
  }

  /** Whoever holds a lease that has not run out; null when nobody does. */
  holder() {
    const [window, until] = (read(this.name) || "").split(" ");
    const left = Number(until) - Date.now();
    return window && left > 0 && left <= 2 * LEASE_MS ? window : null;
  }

  turn() {
    const holder = this.holder();
    if (holder !== null && holder !== this.own) {
      this.become(false);
      return;
    }
    const kept = write(this.name, `${this.own} ${Date.now() + LEASE_MS}`);
    if (!kept || this.leads) {
      this.become(true); // without a memory there is nobody to ask
    } else if (!this.claimed) {
      this.claimed = true; // two may claim at once: the last to write has it
      setTimeout(() => {
        this.claimed = false;
        if (this.holder() === this.own) this.become(true);
      }, CONFIRM_MS + Math.random() * CONFIRM_MS);
    }
  }

  become(leads) {
    if (this.leads === leads) return;
    this.leads = leads;
    note(leads ? "leads" : "follows");
    this.changed(leads);
  }
}
