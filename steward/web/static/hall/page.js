// The hall's page: listens to the log, plays what is put on the air, shows what is said.
import { Board } from "./board.js";
import { Captions } from "./captions.js";
import { district, known, serverNow } from "./clock.js";
import { Drill } from "./drill.js";
import { Enrolment, sentOn } from "./enrolment.js";
import { Holding } from "./holding.js";
import { Leader } from "./leader.js";
import { entries, note } from "./log.js";
import { beginning, Playback } from "./playback.js";
import { Reports } from "./reports.js";
import { Sound } from "./sound.js";
import { Stream } from "./stream.js";

const BOARD_MS = 60000;
const PRESENCE_MS = 30000;
const PREFETCH_MS = 150;
const BOARD_SOON_MS = 400; // what is to be heard is fetched first
const GOES_ON = new Set(["playing", "played"]); // states that let a begun broadcast end
const hall = document.body.dataset.hall;
const root = document.documentElement;

class Page {
  constructor() {
    this.reports = new Reports(hall, (answer) => this.onTold(answer));
    this.enrolment = new Enrolment(document, this.reports, () => this.reportSound());
    this.captions = new Captions(document.querySelector("[data-captions]"));
    this.idle = document.querySelector("[data-idle]");
    this.board = new Board(document);
    this.drill = new Drill(document.querySelector("[data-drill]"));
    this.holding = new Holding(document, () => this.refreshBoard());
    this.sound = new Sound(() => this.showSound());
    this.leader = new Leader(hall, (leads) => this.onLeads(leads));
    this.playback = null;
    this.onAir = null; // the broadcast the server says is playing
    this.fetched = new Set();
    this.heard = new Set();
    this.controlledAt = 0;
    this.connected = false;
    this.fault = "";
    this.stream = new Stream(hall, Number(document.body.dataset.heartbeat), {
      hello: (data) => this.onHello(data),
      change: (data) => this.onChange(data),
      beat: (data) => this.onBeat(data),
      connection: (open) => this.onConnection(open),
    });
  }

  start() {
    for (const chime of document.body.dataset.chimes.trim().split(" ")) this.sound.load(chime);
    this.sound.unlock().then(() => this.reportSound());
    document.querySelector("[data-unlock]").addEventListener("click", () => this.onClick());
    document.querySelector("[data-sound]").addEventListener("click", () => this.onSoundButton());
    addEventListener("keydown", (event) => {
      if (event.key === "Tab" || event.ctrlKey || event.altKey || event.metaKey) return;
      if (this.sound.state === "blocked") this.onClick();
    });
    this.leader.start();
    this.stream.open();
    this.refreshBoard();
    setInterval(() => this.refreshBoard(), BOARD_MS);
    setInterval(() => this.reportSound(), PRESENCE_MS);
    setInterval(() => this.showTime(), 250);
  }

  // What the server says ---------------------------------------------------------------

  onHello(data) {
    this.onAir = data.playing;
    this.control(data.controls, data.now);
    this.reportSound();
    if (data.playing !== null) this.begin(data.playing);
    else if (this.playback) this.check();
  }

  onChange(change) {
    const id = change.broadcast_id;
    if (change.what === "hall") { // paused, quiet, louder: the board tells how it is now
      this.refreshBoard();
      if (change.to === "player") this.reportSound(); // enrolled, moved, retired: perhaps this one
      return;
    }
    if (change.what !== "state") { // a clip was made, or will never be
      if (this.playback && this.playback.id === id) this.playback.look();
      else this.prefetchSoon(id);
      return;
    }
    if (change.to === "playing") {
      this.onAir = id;
      this.heard.delete(id);
      this.begin(id);
      return;
    }
    if (this.onAir === id) this.onAir = null;
    if (this.ticket && this.ticket.id === id && !GOES_ON.has(change.to)) this.ticket = null;
    if (change.to === "ready") this.prefetchSoon(id);
    if (this.playback && this.playback.id === id && !GOES_ON.has(change.to)) {
      this.cut(change.why || change.to);
    } else if (this.playback && this.playback.id === id && !this.playback.sound) {
      this.silentEnd();
    }
    this.boardSoon();
  }

  onBeat(data) {
    this.fault = data.fault || "";
    this.showConnection();
  }

  onConnection(open) {
    this.connected = open;
    this.showConnection();
  }

  async fetchBroadcast(id) {
    for (let turn = 0; turn < 4; turn++) {
      try {
        const answer = await fetch(`${hall}/broadcasts/${id}.json`);
        if (answer.ok) return await answer.json();
        if (answer.status < 500) return null;
      } catch (error) {
        note("broadcast-failed", { broadcast: id, why: String(error) });
      }
      await new Promise((done) => setTimeout(done, 400 * 2 ** turn));
    }
    return null;
  }

