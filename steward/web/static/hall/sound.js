// The loudspeaker: an AudioContext, the clips decoded for it, and a measure of what it plays.
import { note } from "./log.js";

const UNLOCK_MS = 600;
const KEPT_CLIPS = 200;
const FETCH_AGAIN = 3;
const FADE_S = 0.02; // a cut that is not heard as a click: down by 43 dB in this time
const TAU_S = FADE_S / 5;

/** How loud a percentage is: a half sounds about half as loud. */
function amplitude(percent) {
  return (percent / 100) ** 2;
}

/** One broadcast's way to the loudspeaker. */
class Channel {
  constructor(sound, percent) {
    this.context = sound.context;
    this.gain = this.context.createGain();
    this.gain.gain.value = amplitude(percent);
    this.gain.connect(sound.gain);
    this.nodes = [];
  }

  /** Play a buffer at an exact time of the context's clock. */
  playAt(buffer, at) {
    const node = this.context.createBufferSource();
    node.buffer = buffer;
    node.connect(this.gain);
    node.start(at);
    this.nodes.push(node);
  }

  setVolume(percent) {
    this.gain.gain.setTargetAtTime(amplitude(percent), this.context.currentTime, TAU_S);
  }

  /** Fade out whatever sounds and end it; what has not begun never will. */
  close() {
    const now = this.context.currentTime;
    this.gain.gain.setTargetAtTime(0, now, TAU_S);
    for (const node of this.nodes) node.stop(now + 2 * FADE_S);
    setTimeout(() => this.gain.disconnect(), 1000);
  }
}

export class Sound {
  /** `changed()` is called when the state may have changed. */
  constructor(changed) {
    this.changed = changed;
    this.muted = false;
    this.decoded = new Map();
    this.loudest = 0;
    this.context = new AudioContext();
    this.gain = this.context.createGain();
    this.meter = this.context.createAnalyser();
    this.meter.fftSize = 2048;
    this.gain.connect(this.meter);
    this.meter.connect(this.context.destination);
    this.samples = new Float32Array(this.meter.fftSize);
    this.context.addEventListener("statechange", () => this.changed());
  }

  /** "ready", "blocked" (the browser wants a click first) or "muted" (staff want silence). */
  get state() {
    if (this.context.state !== "running") return "blocked";
    return this.muted ? "muted" : "ready";
  }

  /** Ask the browser to let us be heard; it may need a click. True when it does. */
  async unlock() {
    if (this.context.state !== "running") {
      await Promise.race([
        this.context.resume(), new Promise((done) => setTimeout(done, UNLOCK_MS)),
      ]);
    }
    this.changed();
    return this.context.state === "running";
  }

  mute(muted) {
    this.muted = muted;
    this.gain.gain.setTargetAtTime(muted ? 0 : 1, this.context.currentTime, 0.02);
    this.changed();
  }

  /** Seconds on the loudspeaker's clock: what is heard now. */
  heardAt() {
    return this.context.currentTime - (this.context.outputLatency || 0);
  }

  /** The decoded sound at an address; null when it cannot be had. Fetched once. */
  load(address) {
    if (!this.decoded.has(address)) {
      if (this.decoded.size >= KEPT_CLIPS) {
        this.decoded.delete(this.decoded.keys().next().value);
      }
      const loading = this.fetch(address);
      this.decoded.set(address, loading);
      loading.then((buffer) => { if (buffer === null) this.decoded.delete(address); });
    }
    return this.decoded.get(address);
  }

  async fetch(address) {
    for (let turn = 1; turn <= FETCH_AGAIN; turn++) {
      try {
        const answer = await fetch(address);
        if (answer.ok) return await this.context.decodeAudioData(await answer.arrayBuffer());
        note("sound-refused", { address, status: answer.status });
        if (answer.status < 500) return null;
      } catch (error) {
        note("sound-failed", { address, why: String(error) });
      }
      await new Promise((done) => setTimeout(done, 300 * turn));
    }
    return null;
  }

  /** A way to the loudspeaker of its own, at a volume in percent. */
  channel(percent) {
    return new Channel(this, percent);
  }

  /** The level of what sounds at this moment, 0…1; also kept in `loudest`. */
  level() {
    this.meter.getFloatTimeDomainData(this.samples);
    let peak = 0;
    for (const sample of this.samples) peak = Math.max(peak, Math.abs(sample));
    this.loudest = Math.max(this.loudest, peak);
    return peak;
  }
}
