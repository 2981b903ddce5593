// Figures and tiles: of this minute, or while a broadcast plays the frozen ones it speaks.
import { district, nearInstant, shortInstant } from "./clock.js";

const LEVELS = 4;

function text(root, name, value) {
  const place = root.querySelector(`[data-${name}]`);
  if (place) place.textContent = value;
}

export class Board {
  constructor(root) {
    this.root = root;
    this.live = null;
    this.frozen = null;
  }

  setLive(board) {
    this.live = board;
    if (!this.frozen) this.draw();
  }

  /** The figures a broadcast speaks; null goes back to the living ones. */
  freeze(board) {
    this.frozen = board;
    this.draw();
    this.speak("");
  }

  draw() {
    const board = this.frozen || this.live;
    if (!board) return;
    const { counts } = board;
    for (const card of this.root.querySelectorAll("[data-figure]")) {
      const value = counts[card.dataset.figure];
      const rate = card.dataset.figure === "closure_rate";
      card.querySelector("[data-value]").textContent =
        value === null ? "无" : rate ? value.toFixed(1) : value;
      if (rate) card.querySelector("[data-unit]").textContent = value === null ? "" : "%";
    }
    text(this.root, "scope", board.scope);
    text(this.root, "week", weekOf(board));
    text(this.root, "as-of", `截至 ${shortInstant(board.as_of)}`);
    text(this.root, "origin", this.frozen ? "本次播报" : "实时");
    this.root.querySelector("[data-origin]").classList.toggle("frozen", this.frozen !== null);
    const towns = board.towns.length ? board.towns : (this.live ? this.live.towns : []);
    this.drawTiles(towns);
  }

  drawTiles(towns) {
    const most = Math.max(0, ...towns.map((town) => town.open_hazards));
    const step = Math.max(1, Math.ceil(most / LEVELS));
    for (const town of towns) {
      const tile = this.root.querySelector(`[data-town="${CSS.escape(town.code)}"]`);
      if (!tile) continue;
      const level = Math.min(LEVELS, Math.ceil(town.open_hazards / step));
      tile.dataset.level = level;
      tile.classList.toggle("crowded", town.open_hazards >= 1000);
      tile.querySelector("[data-open]").textContent = town.open_hazards;
      const overdue = tile.querySelector("[data-overdue]");
      overdue.textContent = town.overdue_enterprises || "";
      overdue.parentElement.hidden = !town.overdue_enterprises;
      tile.title = `${town.name}：未闭环隐患 ${town.open_hazards} 处，`
        + `超期预警企业 ${town.overdue_enterprises} 家`;
    }
    for (const row of this.root.querySelectorAll("[data-legend-level]")) {
      const level = Number(row.dataset.legendLevel);
      row.querySelector("[data-range]").textContent = level === 0
        ? "0 处" : step === 1 ? `${level} 处` : `${(level - 1) * step + 1}–${level * step} 处`;
    }
  }

  /** Light the figures that these words name. */
  speak(words) {
    for (const card of this.root.querySelectorAll("[data-spoken-as]")) {
      const named = words !== "" && card.dataset.spokenAs.split(" ").some((one) => words.includes(one));
      card.classList.toggle("speaking", named);
    }
  }

  /** What comes next, what came last, and what should be heard now and is not. */
  setLineup(next, last, waiting) {
    const sign = this.root.querySelector("[data-waiting]");
    sign.hidden = !waiting;
    sign.classList.toggle("held", Boolean(waiting && waiting.held));
    if (waiting) {
      const what = waiting.held ? "没有播出，等值班员处理" : "即将播出";
      text(this.root, "waiting-what", `${nearInstant(waiting.at)} ${waiting.title}：${what}`);
      text(this.root, "waiting-why", waiting.why);
    }
    text(this.root, "next-time", next ? nearInstant(next.at) : "没有安排");
    text(this.root, "next-title", next ? next.title : "");
    text(this.root, "last-time", last ? nearInstant(last.at) : "还没有播过");
    text(this.root, "last-title", last ? last.title : "");
  }
}

function weekOf(board) {
  const monday = district(Date.parse(`${board.monday}T12:00:00+08:00`));
  const sunday = district(Date.parse(`${board.sunday}T12:00:00+08:00`));
  const month = monday.month === sunday.month ? "" : `${sunday.month}月`;
  return `${monday.month}月${monday.day}日至${month}${sunday.day}日`;
}
