/** A small responder for gateways that no daemon here plays: `node simulated-gateway.ts KIND`, on UDP 500 and 4500. */
import { createSocket } from "node:dgram";
import process from "node:process";
import { toHex } from "../../shared/bytes/hex.ts";
import { encodeIkeMessage, notifyBody, withNonEspMarker } from "../../shared/ike/encode.ts";
import { ExchangeType, NotifyType, PayloadType } from "../../shared/ike/registry.ts";
import { gatewayAnswer } from "../support/simulated-path.ts";
import type { GatewayKind } from "./scenario.ts";

const ANSWERS_BEFORE_SILENCE = 8;
const kind = process.argv[2] as GatewayKind;
let answered = 0;

function answer(datagram: Uint8Array, port: number): Uint8Array | null {
  if (kind === "falls-silent" && answered >= ANSWERS_BEFORE_SILENCE) return null;
  return kind === "asks-for-cookies"
    ? cookie(datagram, port)
    : gatewayAnswer({ ignoresUnacceptable: kind === "ignores-unacceptable" }, datagram, port);
}

/** RFC 7296 §2.6: nothing but the COOKIE. */
function cookie(datagram: Uint8Array, port: number): Uint8Array {
  const request = port === 4500 ? datagram.subarray(4) : datagram;
  const message = encodeIkeMessage({
    initiatorSpi: toHex(request.subarray(0, 8)),
    responderSpi: "0000000000000000",
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: false,
    response: true,
    payloads: [{ type: PayloadType.N, body: notifyBody(NotifyType.COOKIE, new Uint8Array(24).fill(7)) }],
  });
  return port === 4500 ? withNonEspMarker(message) : message;
}

for (const port of [500, 4500]) {
  const socket = createSocket("udp6");
  socket.on("message", (datagram, from) => {
    const reply = answer(datagram, port);
    if (reply === null) return;
    answered += 1;
    socket.send(reply, from.port, from.address);
  });
  socket.bind(port, "::", () => console.log(`listening on ${port}`));
}
