/** Lines of `ikefrag decode`, as text and as JSON. */
import { AsciiWriter } from "../bytes/ascii-writer.ts";
import { isResponse } from "../ike/header.ts";
import { exchangeName } from "../ike/registry.ts";
import { familyOf } from "../packet/address.ts";
import { fragmentFrames, toDecodeRecord } from "./ike-records.ts";
import type { IkeObserved } from "./transcript.ts";

/** How many characters are given at once. */
const CHUNK_CHARACTERS = 65_536;

/** Writes a line for each IKE message. */
export interface DecodeLines {
  /** Adds the line of a message. */
  add(observed: IkeObserved): void;
  /** Gives the lines that were added and not given yet. */
  flush(): void;
}

/** Writes each message as a JSON object, for programs. */
export class JsonLines implements DecodeLines {
  readonly #file: string;
  readonly #emit: (text: string) => void;
  #text = "";

  /**
   * @param file the name of the file in the records
   * @param emit gets many lines at once
   */
  constructor(file: string, emit: (text: string) => void) {
    this.#file = file;
    this.#emit = emit;
  }

  add(observed: IkeObserved): void {
    this.#text += `${JSON.stringify(toDecodeRecord(this.#file, observed))}\n`;
    if (this.#text.length >= CHUNK_CHARACTERS) this.flush();
  }

  flush(): void {
    if (this.#text !== "") this.#emit(this.#text);
    this.#text = "";
  }
}

/**
 * Writes each message for people: when, from whom to whom, what, and how it travelled. All of it is ASCII.
 */
export class TextLines implements DecodeLines {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #out = new AsciiWriter(CHUNK_CHARACTERS + 4096);
  #last: IkeObserved | null = null;
  /**
   * Where the middle of the last line stands in what was written: the next line often has the same middle.
   */
  #conversationStart = 0;
  #conversationEnd = 0;

  /** @param emit gets many lines at once */
  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  add(observed: IkeObserved): void {
    const { message, ipPackets } = observed;
    const { ikeFragment } = message;
    const out = this.#out;
    out.number(observed.frame);
    out.text("  ");
    out.number(observed.seconds);
    out.text(".");
    out.number(observed.nanoseconds, 9);
    this.#writeConversation(observed);
    out.number(message.header.length);
    out.text(" bytes");
    if (observed.natTraversal) out.text(", NAT-T");
    if (ikeFragment !== null) {
      out.text(", IKE fragment ");
      out.number(ikeFragment.number);
      out.text("/");
      out.number(ikeFragment.total);
    }
    if (ipPackets.length > 1) {
      out.text(", ");
      out.number(ipPackets.length);
      out.text(" IP fragments (frames");
      let before = " ";
      for (const frame of fragmentFrames(ipPackets)) {
        out.text(before);
        out.number(frame);
        before = ", ";
      }
      out.text(")");
    }
    let space = "  ";
    for (const { name } of message.payloads) {
      if (name === "N") continue;
      out.text(space);
      out.text(name);
      space = " ";
    }
    for (const { name } of message.notifies) {
      out.text(space);
      out.text("N(");
      out.text(name);
      out.text(")");
      space = " ";
    }
    out.text("\n");
    if (out.length >= CHUNK_CHARACTERS) this.flush();
  }

  flush(): void {
    if (this.#out.length > 0) this.#emit(this.#out.take());
    this.#last = null;
  }

  #writeConversation(observed: IkeObserved): void {
    const out = this.#out;
    const start = out.length;
    // The IKE fragments of a message have the same middle.
    if (this.#last !== null && isSameConversation(observed, this.#last)) {
      out.again(this.#conversationStart, this.#conversationEnd);
    } else {
      this.#last = observed;
      writeConversation(out, observed);
    }
    this.#conversationStart = start;
    this.#conversationEnd = out.length;
  }
}

/** Whether the middle of the line, from the addresses to the SPIs, is the same as in the last line. */
function isSameConversation({ flow: a, message: { header: x } }: IkeObserved, last: IkeObserved): boolean {
  const { flow: b } = last;
  const { header: y } = last.message;
  return (
    x.messageId === y.messageId &&
    x.flags === y.flags &&
    x.exchangeType === y.exchangeType &&
    x.majorVersion === y.majorVersion &&
    x.initiatorSpi === y.initiatorSpi &&
    x.responderSpi === y.responderSpi &&
    a.sourcePort === b.sourcePort &&
    a.destinationPort === b.destinationPort &&
    a.source === b.source &&
    a.destination === b.destination
  );
}

/** Writes the middle of a line, from the addresses to the SPIs. */
function writeConversation(out: AsciiWriter, { flow, message: { header } }: IkeObserved): void {
  out.text("  ");
  writeEndpoint(out, flow.source, flow.sourcePort);
  out.text(" > ");
  writeEndpoint(out, flow.destination, flow.destinationPort);
  out.text("  IKEv");
  out.number(header.majorVersion);
  out.text(" ");
  out.text(exchangeName(header.majorVersion, header.exchangeType));
  if (header.majorVersion !== 1) out.text(isResponse(header) ? " response" : " request");
  out.text(" #");
  out.number(header.messageId);
  out.text("  ");
  out.text(header.initiatorSpi);
  out.text("_i ");
  out.text(header.responderSpi);
  out.text("_r  ");
}

function writeEndpoint(out: AsciiWriter, address: string, port: number): void {
  const isIpv6 = familyOf(address) === 6;
  out.text(isIpv6 ? "[" : "");
  out.text(address);
  out.text(isIpv6 ? "]:" : ":");
  out.number(port);
}
