// Until staff have enrolled this player its screen shows a code; afterwards it goes where they put it.
import { serverNow } from "./clock.js";
import { movedTo } from "./identity.js";
import { note } from "./log.js";

const SOONEST_MS = 1000;

function inHall(address, hall) {
  return address.slice(0, address.lastIndexOf("/") + 1) + encodeURIComponent(hall);
}

/**
 * A screen that was moved still begins at its old address: go on to its hall. Not where somebody
 * came here by a link. True when it goes.
 */
export function sentOn(address) {
  const to = movedTo(decodeURIComponent(address.split("/").pop()));
  if (to === null || document.referrer !== "") return false;
  location.replace(inHall(address, to));
  return true;
}

export class Enrolment {
  /** `ask()` reports this player's presence anew. */
  constructor(root, reports, ask) {
    this.sign = root.querySelector("[data-enrol]");
    this.reports = reports;
    this.ask = ask;
    this.timer = null;
    this.hall = null; // the hall staff have given it
  }

  /** What the server said to a report of this player's presence. */
  told({ enrolled, hall, title, code, code_until: until, secret }) {
    clearTimeout(this.timer);
    if (secret) {
      note("enrolled", { title });
      this.reports.identity.keep(secret);
      this.ask();
    } else if (!enrolled && this.reports.identity.secret) {
      this.reports.identity.keep("");
    }
    this.hall = enrolled ? hall : null;
    this.code = enrolled ? "" : code;
    if (this.code) {
      const wait = Date.parse(until) - serverNow();
      this.timer = setTimeout(this.ask, Math.max(wait, SOONEST_MS));
    }
  }

  show(leads) {
    this.sign.hidden = !(leads && this.code);
    this.sign.querySelector("b").textContent = this.code || "";
  }

  /** Go to the hall staff have put it in, when it is another one. */
  follow(address) {
    const { identity } = this.reports;
    if (this.hall === null || this.hall === identity.hall) return;
    if (identity.moveTo(this.hall)) location.replace(inHall(address, this.hall));
  }
}
