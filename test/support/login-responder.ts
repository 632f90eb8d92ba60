/**
 * A gateway that logins are begun with, as bytes in and bytes out: for tests of the plan and of all that
 * reads its answers. It computes its keys with the product's own functions, so that a fault which both
 * ends share is invisible here: vectors of the RFCs and exchanges recorded from real daemons catch that
 * (test/shared/ike/keys).
 */
import { concatBytes } from "../../shared/bytes/concat.ts";
import { fromHex, toHex } from "../../shared/bytes/hex.ts";
import {
  encodeIkeMessage,
  encodePayloads,
  keBody,
  notifyBody,
  type PayloadToEncode,
  saBody,
  withNonEspMarker,
} from "../../shared/ike/encode.ts";
import { IKE_HEADER_BYTES, NO_SPI } from "../../shared/ike/header.ts";
import { privateNumber, publicValue, sharedSecret } from "../../shared/ike/keys/groups.ts";
import { hmacOf, type SaKeys, saKeys } from "../../shared/ike/keys/key-material.ts";
import { payloadBodies } from "../../shared/ike/keys/payload-bodies.ts";
import {
  innerRoom,
  openPart,
  type RandomBytes,
  seal,
  sealInFragments,
} from "../../shared/ike/keys/sealing.ts";
import { chosenSuite, type Suite } from "../../shared/ike/keys/suite.ts";
import { type IkeMessage, readIkeMessage } from "../../shared/ike/message.ts";
import type { IkeProposal } from "../../shared/ike/payload.ts";
import {
  ExchangeType,
  IntegrityId,
  KeyExchangeMethod,
  NotifyType,
  PayloadType,
  PrfId,
  ProtocolId,
  TransformType,
} from "../../shared/ike/registry.ts";

/** What the gateway is like. */
export interface ResponderOptions {
  /** Transforms that it chooses, of those that are offered in one proposal. */
  chooses?: IkeProposal["transforms"];
  /** What it chooses instead, where that is offered. */
  prefers?: IkeProposal["transforms"];
  /** How its users authenticate: only one that takes EAP answers a request without AUTH at length. */
  takes?: "eap" | "certificate" | "psk";
  /**
   * Its refusal of a request without AUTH goes to the port of IKE_SA_INIT, where nobody listens any more:
   * seen of libreswan 4.10.
   */
  refusesEapElsewhere?: boolean;
  /**
   * Milliseconds until its large answer is made. They are more than a client listens for: it is lost, and
   * whoever asks again after that gets it. Until then it takes no other request of this login.
   */
  answersEapAfterMs?: number;
  /** IKE message bytes of its large answer: certificates that are none fill it. */
  answerIkeBytes?: number;
  /** Certificates in its large answer, instead of filling. */
  certificates?: Uint8Array[];
  /** Announces IKE fragmentation where the initiator does, and uses it for what is larger. */
  ikeFragmentation?: boolean;
  /** The most IKE message bytes of each of its IKE fragments. */
  fragmentIkeBytes?: number;
  /** Asks for a COOKIE while it has so many half-open SAs. */
  cookieAtHalfOpen?: number;
  /** Certification authorities that it names in its answer to IKE_SA_INIT. */
  certificateRequests?: number;
  /** The error Notify that it refuses with; AUTHENTICATION_FAILED unless given. */
  refusesWith?: number;
  /** It forgets a login whose AUTH is wrong, and says nothing. */
  ignoresWrongAuth?: boolean;
  /** It announces IKE fragmentation and takes fragments, and leaves it to IP to cut what it sends itself. */
  leavesCuttingToIp?: boolean;
  /** It answers no request a second time, though it should (RFC 7296 §2.1). */
  answersOnce?: boolean;
  /** It answers no IKE_SA_INIT while it has so many half-open SAs. */
  silentAtHalfOpen?: number;
  /** Groups that it asks for by INVALID_KE_PAYLOAD, one after another, before it takes any. */
  asksForGroups?: readonly number[];
}