  /** Once for a burst of changes. */
  prefetchSoon(id) {
    clearTimeout(this.prefetching);
    this.prefetching = setTimeout(() => this.prefetch(id), PREFETCH_MS);
  }

  /** Have the clips made so far before they are needed. */
  async prefetch(id) {
    if (!this.leader.leads || (this.playback && this.playback.id === id)) return;
    const broadcast = await this.fetchBroadcast(id);
    if (!broadcast) return;
    for (const clause of broadcast.clauses) if (clause.clip) this.sound.load(clause.clip);
    this.fetchedReceipt(id);
  }

  fetchedReceipt(id) {
    if (this.fetched.has(id)) return;
    this.fetched.add(id);
    this.reports.receipt(id, "fetched");
  }

  // Playing ------------------------------------------------------------------------------

  async begin(id, fromStart = false) {
    if (this.playback && this.playback.id === id && !fromStart) return;
    if (this.heard.has(id)) return;
    if (this.playback) this.cut("another");
    const ticket = this.ticket = { id };
    const broadcast = await this.fetchBroadcast(id);
    if (ticket !== this.ticket || !broadcast || broadcast.state !== "playing") return;
    const leads = this.leader.leads;
    if (leads) {
      this.fetchedReceipt(id);
      for (const clause of broadcast.clauses) if (clause.clip) this.sound.load(clause.clip);
      await this.sound.unlock();
    }
    const chime = leads ? await this.sound.load(broadcast.chime.before) : null;
    if (ticket !== this.ticket) return;
    const start = fromStart ? { ordinal: broadcast.from_ordinal, chime: true }
      : beginning(broadcast, chime ? chime.duration : 0);
    if (start === null) return;
    const sounding = leads && this.sound.state !== "blocked";
    if (leads && this.sound.state !== "ready") this.reports.receipt(id, this.sound.state);
    this.playback = new Playback(
      broadcast, sounding ? this.sound : null, this.holding.volume(broadcast.priority),
      this.hearing(broadcast, sounding), () => this.fetchBroadcast(id));
    this.captions.show(broadcast);
    this.drill.show(broadcast.status);
    this.idle.hidden = true;
    if (broadcast.board) this.board.freeze(broadcast.board);
    this.playback.play(start);
    this.expose();
  }

  hearing({ id, month }, sounding) {
    const receipt = (event, ordinal) => {
      if (sounding && this.sound.state === "ready") this.reports.receipt(id, event, ordinal);
    };
    return {
      begun: () => receipt("started"),
      clause: (ordinal) => {
        const words = this.captions.light(ordinal);
        this.board.speak(month ? "" : words); // a month's figures are not those on the board
        this.captions.mute(this.playback.isMute(ordinal));
        receipt("clause", ordinal);
        this.expose();
      },
      finished: () => {
        receipt("ended");
        if (sounding) this.heard.add(id);
        if (sounding || this.onAir !== id) this.rest();
      },
    };
  }

  /** Stop before the end, tell where: the server says where to go on, to every player the same. */
  cut(why) {
    const { playback } = this;
    const ordinal = playback.ordinal;
    playback.halt();
    if (playback.sound) this.reports.receipt(playback.id, "interrupted", ordinal, why);
    this.rest();
  }

  /** Only captions ran, and the broadcast is over. */
  silentEnd() {
    if (this.playback.complete && this.playback.stopped) this.rest();
  }

  rest() {
    this.playback = null;
    this.ticket = null;
    this.captions.hide();
    this.drill.show("actual");
    this.idle.hidden = false;
    this.board.freeze(null);
    this.boardSoon();
    this.expose();
  }

  /** After a reconnection: is what we play still wanted? */
  async check() {
    const { id } = this.playback;
    const broadcast = await this.fetchBroadcast(id);
    if (broadcast && this.playback && this.playback.id === id && !GOES_ON.has(broadcast.state)) {
      this.cut(broadcast.state);
    }
  }

  /** How staff have set the hall, as of an instant; answers may overtake each other. */
  control(controls, now) {
    if (Date.parse(now) < this.controlledAt) return;
    this.controlledAt = Date.parse(now);
    this.holding.set(controls);
    if (this.playback) {
      this.playback.setVolume(this.holding.volume(this.playback.broadcast.priority));
    }
    this.showSound();
  }

  onLeads(leads) {
    this.showSound();
    this.enrolment.show(leads);
    if (this.playback) {
      this.playback.halt();
      this.rest();
    }
    if (leads) this.reportSound();
    if (this.onAir !== null) this.begin(this.onAir);
  }

  // Sound ------------------------------------------------------------------------------------

  async onClick() {
    if (!(await this.sound.unlock())) return;
    this.reportSound();
    if (this.leader.leads && this.onAir !== null && (!this.playback || !this.playback.sound)) {
      if (this.playback) this.playback.halt();
      this.playback = null;
      this.begin(this.onAir, true);
    }
  }

