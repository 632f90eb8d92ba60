/** Which format a file has, by its first bytes. */
import { expect, test } from "vitest";
import { fromHex } from "../../../shared/bytes/hex.ts";
import { captureFormat } from "../../../shared/capture/format.ts";

test.for([
  { name: "pcap, little-endian, microseconds", head: "d4c3b2a1 0200", format: "pcap" },
  { name: "pcap, big-endian, microseconds", head: "a1b2c3d4 0002", format: "pcap" },
  { name: "pcap, little-endian, nanoseconds", head: "4d3cb2a1", format: "pcap" },
  { name: "pcap, big-endian, nanoseconds", head: "a1b23c4d", format: "pcap" },
  { name: "pcap of a patched libpcap, little-endian", head: "34cdb2a1", format: "pcap" },
  { name: "pcap of a patched libpcap, big-endian", head: "a1b2cd34", format: "pcap" },
  { name: "pcapng", head: "0a0d0d0a 1c00", format: "pcapng" },
  { name: "gzip", head: "1f8b0800", format: "gzip" },
  { name: "gzip of which two bytes are there", head: "1f8b", format: "gzip" },
  { name: "pcap of which three bytes are there", head: "d4c3b2", format: null },
  { name: "an empty file", head: "", format: null },
  { name: "text", head: "7b226122", format: null },
])("captureFormat() of $name", ({ head, format }) => {
  expect(captureFormat(fromHex(head))).toBe(format);
});