export const USUAL_TRANSFORMS: IkeProposal["transforms"] = [
  { type: TransformType.ENCR, id: 12, keyBits: 256 },
  { type: TransformType.PRF, id: PrfId.HMAC_SHA2_256, keyBits: null },
  { type: TransformType.INTEG, id: IntegrityId.HMAC_SHA2_256_128, keyBits: null },
  { type: TransformType.KE, id: KeyExchangeMethod.MODP2048, keyBits: null },
];

/**
 * As the gateways of the laboratory answer: IDr, two certificates of 4096 bits, AUTH and a request of EAP.
 */
const USUAL_ANSWER_IKE_BYTES = 3_472;
const NAT_DETECTION_BYTES = 20;

interface Sa {
  initiatorSpi: string;
  responderSpi: string;
  suite: Suite;
  keys: SaKeys;
  ikeFragmentation: boolean;
  /** The request that comes next, and what the one before it was answered with (RFC 7296 §2.1). */
  nextMessageId: number;
  lastAnswer: Uint8Array[];
  /** When the answer before was made. */
  readyAtMs: number;
  /** IKE fragments of the next request so far. */
  fragments: Map<number, { inner: Uint8Array; firstPayload: number }>;
  fragmentTotal: number;
}

/** @see ResponderOptions */
export class LoginResponder {
  readonly #options: ResponderOptions;
  readonly #random: RandomBytes;
  readonly #sas = new Map<string, Sa>();
  #refusals = 0;
  #mostHalfOpen = 0;
  #askedForGroups = 0;

  constructor(options: ResponderOptions, random: RandomBytes) {
    this.#options = options;
    this.#random = random;
  }

  /** SAs that nobody has ended. */
  get halfOpen(): number {
    return this.#sas.size;
  }

  /** How many of these it ever had at a time. */
  get mostHalfOpen(): number {
    return this.#mostHalfOpen;
  }

  /** Logins that it refused, as its log would show them. */
  get refusals(): number {
    return this.#refusals;
  }

  /**
   * What it answers to a datagram, to whoever sent it.
   *
   * @param datagram the UDP payload, on port 4500 with the non-ESP marker
   * @param atMs when it comes; it matters to a slow gateway only
   */
  answer(datagram: Uint8Array, port: number, atMs = 0): Uint8Array[] {
    const marked = port === 4500;
    if (marked && !datagram.subarray(0, 4).every((byte) => byte === 0)) return [];
    const bytes = marked ? datagram.subarray(4) : datagram;
    const message = readIkeMessage(bytes);
    if (message instanceof Error) return [];
    const answers =
      message.header.exchangeType === ExchangeType.IKE_SA_INIT
        ? this.#answerInit(bytes, message)
        : this.#answerAuth(bytes, message, atMs);
    return marked ? answers.map(withNonEspMarker) : answers;
  }

