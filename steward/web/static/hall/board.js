// Figures and tiles: of this minute, or while a broadcast plays the frozen ones it speaks.
import { district, nearInstant, shortInstant } from "./clock.js";

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
    for (const town of towns) {
      const tile = this.tile(town.code);
      if (!tile) continue;
      tile.classList.toggle("crowded", town.open_hazards >= 100);
      tile.classList.toggle("packed", town.open_hazards >= 1000);
      tile.querySelector("[data-open]").textContent = town.open_hazards;
      const overdue = tile.querySelector("[data-overdue]");
      overdue.textContent = town.overdue_enterprises || "";
      overdue.parentElement.hidden = !town.overdue_enterprises;
      tile.title = `${town.name}：未闭环隐患 ${town.open_hazards} 处，`
        + `超期预警企业 ${town.overdue_enterprises} 家`;
    }
  }

  tile(code) {
    return this.root.querySelector(`[data-town="${CSS.escape(code)}"]`);
  }

  /** The last whole month's colours: each with its pattern and its name, never by colour alone. */
  setColours({ month, note, bands, towns }) {
    for (const [code, { colour, name }] of Object.entries(towns)) {
      const tile = this.tile(code);
      if (tile) paint(tile, colour, colour ? name : "");
    }
    for (const { colour, name, word, towns: number } of bands) {
      const row = this.root.querySelector(`[data-legend-colour=${colour}]`);
      paint(row.querySelector(".tile"), colour, name);
      row.querySelector("[data-legend-words]").textContent = `${word} ${number} 个`;
    }
    text(this.root, "colour-month", note || `颜色：${month}镇街隐患四色图`);
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

function paint(tile, colour, name) {
  tile.dataset.colour = colour || "none";
  tile.querySelector(".stripe rect").setAttribute("fill", colour ? `url(#four-${colour})` : "none");
  tile.querySelector("[data-colour-name]").textContent = name;
}

function weekOf(board) {
  const monday = district(Date.parse(`${board.monday}T12:00:00+08:00`));
  const sunday = district(Date.parse(`${board.sunday}T12:00:00+08:00`));
  const month = monday.month === sunday.month ? "" : `${sunday.month}月`;
  return `${monday.month}月${monday.day}日至${month}${sunday.day}日`;
}
