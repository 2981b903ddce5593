// The hall's live stream. EventSource gives up at an HTTP error and never notices a dead line,
// so every reconnection is ours: with the last id, with back-off, with a watch on the heartbeat.
import { note } from "./log.js";
import { tell } from "./clock.js";

const AGAIN_MS = [500, 1000, 2000, 4000, 8000, 15000];
const MISSED_BEATS = 3;

export class Stream {
  /** `hear` has hello(data), change(data), beat(data) and connection(open). */
  constructor(hallAddress, heartbeatS, hear) {
    this.address = `${hallAddress}/events`;
    this.heartbeatMs = heartbeatS * 1000;
    this.hear = hear;
    this.lastId = null;
    this.failures = 0;
    this.source = null;
    this.timer = null;
  }

  open() {
    clearTimeout(this.timer);
    this.timer = null;
    const query = this.lastId === null ? "" : `?last_id=${this.lastId}`;
    const source = new EventSource(this.address + query);
    this.source = source;
    const on = (name, act) => source.addEventListener(name, (event) => {
      if (source !== this.source) return;
      this.failures = 0;
      this.alive();
      const data = JSON.parse(event.data);
      if (data.now) tell(data.now);
      act(data);
    });
    on("hello", (data) => {
      note("hello", { last_id: data.last_id, playing: data.playing });
      this.heartbeatMs = data.heartbeat_s * 1000;
      this.alive();
      this.lastId = data.last_id;
      this.hear.connection(true);
      this.hear.hello(data);
    });
    on("change", (data) => {
      if (data.id <= this.lastId) return;
      this.lastId = data.id;
      note("change", { id: data.id, of: data.what, to: data.to, broadcast: data.broadcast_id });
      this.hear.change(data);
    });
    on("heartbeat", (data) => this.hear.beat(data));
    source.addEventListener("error", () => {
      if (source === this.source) this.again("error");
    });
    this.alive();
  }

  /** The line spoke (or was just opened): expect it again within three heartbeats. */
  alive() {
    clearTimeout(this.watch);
    this.watch = setTimeout(
      () => this.again("silent"), Math.max(this.heartbeatMs * MISSED_BEATS, 2000));
  }

  again(why) {
    clearTimeout(this.watch);
    this.source.close();
    this.source = null;
    this.hear.connection(false);
    if (this.timer !== null) return;
    const wait = AGAIN_MS[Math.min(this.failures++, AGAIN_MS.length - 1)];
    note("reconnect", { why, wait });
    this.timer = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
  }
}