  #answerInit(bytes: Uint8Array, { header, proposals, keGroup, notifies }: IkeMessage): Uint8Array[] {
    const { cookieAtHalfOpen = Number.POSITIVE_INFINITY } = this.#options;
    const { initiatorSpi } = header;
    const known = [...this.#sas.values()].find((sa) => sa.initiatorSpi === initiatorSpi);
    const { answersOnce = false, silentAtHalfOpen = Number.POSITIVE_INFINITY } = this.#options;
    if (known !== undefined) return known.nextMessageId === 1 && !answersOnce ? known.lastAnswer : [];
    if (this.#sas.size >= silentAtHalfOpen) return [];
    const without = (payload: PayloadToEncode) => [this.#init(initiatorSpi, NO_SPI, [payload])];
    const isOffered = (transforms: IkeProposal["transforms"]) =>
      proposals.some((p) =>
        transforms.every((wanted) =>
          p.transforms.some(
            (t) => t.type === wanted.type && t.id === wanted.id && t.keyBits === wanted.keyBits,
          ),
        ),
      );
    const { chooses: usual = USUAL_TRANSFORMS, prefers = usual } = this.#options;
    const chooses = isOffered(prefers) ? prefers : usual;
    if (!isOffered(chooses)) return without(notify(NotifyType.NO_PROPOSAL_CHOSEN));
    if (this.#sas.size >= cookieAtHalfOpen) return without(notify(NotifyType.COOKIE, this.#random(24)));
    const { asksForGroups = [] } = this.#options;
    const asked = asksForGroups[this.#askedForGroups];
    if (asked !== undefined) {
      this.#askedForGroups += 1;
      return without(notify(NotifyType.INVALID_KE_PAYLOAD, Uint8Array.of(asked >> 8, asked & 0xff)));
    }
    const group = chooses.find(({ type }) => type === TransformType.KE)?.id ?? 0;
    if (keGroup !== group)
      return without(notify(NotifyType.INVALID_KE_PAYLOAD, Uint8Array.of(group >> 8, group & 0xff)));
    const bodies = payloadBodies(header.nextPayload, bytes.subarray(IKE_HEADER_BYTES)) ?? [];
    const bodyOf = (type: number) => bodies.find((p) => p.type === type)?.body ?? new Uint8Array(0);
    const responderSpi = toHex(this.#random(8).map((byte) => byte | 1));
    const nonce = this.#random(32);
    const seed = hmacOf("sha512", this.#random(32), nonce);
    const suite = chosenSuite([{ protocolId: ProtocolId.IKE, transforms: chooses }]);
    const announced = notifies.some(({ type }) => type === NotifyType.IKEV2_FRAGMENTATION_SUPPORTED);
    const ikeFragmentation = announced && (this.#options.ikeFragmentation ?? true);
    const { certificateRequests = 0 } = this.#options;
    const response = this.#init(initiatorSpi, responderSpi, [
      { type: PayloadType.SA, body: saBody([{ protocolId: ProtocolId.IKE, transforms: chooses }]) },
      {
        type: PayloadType.KE,
        body: keBody(group, suite ? publicValue(group, privateNumber(group, seed)) : this.#random(256)),
      },
      { type: PayloadType.Nonce, body: nonce },
      notify(NotifyType.NAT_DETECTION_SOURCE_IP, this.#random(NAT_DETECTION_BYTES)),
      notify(NotifyType.NAT_DETECTION_DESTINATION_IP, this.#random(NAT_DETECTION_BYTES)),
      ...(certificateRequests > 0
        ? [
            {
              type: PayloadType.CERTREQ,
              body: concatBytes([Uint8Array.of(4), this.#random(20 * certificateRequests)]),
            },
          ]
        : []),
      ...(ikeFragmentation ? [notify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED)] : []),
    ]);
    const secret =
      suite && sharedSecret(group, privateNumber(group, seed), bodyOf(PayloadType.KE).subarray(4));
    if (suite !== null && secret !== null) {
      const nonces = { initiator: bodyOf(PayloadType.Nonce), responder: nonce };
      const spis = { initiator: fromHex(initiatorSpi), responder: fromHex(responderSpi) };
      this.#sas.set(responderSpi, {
        initiatorSpi,
        responderSpi,
        suite,
        keys: saKeys(suite, secret, nonces, spis),
        ikeFragmentation,
        nextMessageId: 1,
        lastAnswer: [response],
        readyAtMs: Number.NEGATIVE_INFINITY,
        fragments: new Map(),
        fragmentTotal: 0,
      });
      this.#mostHalfOpen = Math.max(this.#mostHalfOpen, this.#sas.size);
    }
    return [response];
  }

  #init(initiatorSpi: string, responderSpi: string, payloads: PayloadToEncode[]): Uint8Array {
    const exchangeType = ExchangeType.IKE_SA_INIT;
    return encodeIkeMessage({
      initiatorSpi,
      responderSpi,
      exchangeType,
      initiator: false,
      response: true,
      payloads,
    });
  }

  #answerAuth(bytes: Uint8Array, { header, ikeFragment }: IkeMessage, atMs: number): Uint8Array[] {
    const sa = this.#sas.get(header.responderSpi);
    if (sa === undefined || sa.initiatorSpi !== header.initiatorSpi || atMs < sa.readyAtMs) return [];
    const part = openPart(sa.suite, sa.keys.initiator, bytes);
    if (typeof part === "string") return [];
    // A responder sends its answer again when it gets the request again: in IKE fragments, when the first of
    // them comes (RFC 7383 §2.6.1).
    if (header.messageId === sa.nextMessageId - 1 && sa.nextMessageId > 1)
      return this.#options.answersOnce
        ? []
        : ikeFragment === null || ikeFragment.number === 1
          ? sa.lastAnswer
          : [];
    if (header.messageId !== sa.nextMessageId) return [];
    if (ikeFragment === null) return this.#answerWhole(sa, part.firstPayload, part.inner, false, atMs);
    if (ikeFragment.total !== sa.fragmentTotal) {
      sa.fragments.clear();
      sa.fragmentTotal = ikeFragment.total;
    }
    sa.fragments.set(ikeFragment.number, part);
    if (sa.fragments.size < ikeFragment.total) return [];
    const parts = [...sa.fragments].sort(([a], [b]) => a - b).map(([, one]) => one);
    const inner = concatBytes(parts.map((one) => one.inner));
    return this.#answerWhole(sa, parts[0]?.firstPayload ?? PayloadType.NONE, inner, true, atMs);
  }

  #answerWhole(
    sa: Sa,
    firstPayload: number,
    inner: Uint8Array,
    inFragments: boolean,
    atMs: number,
  ): Uint8Array[] {
    const payloads = payloadBodies(firstPayload, inner);
    if (payloads === null) return [];
    const {
      takes = "eap",
      refusesEapElsewhere = false,
      fragmentIkeBytes = 1_248,
      answersEapAfterMs = 0,
      refusesWith = NotifyType.AUTHENTICATION_FAILED,
      leavesCuttingToIp,
      ignoresWrongAuth,
    } = this.#options;
    const hasAuth = payloads.some(({ type }) => type === PayloadType.AUTH);
    const asksEap = sa.nextMessageId === 1 && !hasAuth && takes === "eap";
    const answer = asksEap ? this.#eapAnswer(sa) : [notify(refusesWith)];
    const sealed = {
      initiatorSpi: sa.initiatorSpi,
      responderSpi: sa.responderSpi,
      exchangeType: ExchangeType.IKE_AUTH,
      initiator: false,
      response: true,
      messageId: sa.nextMessageId,
    };
    const isLarge = encodePayloads(answer).length > innerRoom(sa.suite, fragmentIkeBytes);
    sa.lastAnswer =
      (sa.ikeFragmentation || inFragments) && isLarge && !leavesCuttingToIp
        ? sealInFragments(sa.suite, sa.keys.responder, sealed, answer, fragmentIkeBytes, this.#random)
        : [seal(sa.suite, sa.keys.responder, sealed, answer, this.#random)];
    sa.nextMessageId += 1;
    sa.fragments.clear();
    if (!asksEap) {
      // Real ones forget a login that they refuse, and answer nothing more in its name.
      this.#refusals += 1;
      this.#sas.delete(sa.responderSpi);
      if (hasAuth ? ignoresWrongAuth : refusesEapElsewhere) return [];
    }
    if (asksEap && answersEapAfterMs > 0) {
      sa.readyAtMs = atMs + answersEapAfterMs;
      return [];
    }
    return sa.lastAnswer;
  }

  #eapAnswer({ suite }: Sa): PayloadToEncode[] {
    const { certificates, answerIkeBytes = USUAL_ANSWER_IKE_BYTES } = this.#options;
    const certificate = (der: Uint8Array): PayloadToEncode => ({
      type: PayloadType.CERT,
      body: concatBytes([Uint8Array.of(4), der]),
    });
    const name = new TextEncoder().encode("gateway.example.com");
    const rest: PayloadToEncode[] = [
      { type: PayloadType.AUTH, body: concatBytes([Uint8Array.of(1, 0, 0, 0), this.#random(512)]) },
      // Identity, RFC 3748 §5.1.
      { type: PayloadType.EAP, body: Uint8Array.of(1, 0, 0, 5, 1) },
    ];
    const identity = { type: PayloadType.IDr, body: concatBytes([Uint8Array.of(2, 0, 0, 0), name]) };
    const room = innerRoom(suite, answerIkeBytes) - encodePayloads([identity, ...rest]).length - 5;
    const filled = certificates ?? (room > 0 ? [this.#random(room)] : []);
    return [identity, ...filled.map(certificate), ...rest];
  }
}

const notify = (type: number, data: Uint8Array = new Uint8Array(0)): PayloadToEncode => ({
  type: PayloadType.N,
  body: notifyBody(type, data),
});
