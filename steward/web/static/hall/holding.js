// What staff have set in this hall: paused, quiet, how loud; and what waits to go on.
import { district, nearInstant, serverNow } from "./clock.js";

const LOUDEST = 100;
const LONGEST_TIMER_MS = 3600000;

/** 14:00, or 明天 07:00. */
function until(iso) {
  const at = district(Date.parse(iso));
  const today = district(serverNow());
  return `${at.day === today.day ? "" : "明天 "}${at.hour}:${at.minute}`;
}

export class Holding {
  /** `refresh()` is called when the quiet hours begin or end. */
  constructor(root, refresh) {
    this.root = root;
    this.refresh = refresh;
    this.controls = null;
    this.timer = null;
  }

  set(controls) {
    this.controls = controls;
    clearTimeout(this.timer);
    if (controls.next_change) {
      const wait = Date.parse(controls.next_change) - serverNow() + 200;
      this.timer = setTimeout(this.refresh, Math.min(Math.max(wait, 200), LONGEST_TIMER_MS));
    }
    this.draw();
  }

  /** Percent for announcements of a priority. */
  volume(priority) {
    return this.controls ? this.controls.volumes[priority] : LOUDEST;
  }

  /** For the sign of the sound: nothing at full volume. */
  get volumeWords() {
    const percent = this.controls ? this.controls.volume : LOUDEST;
    return percent === LOUDEST ? "" : ` · 音量 ${percent}`;
  }

  draw() {
    const { paused_at: paused, quiet_until: quiet, resuming } = this.controls;
    const held = paused ? "已暂停播报" : quiet ? `安静时段到 ${until(quiet)}` : "";
    const sign = this.root.querySelector("[data-hold-sign]");
    sign.hidden = !held;
    sign.querySelector("span").textContent = held;
    const words = [];
    if (paused) words.push(`${nearInstant(paused)} 由 ${this.controls.paused_by} 暂停`);
    if (held) words.push("紧急播报照常播出");
    const again = resuming
      ? `“${resuming.title}”从第 ${resuming.ordinal + 1}/${resuming.clauses} 句继续` : "";
    if (held && resuming) words.push(`之后${again}`);
    const place = this.root.querySelector("[data-holding]");
    place.hidden = !held && !resuming;
    place.querySelector("b").textContent = held || (resuming ? "播报被打断" : "");
    place.querySelector("span").textContent = held ? words.join("，") : again;
    const after = this.root.querySelector("[data-caption-after]");
    after.hidden = !resuming;
    after.textContent = resuming ? `之后${again}` : "";
  }
}
