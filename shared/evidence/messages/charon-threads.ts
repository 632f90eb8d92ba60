/**
 * strongSwan's log without the names of its IKE SAs, as a file log has it unless `ike_name` is set: there,
 * the threads and the other end's address and port tell which lines are of one attempt.
 */
import { ExchangeType, NotifyType } from "../../ike/registry.ts";
import type { Line } from "./log.ts";

/** An attempt that the log goes on with. */
interface Known {
  label: string;
  /** Its IKE_SA_INIT was answered with a demand to send it anew. */
  asksAgain: boolean;
  answered: boolean;
  /** Its login followed. */
  wentOn: boolean;
  /** The other end's address, once a line has it. */
  address: string;
  /** The log said whose attempt it is, or that nothing is left of it. */
  asked: boolean;
  ended: boolean;
}

/** Gives each line the name of its attempt. */
export class CharonThreads {
  /** By thread: the attempt that it works on, and what it took off the network and has not read yet. */
  readonly #byThread = new Map<string, Known>();
  readonly #taken = new Map<string, Line>();
  readonly #byPeer = new Map<string, Known>();
  /** By address: the latest attempt, for a client goes on with its login at another port. */
  readonly #byAddress = new Map<string, Known>();
  /** By address: the attempts that nothing has ended yet, the oldest first. */
  readonly #halfOpen = new Map<string, Known[]>();
  /** The attempt that this computer began last. */
  #own: Known | null = null;
  #count = 0;

  /** The lines to be read now, with the name of their attempt; none where the next lines tell. */
  linesOf(line: Line): { label: string; lines: Line[] } | null {
    const thread = line.thread ?? "";
    if (line.kind === "datagram" && line.sent === false) {
      this.#taken.set(thread, line);
      return null;
    }
    const taken = this.#taken.get(thread);
    const isRead = line.sent === false && (line.kind === "message" || line.kind === "came-again");
    if (isRead) this.#taken.delete(thread);
    const known =
      isRead && taken
        ? this.#readFrom(taken, line)
        : (this.#toldOf(this.#byThread.get(thread), line) ?? this.#writtenBy(thread, line));
    this.#byThread.set(thread, known);
    if (
      line.kind === "message" &&
      line.sent &&
      line.isResponse &&
      line.exchangeType === ExchangeType.IKE_SA_INIT
    ) {
      known.answered = true;
      known.asksAgain =
        line.notifies?.some((n) => n === NotifyType.COOKIE || n === NotifyType.INVALID_KE_PAYLOAD) === true;
    }
    return { label: known.label, lines: isRead && taken ? [taken, line] : [line] };
  }

  #readFrom(taken: Line, line: Line): Known {
    const { address = "", port = null } = taken.from ?? {};
    const peer = `${address} ${port}`;
    const before = this.#byPeer.get(peer);
    const isOpening =
      line.kind === "message" && line.exchangeType === ExchangeType.IKE_SA_INIT && line.isResponse !== true;
    const latest = this.#byAddress.get(address);
    // A client logs in anew from the port of its last login.
    const isNext =
      line.kind === "message" && line.isResponse !== true && latest?.answered === true && !latest.wentOn;
    const known = isOpening
      ? before && (before.asksAgain || !before.answered)
        ? before
        : this.#new(address)
      : line.isResponse
        ? (this.#own ?? before ?? this.#new())
        : ((isNext ? latest : before) ?? latest ?? this.#own ?? this.#new());
    if (!isOpening && line.isResponse !== true && line.messageId !== 0) known.wentOn = true;
    this.#byPeer.set(peer, known);
    this.#byAddress.set(address, known);
    return known;
  }

  /** Lines of what became of an attempt name its other end, and may stand alone. */
  #toldOf(byThread: Known | undefined, { kind, from }: Line): Known | null {
    if (from === undefined) return null;
    const { address } = from;
    const own = byThread?.address === address ? byThread : undefined;
    switch (kind) {
      case "asked": {
        const known = own && !own.asked ? own : this.#new(address);
        known.asked = true;
        this.#byAddress.set(address, known);
        return known;
      }
      case "refused":
        return this.#new(address);
      case "came-up": {
        const known = own ?? this.#byAddress.get(address) ?? this.#own;
        if (known) known.ended = true;
        return known ?? null;
      }
      case "dropped": {
        const halfOpen = this.#halfOpen.get(address) ?? [];
        let oldest = halfOpen.shift();
        while (oldest?.ended) oldest = halfOpen.shift();
        if (oldest) oldest.ended = true;
        return oldest ?? this.#new(address);
      }
      default:
        return null;
    }
  }

  #writtenBy(thread: string, line: Line): Known {
    if (line.kind === "begins") {
      this.#own = this.#new();
      return this.#own;
    }
    const isRepeated = line.kind === "sent-again" || line.kind === "gave-up";
    const byThread = this.#byThread.get(thread);
    if (isRepeated) return this.#own ?? byThread ?? this.#new();
    const { address = "", port = null } = line.to ?? {};
    return byThread ?? this.#byPeer.get(`${address} ${port}`) ?? this.#own ?? this.#new();
  }

  #new(address = ""): Known {
    this.#count++;
    const known = {
      label: `thread ${this.#count}`,
      asksAgain: false,
      answered: false,
      wentOn: false,
      address,
      asked: false,
      ended: false,
    };
    if (address !== "") {
      const halfOpen = this.#halfOpen.get(address);
      if (halfOpen) halfOpen.push(known);
      else this.#halfOpen.set(address, [known]);
    }
    return known;
  }
}