  onSoundButton() {
    if (this.sound.state === "blocked") {
      this.onClick();
      return;
    }
    this.sound.mute(!this.sound.muted);
    if (this.sound.muted && this.playback && this.playback.sound) {
      this.reports.receipt(this.playback.id, "muted", this.playback.ordinal);
    }
    this.reportSound();
  }

  reportSound() {
    if (!this.leader.leads) return;
    const { controls } = this.holding;
    this.reports.presence({
      sound: this.sound.state, version: document.body.dataset.version,
      volume: controls ? controls.volume : null,
    });
  }

  /** What the server says of this player. */
  onTold(answer) {
    this.enrolment.told(answer);
    this.enrolment.show(this.leader.leads);
    if (!this.playback && this.onAir === null) this.enrolment.follow(hall);
  }

  // Signs ------------------------------------------------------------------------------------

  showSound() {
    if (!this.leader) return;
    const { state } = this.sound;
    const words = !this.leader.leads && this.leader.holder() ? "本机另一窗口正在播音"
      : { ready: `声音已开启${this.holding.volumeWords}`, blocked: "声音未开启", muted: "已静音" }[state];
    const button = document.querySelector("[data-sound]");
    button.querySelector("[data-sound-words]").textContent = words;
    button.dataset.state = this.leader.leads ? state : "elsewhere";
    document.querySelector("[data-unlock]").hidden = !(this.leader.leads && state === "blocked");
    if (this.soundShown !== state) {
      this.soundShown = state;
      note("sound", { state });
      this.reportSound();
    }
    this.expose();
  }

  showConnection() {
    const sign = document.querySelector("[data-connection-sign]");
    sign.dataset.state = !this.connected ? "broken" : this.fault ? "fault" : "open";
    sign.querySelector("[data-connection-words]").textContent =
      !this.connected ? "连接中断，正在重连" : this.fault ? "数据库暂时无法使用" : "在线";
    this.expose();
  }

  showTime() {
    if (known()) {
      const at = district(serverNow());
      document.querySelector("[data-time]").textContent = `${at.hour}:${at.minute}:${at.second}`;
      document.querySelector("[data-date]").textContent = `${at.month}月${at.day}日 ${at.weekday}`;
      const badge = document.querySelector("[data-demonstration]");
      if (badge) badge.textContent = `演示时钟 ${at.year}年${at.month}月${at.day}日`;
    }
    this.sound.level();
    this.expose();
  }

  /** Once for a burst of changes. */
  boardSoon() {
    clearTimeout(this.boarding);
    this.boarding = setTimeout(() => this.refreshBoard(), BOARD_SOON_MS);
  }

  async refreshBoard() {
    try {
      const answer = await fetch(`${hall}/board.json`);
      const news = await answer.json();
      if (!answer.ok) {
        note("board-refused", { status: answer.status, why: news.error });
        return;
      }
      this.board.setLive(news.board);
      this.board.setColours(news.colours);
      this.board.setLineup(news.next, news.last, news.waiting);
      this.control(news.controls, news.now);
    } catch (error) {
      note("board-failed", { why: String(error) });
    }
  }

  // For whoever looks from outside --------------------------------------------------------------

  snapshot() {
    const { playback, sound } = this;
    return Object.freeze({
      state: !playback ? "idle" : playback.sound ? "playing" : "captions",
      broadcast: playback ? playback.id : null,
      clause: playback ? playback.ordinal : null,
      sound: sound.state,
      contextState: sound.context.state,
      contextTime: sound.context.currentTime,
      level: sound.level(),
      loudest: sound.loudest,
      late: playback ? playback.late : null,
      controls: this.holding.controls,
      course: playback ? playback.course.map((step) => ({ ...step })) : [],
      connected: this.connected,
      lastId: this.stream.lastId,
      leads: this.leader.leads,
      player: this.reports.identity.key,
      log: entries.map((entry) => ({ ...entry })),
    });
  }

  expose() {
    const { playback } = this;
    Object.assign(root.dataset, {
      playerState: !playback ? "idle" : playback.sound ? "playing" : "captions",
      playerSound: this.sound.state,
      playerConnected: String(this.connected),
      playerLeads: String(this.leader.leads),
      playerClause: playback && playback.ordinal !== null ? String(playback.ordinal) : "",
      playerBroadcast: playback ? String(playback.id) : "",
      playerTime: this.sound.context.currentTime.toFixed(2),
      playerLoudest: this.sound.loudest.toFixed(3),
    });
  }
}

if (!sentOn(hall)) {
  const page = new Page();
  window.hazardPlayer = Object.freeze({ snapshot: () => page.snapshot() });
  page.start();
}
