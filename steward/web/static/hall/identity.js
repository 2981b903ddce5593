// Who this player is: a key it chose for itself in this hall, and the secret it was given when
// staff enrolled it. Both in the browser's memory, so that every window of it is the same player.
import { randomName, read, remove, write } from "./store.js";

const KEY = "steward-player";
const SECRET = "steward-secret";
const MOVED = "steward-moved";
const LENGTH = 20;

/** By the name of a hall, the one its player of this browser was moved to. */
function moved() {
  try {
    return JSON.parse(read(MOVED)) || {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Where this browser's player of a hall was moved to; null: nowhere. */
export function movedTo(hall) {
  return moved()[hall] || null;
}

export class Identity {
  constructor(hall) {
    this.hall = hall;
    const old = read(KEY); // of the time when all halls of a browser had one key
    const kept = read(`${KEY}-${hall}`) || old;
    this.unkept = kept && /^[0-9a-z]{8,40}$/.test(kept) ? kept : randomName(LENGTH);
    this.unkeptSecret = "";
    write(`${KEY}-${hall}`, this.unkept);
    if (old) remove(KEY);
  }

  get key() {
    return read(`${KEY}-${this.hall}`) || this.unkept;
  }

  get secret() {
    return read(`${SECRET}-${this.hall}`) || this.unkeptSecret;
  }

  /** The secret it was given; "" when it is enrolled no more. */
  keep(secret) {
    this.unkeptSecret = secret;
    if (secret) {
      write(`${SECRET}-${this.hall}`, secret);
      return;
    }
    remove(`${SECRET}-${this.hall}`);
    const others = Object.entries(moved()).filter(([, to]) => to !== this.hall);
    write(MOVED, JSON.stringify(Object.fromEntries(others)));
  }

  /** Its secret is not believed: become another player, which can be enrolled. */
  renew() {
    this.keep("");
    this.unkept = randomName(LENGTH);
    write(`${KEY}-${this.hall}`, this.unkept);
  }

  /** Be the same player in another hall; false where there is no memory to take it along. */
  moveTo(hall) {
    const { key, secret } = this;
    if (!write(`${KEY}-${hall}`, key)) return false;
    if (secret) write(`${SECRET}-${hall}`, secret);
    remove(`${KEY}-${this.hall}`);
    remove(`${SECRET}-${this.hall}`);
    const known = { ...moved(), [this.hall]: hall };
    delete known[hall];
    write(MOVED, JSON.stringify(known));
    return true;
  }
}
