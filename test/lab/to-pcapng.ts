/** `node to-pcapng.ts IN OUT`: a capture of tcpdump's in the format that pktmon writes. */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { CaptureParser } from "../../shared/capture/read.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { encodePcapng } from "../support/capture-files.ts";

const [from = "", to = ""] = process.argv.slice(2);
const frames: FrameToWrite[] = [];
const parser = new CaptureParser(
  from,
  ({ linkType, seconds, nanoseconds, bytes, start, end, originalLength }) => {
    frames.push({ linkType, seconds, nanoseconds, bytes: bytes.slice(start, end), originalLength });
  },
);
parser.push(await readFile(from));
parser.end();
await writeFile(to, encodePcapng(frames));
